"""Reprints of one story count once: the same words under several roofs are one source."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.portal.domain.normalise import normalise
from services.portal.domain.page import Stored

SAME = 0.8
"""Share of character pairs that two beginnings have in common where one is a reprint of the other."""
BEGINNING = 600
"""Characters of the text that are compared: what stands below is often cut, or a frame of the site."""
SHORT = 60
"""Pairs; shorter beginnings say too little to be compared."""
_OPEN = {"full": 0, "excerpt": 1, "link": 2}


@dataclass(frozen=True, slots=True)
class Story:
    """One text, by the document of it that is read, and those that repeat it."""

    number: int
    """From 1, in the order of the search."""
    stored: Stored
    reprints: tuple[Stored, ...]


def stories(found: Sequence[Stored]) -> tuple[Story, ...]:
    """Each text once, in the order in which they were found; of equals that is read which may be shown most, the first
    published of them."""
    groups: list[list[Stored]] = []
    pairs: list[frozenset[str]] = []
    of_document: dict[str, int] = {}
    of_title: dict[str, int] = {}
    for one in found:
        mine = _pairs(one)
        title = _bare(one.title)
        place = of_document.get(one.document_id)
        if place is None and one.repeats is not None:
            place = of_document.get(one.repeats)
        if place is None and len(title) > 12 and _near(one, groups, of_title.get(title)):
            place = of_title[title]
        if place is None:
            place = next((number for number, other in enumerate(pairs) if _same(mine, other)), None)
        if place is None:
            place = len(groups)
            groups.append([])
            pairs.append(mine)
            of_title.setdefault(title, place)
        groups[place].append(one)
        of_document[one.document_id] = place
        if one.repeats is not None:
            of_document.setdefault(one.repeats, place)
    return tuple(_story(number, held) for number, held in enumerate(groups, 1))


def _story(number: int, held: Sequence[Stored]) -> Story:
    best = min(held, key=lambda one: (_OPEN[one.rights], one.repeats is not None, one.at, one.document_id))
    return Story(number, best, tuple(sorted((one for one in held if one is not best), key=lambda one: one.at)))


def _near(one: Stored, groups: Sequence[Sequence[Stored]], place: int | None) -> bool:
    """Whether a text of the same title is from the same days: titles such as a weekly column's come again."""
    return place is not None and abs((groups[place][0].at - one.at).days) <= 3


def _bare(text: str) -> str:
    return "".join(each for each in normalise(text) if each.isalnum())


def _pairs(one: Stored) -> frozenset[str]:
    beginning = _bare("".join(one.paragraphs)[: 2 * BEGINNING])[:BEGINNING]
    return frozenset(a + b for a, b in pairwise(beginning))


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    if min(len(one), len(other)) < SHORT:
        return False
    return len(one & other) >= SAME * len(one | other)
