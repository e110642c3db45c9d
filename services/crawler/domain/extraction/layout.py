"""The boxes of a page as arrays, and sums over boxes and over windows of blocks."""

from collections.abc import Callable

import numpy as np

from services.crawler.domain.extraction.blocks import Blocks
from services.crawler.domain.extraction.signs import COMMA, END, Floats, Ints, Signs

LEVELS = 4
"""Ancestors of a block that are described one by one."""


class Layout:
    """The boxes of a page as arrays, with the sums over the blocks that they hold."""

    def __init__(self, blocks: Blocks, signs: Signs) -> None:
        self.box: Ints = np.array(blocks.box, np.int64)
        self.parent: Ints = np.array(blocks.parent, np.int64)
        self.tag: Ints = np.array(blocks.tag, np.int64)
        self.mask: Ints = np.array(blocks.mask, np.int64)
        self.shape: Ints = np.array(blocks.shape, np.int64)
        self.first: Ints = np.array(blocks.first, np.int64)
        self.last: Ints = np.array(blocks.last, np.int64)
        self.tokens = signs.tokens
        self.page_tokens = float(signs.tokens.sum()) or 1.0
        self.linked = np.array(blocks.linked, np.float32) / signs.length
        self.ends = signs.counts[END] + signs.counts[COMMA]
        self.good = np.where(self.ends > 0, signs.tokens * (1 - self.linked), 0).astype(np.float32)
        """Tokens outside links in blocks with punctuation: about the running text."""
        places = np.arange(len(self.parent))
        wraps = (self.first == self.first[self.parent]) & (self.last == self.last[self.parent])
        self.wrapper: Ints = np.where(wraps, self.parent, places)
        """The parent of a box where it holds the same blocks and no more; else the box itself."""
        top = self.wrapper
        while (top[top] != top).any():
            top = top[top]
        self.above: Ints = self.parent[top]
        """The nearest box around a box that holds more blocks: sites wrap a paragraph in four boxes of its own."""
        self.tags: Ints = gathered(1 << self.tag, self.wrapper, np.bitwise_or)
        """A bit for the tag of each box and of the boxes that wrap it alone."""
        ancestors = [self.box]
        for _ in range(LEVELS - 1):
            ancestors.append(self.above[ancestors[-1]])
        self.ancestors = ancestors

    def over(self, values: Floats) -> Floats:
        """Sum a value of the blocks over each box."""
        sums = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
        return (sums[self.last] - sums[self.first]).astype(np.float32)


def windows(values: Floats, reach: int) -> Floats:
    """Sum values over the blocks from `reach` before to `reach` after each block; a row a value."""
    size = values.shape[1]
    sums = np.zeros((len(values), size + 1))
    np.cumsum(values, axis=1, out=sums[:, 1:])
    places = np.arange(size)
    upper = np.minimum(places + reach + 1, size)
    return (sums[:, upper] - sums[:, np.maximum(places - reach, 0)]).astype(np.float32)


def gathered(values: Ints, link: Ints, join: Callable[[Ints, Ints], Ints]) -> Ints:
    """Join the value of each box with those of all boxes that `link` leads to, such as all boxes around it."""
    while True:
        values = join(values, values[link])
        further = link[link]
        if (further == link).all():
            return values
        link = further
