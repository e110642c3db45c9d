"""A text cut at the borders of its marks, so that a page can show marks that overlap."""

from collections import Counter, defaultdict
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
    """The text in order; places beyond it are cut to it, empty ones dropped. Thousands of marks take no longer each."""
    borders: defaultdict[int, Counter[MarkKind]] = defaultdict(Counter)
    for one in marks:
        start, end = max(0, one.start), min(len(text), one.end)
        if start < end:
            borders[start][one.kind] += 1
            borders[end][one.kind] -= 1
    held: Counter[MarkKind] = Counter()
    found = []
    for start, end in pairwise(sorted({0, len(text), *borders})):
        for kind, number in borders[start].items() if start in borders else ():
            held[kind] += number
        found.append(Segment(text[start:end], tuple(sorted(kind for kind, number in held.items() if number > 0))))
    return tuple(found)
