"""The boxes of a page as arrays, and sums over boxes and over windows of blocks."""

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
        ancestors = [self.box]
        for _ in range(LEVELS - 1):
            ancestors.append(self.parent[ancestors[-1]])
        self.ancestors = ancestors

    def over(self, values: Floats) -> Floats:
        """Sum a value of the blocks over each box."""
        sums = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
        return (sums[self.last] - sums[self.first]).astype(np.float32)


def shifted(values: Floats, by: int) -> Floats:
    """Give the value of the block `by` places further on; 0 past the page's ends."""
    out = np.zeros_like(values)
    if by > 0:
        out[:-by] = values[by:] if by < len(values) else 0
    elif -by < len(values):
        out[-by:] = values[:by]
    return out


def windows(values: Floats, reach: int) -> Floats:
    """Sum a value over the blocks from `reach` before to `reach` after each block."""
    sums = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    places = np.arange(len(values))
    upper = np.minimum(places + reach + 1, len(values))
    return (sums[upper] - sums[np.maximum(places - reach, 0)]).astype(np.float32)
