"""Pages made from the saved ones, that are rare among them and common on the sites that are watched."""

import numpy as np
from numpy.typing import NDArray

from bench.extraction.dataset import Page, described
from services.crawler.domain.extraction.blocks import TAG_CODES, WORD_GROUPS, Blocks

MAX_NEIGHBOURS = 5
"""Other articles that are set behind a page's own."""
MAX_TEASERS = 12
"""Teasers that are."""
ALIKE, TEASERS = 1, 2
"""Kinds of such articles; 0 is a list of articles built unlike the page's own."""
MAX_PARAGRAPHS = 4
"""Paragraphs of such an article."""
SHAPES = 20_000
"""Number of the first shape that no saved page uses."""


def shortened(page: Page, keep: int) -> Page | None:
    """Give the page with the first `keep` blocks of its article only; None where it has hardly more."""
    inside = np.flatnonzero(page.wanted >= 0.5)
    if len(inside) <= keep + 1:
        return None
    kept = np.ones(len(page.wanted), bool)
    kept[inside[keep:]] = False
    return described(page, _without(page.blocks, kept), page.wanted[kept])


def followed(page: Page, donors: list[Page], random: np.random.Generator) -> Page:
    """Give the page with the beginnings of other articles behind its own, as portals and endless pages have them.

    A third of them are built like the page's own article, which only the place tells apart, and a third are teasers in
    a list, each with a linked heading and its first lines, as the endless pages of portals have them.
    """
    blocks = _copy(page.blocks)
    inside = np.flatnonzero(page.wanted >= 0.5)
    wanted = page.wanted.tolist()
    if not len(inside):
        return page
    container = _container(blocks, int(inside[0]), int(inside[-1]))
    kind = int(random.integers(3))
    own = blocks.box[int(inside[len(inside) // 2])]
    place, parent = blocks.last[container], blocks.parent[container]
    like = (container, own) if kind == ALIKE else None
    if kind == TEASERS:
        parent = _box(blocks, parent, TAG_CODES["ul"], 0, blocks.shape[0] + SHAPES - 1, place, 0)
    for donor in donors if kind == TEASERS else donors[:MAX_NEIGHBOURS]:
        texts = [donor.blocks.texts[number] for number in np.flatnonzero(donor.wanted >= 0.5)]
        number = 1 if kind == TEASERS else int(random.integers(1, MAX_PARAGRAPHS + 1))
        texts = [text for text in texts if len(text) > 20][:number]
        if texts:
            added = _graft(blocks, place, parent, donor.headline, texts, like, kind == TEASERS)
            wanted[place:place] = [0.0] * added
            place += added
    return described(page, blocks, np.array(wanted, np.float32))


def _container(blocks: Blocks, begin: int, end: int) -> int:
    """Give the smallest box that holds the blocks from `begin` to `end`, below the body where that can be."""
    box = blocks.box[begin]
    while box and blocks.last[box] <= end:
        box = blocks.parent[box]
    return box


def _graft(
    blocks: Blocks, place: int, parent: int, heading: str, texts: list[str], like: tuple[int, int] | None, teaser: bool
) -> int:
    """Set a heading and paragraphs into a new box of `parent`, before block `place`; give their number."""
    number = len(texts) + (1 if heading else 0)
    chain, box = {parent, 0}, parent
    while box:
        box = blocks.parent[box]
        chain.add(box)
    for box in range(len(blocks.first)):
        if box in chain or blocks.first[box] < place < blocks.last[box]:
            blocks.last[box] += number
        elif blocks.first[box] >= place:
            blocks.first[box] += number
            blocks.last[box] += number
    fresh = blocks.shape[0] + SHAPES
    related = 1 << WORD_GROUPS.index("related")
    mask = blocks.mask[like[0]] if like else 0 if teaser else related
    outer = _box(blocks, parent, TAG_CODES["li" if teaser else "div"], mask, fresh, place, number)
    lines = [(heading, "h3", fresh + 1)] if heading else []
    lines += [(text, "p", fresh + 2) for text in texts]
    for offset, (text, tag, shape) in enumerate(lines):
        own_shape = blocks.shape[like[1]] if like and tag == "p" else shape
        inner = _box(blocks, outer, TAG_CODES[tag], 0, own_shape, place + offset, 1)
        blocks.texts.insert(place + offset, text)
        blocks.linked.insert(place + offset, len(text) if tag == "h3" else 0)
        blocks.bold.insert(place + offset, 0)
        blocks.box.insert(place + offset, inner)
    return number


def _box(blocks: Blocks, parent: int, tag: int, mask: int, shape: int, first: int, size: int) -> int:
    """Add a box and give its number."""
    blocks.parent.append(parent)
    blocks.tag.append(tag)
    blocks.mask.append(mask)
    blocks.shape.append(shape)
    blocks.first.append(first)
    blocks.last.append(first + size)
    return len(blocks.parent) - 1


def _copy(blocks: Blocks) -> Blocks:
    """Give the blocks with lists of their own."""
    return _without(blocks, np.ones(len(blocks.texts), bool))


def _without(blocks: Blocks, kept: NDArray[np.bool_]) -> Blocks:
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
