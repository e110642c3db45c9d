"""What changed from one revision of an article to the next, paragraph by paragraph.

The time that it takes is bounded, whatever the text: paragraphs are first matched from both ends, then by those that
stand once in each, and what is left between them is compared exactly as far as `CELLS` goes.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

CELLS = 250_000
"""Pairs of paragraphs that are compared for two revisions, 500 by 500: an article has some dozens."""
PASSES = 20
"""How often a text may be gone through in looking for paragraphs that stand once."""
LISTED = 400
"""Changed paragraphs that anybody would look through."""

Block = tuple[int, int, int, int]
"""From and to before, from and to after."""


@dataclass(frozen=True, slots=True)
class Change:
    """One paragraph that came or went."""

    kind: Literal["added", "removed"]
    paragraph: int
    """From 1: in the later revision where it was added, in the earlier one where it was removed; 0 is the title."""
    text: str


def changes(before: Sequence[str], after: Sequence[str]) -> tuple[Change, ...] | None:
    """What went and what came, in the order of the text; the first of each is the title.

    None where that is more than can be listed or told apart: the text changed as a whole.
    """
    known: dict[str, int] = {}
    old, new = ([known.setdefault(each, len(known)) for each in side] for side in (before, after))
    blocks = _blocks(old, new)
    if blocks is None or sum(end - start + last - first for start, end, first, last in blocks) > LISTED:
        return None
    found: list[Change] = []
    for start, end, first, last in blocks:
        found += [Change("removed", number, before[number]) for number in range(start, end)]
        found += [Change("added", number, after[number]) for number in range(first, last)]
    return tuple(found)


def _blocks(old: Sequence[int], new: Sequence[int]) -> list[Block] | None:
    """What differs, in order; None where that cannot be told within the bounds."""
    found: list[Block] = []
    todo: list[Block] = [(0, len(old), 0, len(new))]
    cells, steps = CELLS, PASSES * (len(old) + len(new))
    while todo:
        start, end, first, last = block = _trimmed(old, new, todo.pop())
        size = (end - start) * (last - first)
        if not size:
            found += [block] if end > start or last > first else []
        elif size <= cells:
            cells -= size
            found += _exactly(old, new, block)
        else:
            steps -= end - start + last - first
            anchors = _anchors(old[start:end], new[first:last]) if steps >= 0 else []
            if not anchors:
                return None
            ends = [(start - 1, first - 1), *((start + at, first + to) for at, to in anchors), (end, last)]
            todo += [(a + 1, b, c + 1, d) for (a, c), (b, d) in pairwise(ends)][::-1]
    return found


def _trimmed(old: Sequence[int], new: Sequence[int], block: Block) -> Block:
    """Without what is the same at both ends."""
    start, end, first, last = block
    while start < end and first < last and old[start] == new[first]:
        start, first = start + 1, first + 1
    while start < end and first < last and old[end - 1] == new[last - 1]:
        end, last = end - 1, last - 1
    return start, end, first, last


def _anchors(old: Sequence[int], new: Sequence[int]) -> list[tuple[int, int]]:
    """Places of paragraphs that stand once in each, as many as keep their order (patience sorting)."""
    once = {each for each, number in Counter(old).items() if number == 1}
    once &= {each for each, number in Counter(new).items() if number == 1}
    place = {each: at for at, each in enumerate(new) if each in once}
    tops: list[int] = []
    piles: list[tuple[int, int]] = []
    """What lies on each pile: a place in `new`, and the entry of `entries` that it lies on."""
    entries: list[tuple[int, int, int]] = []
    for at, each in enumerate(old):
        if each in once:
            to = place[each]
            pile = bisect_left(tops, to)
            entries.append((at, to, piles[pile - 1][1] if pile else -1))
            top = (to, len(entries) - 1)
            tops[pile : pile + 1], piles[pile : pile + 1] = [to], [top]
    found, entry = [], piles[-1][1] if piles else -1
    while entry >= 0:
        at, to, entry = entries[entry]
        found.append((at, to))
    return found[::-1]


def _exactly(old: Sequence[int], new: Sequence[int], block: Block) -> Iterator[Block]:
    """What differs by the longest common subsequence."""
    start, end, first, last = block
    width = last - first
    rows = [[0] * (width + 1)]
    for at in range(end - 1, start - 1, -1):
        below, row, each = rows[-1], [0] * (width + 1), old[at]
        for to in range(width - 1, -1, -1):
            row[to] = below[to + 1] + 1 if each == new[first + to] else max(below[to], row[to + 1])
        rows.append(row)
    at, to = start, first
    while at < end or to < last:
        began = at, to
        while (at < end or to < last) and not (at < end and to < last and old[at] == new[to]):
            goes = at < end and (to == last or rows[end - at - 1][to - first] >= rows[end - at][to - first + 1])
            at, to = (at + 1, to) if goes else (at, to + 1)
        if began != (at, to):
            yield began[0], at, began[1], to
        at, to = at + 1, to + 1
