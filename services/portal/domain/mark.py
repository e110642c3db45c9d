"""Where a query's words stand in an original text: normalising keeps lengths, so places are the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.domain.normalise import normalise, normalise_all
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


class Marker:
    """Finds the words of one query in many texts."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._patterns = [compiled(term) for term in terms]

    def marks(self, normal: str) -> tuple[Span, ...]:
        """The places of the terms in a normalised text, in order, what overlaps joined."""
        if len(self._patterns) == 1:
            return tuple(place.span() for place in self._patterns[0].finditer(normal) if place.end() > place.start())
        found = sorted(place.span() for pattern in self._patterns for place in pattern.finditer(normal))
        joined: list[Span] = []
        for start, end in found:
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            elif end > start:
                joined.append((start, end))
        return tuple(joined)

    def passages(self, paragraphs: Sequence[str], normals: Sequence[str], revision: int) -> tuple[Passage, ...]:
        """The passages that hold most of the words, in the order of the text; none where no paragraph holds one."""
        rated: list[tuple[int, int]] = []
        for number, normal in enumerate(normals, 1):
            held = sum(pattern.search(normal) is not None for pattern in self._patterns)
            if held:
                rated.append((-held, number))
        best = sorted(number for _, number in sorted(rated)[:PASSAGES])
        return tuple(
            _passage(paragraphs[number - 1], number, self.marks(normals[number - 1]), revision) for number in best
        )


def marks(text: str, terms: Sequence[Term]) -> tuple[Span, ...]:
    """The places of the terms, in order, what overlaps joined."""
    return Marker(terms).marks(normalise(text)) if terms else ()


def passages(paragraphs: Sequence[str], terms: Sequence[Term], revision: int) -> tuple[Passage, ...]:
    """The passages that hold most of the words, in the order of the text; none where no paragraph holds one."""
    return Marker(terms).passages(paragraphs, normalise_all(paragraphs), revision)


def lead(paragraphs: Sequence[str], revision: int) -> tuple[Passage, ...]:
    """The beginning of the text, where no words were asked for or only the title holds them."""
    for number, paragraph in enumerate(paragraphs, 1):
        if paragraph.strip():
            return (_passage(paragraph, number, (), revision),)
    return ()


def _passage(paragraph: str, number: int, places: tuple[Span, ...], revision: int) -> Passage:
    if len(paragraph) <= AROUND:
        return Passage(number, paragraph, places, revision)
    start = max(0, min(places[0][0] - BEFORE if places else 0, len(paragraph) - AROUND))
    end = min(len(paragraph), max(start + AROUND, places[0][1] if places else 0))
    before, after = CUT if start else "", CUT if end < len(paragraph) else ""
    shift = len(before) - start
    kept = tuple((first + shift, last + shift) for first, last in places if first >= start and last <= end)
    return Passage(number, before + paragraph[start:end] + after, kept, revision)
