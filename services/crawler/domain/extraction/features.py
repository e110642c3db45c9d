"""What is known about each block of a page, as one matrix: a row a block, a column a feature.

The columns are what the weights were trained on: a change of order or meaning here asks for a new training
(bench/extraction/train.py).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.crawler.domain.extraction.blocks import TAG_CODES, WORD_GROUPS
from services.crawler.domain.extraction.layout import LEVELS, Layout, gathered, windows
from services.crawler.domain.extraction.signs import (
    COMMA,
    DIGIT,
    END,
    HAN,
    LOWER,
    MARK,
    QUOTE,
    UPPER,
    Floats,
    Signs,
)

Column = NDArray[Any]
"""A feature of all blocks, or some in rows: numbers of any type, cast when the matrix is put together."""
WHOLE = 0.65
"""Share of a page's text from which a box is the page: its class then says nothing about the blocks in it."""


def _codes(names: str) -> NDArray[np.int64]:
    return np.array([[TAG_CODES[name]] for name in names.split()])


_OWN_CODES = _codes("p li td blockquote pre figcaption div article section")
_PARENT_CODES = _codes("li td blockquote article section")
_AROUND_CODES = _codes("aside footer nav header form article main figure ul table")
_HEADINGS = sum(1 << TAG_CODES[name] for name in ("h1", "h2", "h3", "h4", "h5", "h6"))
_ENDS = np.uint16(1 << END)


def matrix(signs: Signs, layout: Layout, title_block: int, bold: list[int]) -> Floats:
    """Describe every block; `title_block` is the number of the headline's block, -1 where there is none."""
    columns = [
        *_own(signs, layout, np.array(bold, np.float32)),
        *_position(signs, layout, title_block),
        *_from_title(layout, title_block),
        *_around(signs, layout),
        *_above(layout),
        *_alike(layout),
        *_items(layout),
        *_subtree(layout),
    ]
    out = np.empty((sum(1 if column.ndim == 1 else len(column) for column in columns), len(layout.tokens)), np.float32)
    row = 0
    for column in columns:
        size = 1 if column.ndim == 1 else len(column)
        out[row : row + size] = column
        row += size
    return np.ascontiguousarray(out.T)


def _own(signs: Signs, layout: Layout, bold: Floats) -> list[Column]:
    """The block itself: length, make-up, punctuation, words, tag."""
    length, tokens = signs.length, signs.tokens
    full = np.maximum(tokens, 1)
    counts = signs.counts
    return [
        np.log1p(tokens), layout.linked, bold / length, counts[HAN] / length, counts[UPPER] / length,
        counts[DIGIT] / length, counts[COMMA] / full, counts[END] / full, counts[QUOTE] / full, counts[MARK] / length,
        signs.stops / full, np.log1p(signs.stops), np.log1p(counts[END]), np.log1p(counts[COMMA]),
        (signs.last & _ENDS) != 0, (signs.last & np.uint16(1 << COMMA)) != 0, (signs.first & np.uint16(1 << MARK)) != 0,
        (signs.first & np.uint16(1 << LOWER)) != 0, _headings(layout), (layout.tags[layout.box] >> _OWN_CODES) & 1,
        signs.flags[:, 0], signs.flags[:, 1], signs.flags[:, 2],
    ]  # fmt: skip


def _position(signs: Signs, layout: Layout, title_block: int) -> list[Column]:
    """Where on the page the block stands, and where from the headline."""
    size = len(layout.tokens)
    places = np.arange(size, dtype=np.float32)
    before = np.cumsum(layout.good) - layout.good
    total = float(layout.good.sum()) or 1.0
    distance = places - title_block if title_block >= 0 else np.full(size, -1, np.float32)
    han = float(signs.counts[HAN].sum()) / layout.page_tokens
    return [
        places / size, before / total, np.sign(distance) * np.log1p(np.abs(distance)), distance > 0,
        np.full(size, title_block >= 0), np.full(size, han), np.full(size, np.log(size)),
        np.full(size, np.log(layout.page_tokens)), np.full(size, total / layout.page_tokens),
    ]  # fmt: skip


def _from_title(layout: Layout, title_block: int) -> list[Column]:
    """How far the block is from the headline in text, headings and boxes.

    The smallest box that holds both is what tells the article from the next one on a page of several.
    """
    size = len(layout.tokens)
    heading = _headings(layout)
    share, members = np.ones(size, np.float32), np.full(size, float(size), np.float32)
    steps = np.full(size, -1, np.float32)
    if title_block < 0:
        empty = np.zeros(size, np.float32)
        return [empty, empty, empty, share, np.log1p(members), steps, empty, empty]
    sums = np.cumsum(layout.good)
    text = sums - layout.good - sums[title_block]
    number = np.cumsum(heading)
    headings = (number - number[title_block]).astype(np.float32)
    same = np.cumsum(layout.shape[layout.box] == layout.shape[layout.box[title_block]])
    chain, box = [], int(layout.box[title_block])
    while True:
        chain.append(box)
        if box == 0:
            break
        box = int(layout.above[box])
    for rank, box in enumerate(reversed(chain)):
        inside = slice(int(layout.first[box]), int(layout.last[box]))
        share[inside] = layout.tokens[inside].sum() / layout.page_tokens
        members[inside] = inside.stop - inside.start
        steps[inside] = len(chain) - 1 - rank
    shared_good = np.bincount(steps.astype(np.int64) + 1, layout.good)[steps.astype(np.int64) + 1]
    return [
        np.sign(text) * np.log1p(np.abs(text)), np.clip(headings, -5, 10), np.clip(same - same[title_block], -5, 10),
        share, np.log1p(members), steps, np.log1p(shared_good), shared_good / (float(layout.good.sum()) or 1.0),
    ]  # fmt: skip


def _headings(layout: Layout) -> NDArray[np.bool_]:
    """Say which blocks are a heading."""
    found: NDArray[np.bool_] = (layout.tags[layout.box] & _HEADINGS) != 0
    return found


def _around(signs: Signs, layout: Layout) -> list[Column]:
    """The three blocks before and after, and sums over wider windows."""
    size = len(layout.tokens)
    padded = np.zeros((7, size + 6), np.float32)
    padded[0, 3:-3] = np.log1p(layout.tokens)
    padded[1, 3:-3] = layout.linked
    padded[2, 3:-3] = np.log1p(signs.counts[END])
    padded[3, 3:-3] = (signs.last & _ENDS) != 0
    padded[4, 3:-3] = signs.flags[:, 1]
    padded[5, 3:-3] = layout.ancestors[1] + 1
    padded[6, 3:-3] = layout.tag[layout.box] + 1
    columns: list[Column] = []
    for by in (-3, -2, -1, 1, 2, 3):
        near = padded[:, 3 + by : 3 + by + size]
        columns += [near[:5], near[5:] == padded[5:, 3:-3]]
    for reach in (3, 6, 12):
        tokens, good, linked = windows(np.stack((layout.tokens, layout.good, layout.linked * layout.tokens)), reach)
        columns += [np.log1p(good), linked / np.maximum(tokens, 1)]
    return columns


def _above(layout: Layout) -> list[Column]:
    """The ancestors: how much of the page they hold, how linked and punctuated they are, what they are called."""
    tokens = layout.over(layout.tokens)
    share = tokens / layout.page_tokens
    full = np.maximum(tokens, 1)
    linked = layout.over(layout.linked * layout.tokens) / full
    ends = layout.over(layout.ends) / full
    number = np.log1p(layout.last - layout.first)
    good = layout.over(layout.good) / (float(layout.good.sum()) or 1.0)
    described = np.stack((share, linked, ends, number, good))
    columns: list[Column] = [described[:, layout.ancestors[level]] for level in range(1, LEVELS)]
    columns.append((layout.tags[layout.ancestors[1]] >> _PARENT_CODES) & 1)
    masks = np.where(share > WHOLE, 0, layout.mask)
    masks[0] = 0
    together = gathered(masks, layout.wrapper, np.bitwise_or)
    near = together[layout.box] | together[layout.ancestors[1]] | together[layout.ancestors[2]]
    far = gathered(masks, layout.parent, np.bitwise_or)[layout.ancestors[3]]
    bits = np.arange(len(WORD_GROUPS))[:, None]
    columns += [(near >> bits) & 1, (far >> bits) & 1]
    columns.append((gathered(1 << layout.tag, layout.parent, np.bitwise_or)[layout.box] >> _AROUND_CODES) & 1)
    return columns


def _alike(layout: Layout) -> list[Column]:
    """The blocks whose boxes have the same tags and classes all the way up: how many, how long, how linked."""
    shape = layout.shape[layout.box]
    number = np.bincount(shape)[shape]
    tokens = np.bincount(shape, layout.tokens)[shape]
    linked = np.bincount(shape, layout.linked * layout.tokens)[shape]
    ends = np.bincount(shape, layout.ends)[shape]
    full = np.maximum(tokens, 1)
    return [np.log1p(number), tokens / layout.page_tokens, np.log1p(tokens / number), linked / full, ends / full]


def _items(layout: Layout) -> list[Column]:
    """The repeated boxes of several blocks around the block, as teasers in a stream are, and the largest such box."""
    several = layout.last - layout.first >= 2
    heads = layout.over((layout.linked > 0.8).astype(np.float32))
    teaser = several & (heads >= 1) & (heads < layout.last - layout.first)
    columns: list[Column] = []
    for kind in (several, teaser):
        number = np.where(kind, np.bincount(layout.shape, kind)[layout.shape], 0)
        columns.append(np.log1p(gathered(number, layout.parent, np.maximum)[layout.box]))
    return columns


def _subtree(layout: Layout) -> list[Column]:
    """The box that most likely holds the article, and the densest run of blocks: whether the block is in them."""
    scores: NDArray[np.float64] = np.zeros(len(layout.parent))
    worth = np.minimum(layout.good, 400) * np.log1p(layout.ends)
    for level, weight in ((0, 1.0), (1, 1.0), (2, 0.5), (3, 0.25)):
        scores += np.bincount(layout.ancestors[level], worth * weight, len(scores))
    tokens = np.maximum(layout.over(layout.tokens), 1)
    scores *= 1 - layout.over(layout.linked * layout.tokens) / tokens
    best = int(scores.argmax())
    top = float(scores[best]) or 1.0
    places = np.arange(len(layout.tokens))
    inside = (layout.first[best] <= places) & (places < layout.last[best])
    above = int(layout.above[best])
    around = (layout.first[above] <= places) & (places < layout.last[above])
    begin, end = densest_run(worth)
    offset = np.where(places < begin, places - begin, np.where(places >= end, places - end + 1, 0))
    span = max(1, int(layout.last[best] - layout.first[best]))
    within = np.clip((places - layout.first[best]) / span, -1, 2)
    columns: list[Column] = [inside, around, within, offset == 0, np.sign(offset) * np.log1p(np.abs(offset))]
    ancestors = np.stack(layout.ancestors[:3])
    columns += [(scores / top)[ancestors], ancestors == best]
    return columns


def densest_run(worth: Floats) -> tuple[int, int]:
    """Give the run of blocks whose worth, less the page's mean for each block, has the largest sum."""
    gains = np.concatenate(([0.0], np.cumsum(np.minimum(worth, 60) - 6.0, dtype=np.float64)))
    lowest = np.minimum.accumulate(gains)
    end = int((gains - lowest).argmax())
    return int(gains[: end + 1].argmin()), max(end, 1)
