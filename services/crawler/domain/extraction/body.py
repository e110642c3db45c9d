"""Which blocks of a page are the article, from the probability of each."""

import numpy as np

from services.crawler.domain.extraction.layout import Layout
from services.crawler.domain.extraction.signs import Floats

THRESHOLD = 0.4
"""Probability from which a block is taken; measured by cross-validation, flat between 0.35 and 0.45."""
ALIKE_SHARE = 0.25
"""Share of the text in boxes of one shape that must be taken before the rest of the shape may be."""
ALIKE = 0.1
"""Probability from which that rest is taken: the paragraphs of an article are built alike, those after a picture or in
its last section too. By cross-validation body F1 + 0.005 in English, + 0.012 in Chinese."""
LINKED = 0.6
"""Share of characters in links from which a block is taken for its own probability only."""
GAP = 0.15
"""Probability from which a block between two taken ones of the same box is taken too (a heading, a short line)."""
MAX_GAP = 3
"""Blocks of such a gap."""
MIN_TOKENS = 25
"""Chinese characters and words that are an article; where fewer pass, the bar is lowered."""
LOWERED = 0.5
"""The lowered bar, as a share of the best block's probability."""
WORTH = 100
"""Tokens up to which a longer block is the likelier one to be a short article, at equal probability."""
LEAST = 0.06
"""No block under this probability is ever taken: a page without running text has an empty body."""
REPEATED = 40
"""Characters from which a paragraph that was taken before is left out: some pages hold an article twice or thrice."""


def choose(layout: Layout, probability: Floats, texts: list[str]) -> list[int]:
    """Give the numbers of the article's blocks, in order; empty where nothing looks like text."""
    taken = probability >= THRESHOLD
    if layout.tokens[taken].sum() < MIN_TOKENS:
        taken |= _short(layout, probability)
    _complete(taken, layout, probability)
    _fill(taken, layout, probability)
    return _once([int(number) for number in np.flatnonzero(taken)], texts)


def _short(layout: Layout, probability: Floats) -> "np.typing.NDArray[np.bool_]":
    """Take an article of a few lines: the block of most worth and those about it, three boxes up.

    Elsewhere on the page lines of menus and forms are as likely as the article's own, and there are more of them.
    By cross-validation over sites, two foldings: Chinese body F1 0.977 and 0.978, without 0.977 and 0.963. On copies of
    pages that were cut short or set before other articles one box up costs up to a point, three boxes nothing but for
    English articles of one paragraph (a page of 77).
    """
    textual = (layout.tokens >= 8) & (layout.linked < 0.5)
    if not textual.any():
        return textual
    best = int(np.where(textual, probability * np.sqrt(np.minimum(layout.tokens, WORTH)), 0).argmax())
    box = layout.ancestors[3][best]
    beside = np.zeros(len(textual), bool)
    beside[layout.first[box] : layout.last[box]] = True
    bar = max(float(probability[best]) * LOWERED, LEAST)
    taken: np.typing.NDArray[np.bool_] = textual & beside & (probability >= bar)
    return taken


def _complete(taken: "np.typing.NDArray[np.bool_]", layout: Layout, probability: Floats) -> None:
    """Take the likelier rest of the blocks that are built as the taken ones are."""
    shape = layout.shape[layout.box]
    text = layout.tokens * (layout.linked < LINKED)
    share = np.bincount(shape, text * taken) / np.maximum(np.bincount(shape, text), 1)
    taken |= (share[shape] >= ALIKE_SHARE) & (probability >= ALIKE) & (layout.linked < LINKED)


def _fill(taken: "np.typing.NDArray[np.bool_]", layout: Layout, probability: Floats) -> None:
    """Take short gaps between taken blocks whose boxes are brothers."""
    parent = layout.ancestors[1]
    numbers = np.flatnonzero(taken)
    gaps = np.diff(numbers)
    for place in np.flatnonzero((gaps > 1) & (gaps <= MAX_GAP + 1)):
        before, after = int(numbers[place]), int(numbers[place + 1])
        if parent[before] == parent[after] or layout.box[before] == layout.box[after]:
            between = slice(before + 1, after)
            taken[between] |= (probability[between] >= GAP) & (layout.linked[between] < LINKED)


def _once(numbers: list[int], texts: list[str]) -> list[int]:
    """Leave out long paragraphs that were taken before."""
    seen: set[str] = set()
    kept = []
    for number in numbers:
        text = texts[number]
        if len(text) < REPEATED or text not in seen:
            kept.append(number)
            seen.add(text)
    return kept
