"""A text cut at the borders of its marks, so that a page can show marks that overlap."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

MarkKind = Literal["entity", "evidence", "hit"]
"""Who is named, what an event rests on, what was looked for."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One marked place: first character, one after the last."""

    start: int
    end: int
    kind: MarkKind


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text with the same marks all over."""

    text: str
    kinds: tuple[MarkKind, ...] = ()


def segments(text: str, marks: Iterable[Mark]) -> tuple[Segment, ...]:
    """The text in order; places beyond it are cut to it, empty ones dropped."""
    kept = [Mark(max(0, one.start), min(len(text), one.end), one.kind) for one in marks]
    kept = [one for one in kept if one.start < one.end]
    borders = sorted({0, len(text), *(one.start for one in kept), *(one.end for one in kept)})
    found = []
    for start, end in pairwise(borders):
        kinds = {one.kind for one in kept if one.start <= start and end <= one.end}
        found.append(Segment(text[start:end], tuple(sorted(kinds))))
    return tuple(found)
