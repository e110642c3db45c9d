"""Where a query's words stand in an original text: normalising keeps lengths, so places are the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.domain.normalise import normalise
from services.portal.domain.patterns import compiled
from services.portal.domain.query import Term

AROUND = 160
"""Characters of a passage on a result page, about two lines on a phone."""
BEFORE = 40
"""Characters of it before the first mark."""
PASSAGES = 2
"""Passages of one result."""
CUT = "…"

Span = tuple[int, int]
"""First character, one after the last."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a paragraph with its marks."""

    paragraph: int
    """From 1; 0 is the title."""
    text: str
    marks: tuple[Span, ...]
    """Places in `text`."""
    revision: int
    """The revision whose paragraph it is."""


def marks(text: str, terms: Sequence[Term]) -> tuple[Span, ...]:
    """The places of the terms, in order, what overlaps joined."""
    normal = normalise(text)
    found = sorted(place.span() for term in terms for place in compiled(term).finditer(normal))
    joined: list[Span] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif end > start:
            joined.append((start, end))
    return tuple(joined)


def passages(paragraphs: Sequence[str], terms: Sequence[Term], revision: int) -> tuple[Passage, ...]:
    """The passages that hold most of the words, in the order of the text; none where no paragraph holds one."""
    rated: list[tuple[int, int, int]] = []
    for number, paragraph in enumerate(paragraphs, 1):
        normal = normalise(paragraph)
        held = sum(compiled(term).search(normal) is not None for term in terms)
        if held:
            rated.append((-held, number, held))
    best = sorted(number for _, number, _ in sorted(rated)[:PASSAGES])
    return tuple(_passage(paragraphs[number - 1], number, terms, revision) for number in best)


def lead(paragraphs: Sequence[str], revision: int) -> tuple[Passage, ...]:
    """The beginning of the text, where no words were asked for or only the title holds them."""
    for number, paragraph in enumerate(paragraphs, 1):
        if paragraph.strip():
            return (_passage(paragraph, number, (), revision),)
    return ()


def _passage(paragraph: str, number: int, terms: Sequence[Term], revision: int) -> Passage:
    places = marks(paragraph, terms)
    if len(paragraph) <= AROUND:
        return Passage(number, paragraph, places, revision)
    start = max(0, min(places[0][0] - BEFORE if places else 0, len(paragraph) - AROUND))
    end = min(len(paragraph), max(start + AROUND, places[0][1] if places else 0))
    before, after = CUT if start else "", CUT if end < len(paragraph) else ""
    shift = len(before) - start
    kept = tuple((first + shift, last + shift) for first, last in places if first >= start and last <= end)
    return Passage(number, before + paragraph[start:end] + after, kept, revision)
