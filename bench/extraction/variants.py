"""Pages made from the saved ones, that are rare among them and common on the sites that are watched."""

import numpy as np

from bench.extraction.dataset import Page, described
from bench.extraction.grafts import Box, Line, box, container, copy, graft, without
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
    return described(page, without(page.blocks, kept), page.wanted[kept])


def followed(page: Page, donors: list[Page], random: np.random.Generator) -> Page:
    """Give the page with the beginnings of other articles behind its own, as portals and endless pages have them.

    A third of them are built like the page's own article, which only the place tells apart, and a third are teasers in
    a list, each with a linked heading and its first lines, as the endless pages of portals have them.
    """
    blocks = copy(page.blocks)
    inside = np.flatnonzero(page.wanted >= 0.5)
    wanted = page.wanted.tolist()
    if not len(inside):
        return page
    around = container(blocks, int(inside[0]), int(inside[-1]))
    kind = int(random.integers(3))
    own = blocks.box[int(inside[len(inside) // 2])]
    place, parent = blocks.last[around], blocks.parent[around]
    like = (around, own) if kind == ALIKE else None
    if kind == TEASERS:
        parent = box(blocks, parent, Box(TAG_CODES["ul"], 0, blocks.shape[0] + SHAPES - 1), place, 0)
    for donor in donors if kind == TEASERS else donors[:MAX_NEIGHBOURS]:
        texts = [donor.blocks.texts[number] for number in np.flatnonzero(donor.wanted >= 0.5)]
        number = 1 if kind == TEASERS else int(random.integers(1, MAX_PARAGRAPHS + 1))
        texts = [text for text in texts if len(text) > 20][:number]
        if texts:
            lines = _lines(blocks, donor.headline, texts, like)
            tag = TAG_CODES["li" if kind == TEASERS else "div"]
            mask = blocks.mask[like[0]] if like else 0 if kind == TEASERS else 1 << WORD_GROUPS.index("related")
            graft(blocks, place, parent, lines, [Box(tag, mask, blocks.shape[0] + SHAPES)])
            wanted[place:place] = [0.0] * len(lines)
            place += len(lines)
    return described(page, blocks, np.array(wanted, np.float32))


def _lines(blocks: Blocks, heading: str, texts: list[str], like: tuple[int, int] | None) -> list[Line]:
    """Give the lines of another article: its linked heading, if it has one, and its paragraphs."""
    fresh = blocks.shape[0] + SHAPES
    shape = blocks.shape[like[1]] if like else fresh + 2
    lines = [Line(heading, "h3", fresh + 1, linked=True)] if heading else []
    return lines + [Line(text, "p", shape) for text in texts]
