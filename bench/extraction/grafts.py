"""Setting texts into the blocks of a saved page, and taking blocks out of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.crawler.domain.extraction.blocks import TAG_CODES, Blocks


@dataclass(frozen=True)
class Line:
    """One block to be set in: its text, the tag and shape of its own box, and whether it is a link."""

    text: str
    tag: str
    shape: int
    linked: bool = False


@dataclass(frozen=True)
class Box:
    """One box to be added, as `Blocks` describes it."""

    tag: int
    mask: int
    shape: int


def container(blocks: Blocks, begin: int, end: int) -> int:
    """Give the smallest box that holds the blocks from `begin` to `end`, below the body where that can be."""
    number = blocks.box[begin]
    while number and blocks.last[number] <= end:
        number = blocks.parent[number]
    return number


def graft(blocks: Blocks, place: int, parent: int, lines: Sequence[Line], nest: Sequence[Box]) -> None:
    """Set lines into new boxes of `parent`, one in the other, before block `place`."""
    number = len(lines)
    chain, above = {parent, 0}, parent
    while above:
        above = blocks.parent[above]
        chain.add(above)
    for one in range(len(blocks.first)):
        if one in chain or blocks.first[one] < place < blocks.last[one]:
            blocks.last[one] += number
        elif blocks.first[one] >= place:
            blocks.first[one] += number
            blocks.last[one] += number
    for made in nest:
        parent = box(blocks, parent, made, place, number)
    for offset, line in enumerate(lines):
        inner = box(blocks, parent, Box(TAG_CODES[line.tag], 0, line.shape), place + offset, 1)
        blocks.texts.insert(place + offset, line.text)
        blocks.linked.insert(place + offset, len(line.text) if line.linked else 0)
        blocks.bold.insert(place + offset, 0)
        blocks.box.insert(place + offset, inner)


def box(blocks: Blocks, parent: int, made: Box, first: int, size: int) -> int:
    """Add a box and give its number."""
    blocks.parent.append(parent)
    blocks.tag.append(made.tag)
    blocks.mask.append(made.mask)
    blocks.shape.append(made.shape)
    blocks.first.append(first)
    blocks.last.append(first + size)
    return len(blocks.parent) - 1


def copy(blocks: Blocks) -> Blocks:
    """Give the blocks with lists of their own."""
    return without(blocks, np.ones(len(blocks.texts), bool))


def without(blocks: Blocks, kept: NDArray[np.bool_]) -> Blocks:
    """Give the page's blocks without those that are not kept; the boxes stay."""
    before = np.concatenate(([0], np.cumsum(kept)))
    numbers = [int(number) for number in np.flatnonzero(kept)]
    return Blocks(
        texts=[blocks.texts[number] for number in numbers],
        linked=[blocks.linked[number] for number in numbers],
        bold=[blocks.bold[number] for number in numbers],
        box=[blocks.box[number] for number in numbers],
        parent=list(blocks.parent),
        tag=list(blocks.tag),
        mask=list(blocks.mask),
        shape=list(blocks.shape),
        first=[int(before[place]) for place in blocks.first],
        last=[int(before[place]) for place in blocks.last],
    )
