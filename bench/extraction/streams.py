"""Pages made from the saved ones: an article of one paragraph with a long stream of other texts behind it.

Comments and further posts are longer than such an article, and what tells them apart is where they stand and how they
repeat. Short reports on portals and in blogs are built so, and hardly a saved page is.
"""

from collections.abc import Sequence

import numpy as np

from bench.extraction.dataset import Page, described
from bench.extraction.grafts import Box, Line, box, container, copy, graft, without
from services.crawler.domain.extraction.blocks import TAG_CODES, WORD_GROUPS, Blocks

LEAST_CHARACTERS, MOST_CHARACTERS = 40, 500
"""Length of the one paragraph."""
MAX_COMMENT, MAX_POST = 120, 900
"""Characters of a comment; of a paragraph of a further post or of a reply."""
MOST = {"comments": 60, "posts": 12, "replies": 40}
"""How many of a kind stand behind an article at most."""
KINDS = {"comments": 0.4, "posts": 0.25, "replies": 0.35}
"""Shares of the pages that are followed by each kind."""
MAX_LEVELS = 3
"""Boxes around an article that a reply has around it too: a thread's first post is built as its replies are."""


def merged(page: Page, random: np.random.Generator) -> Page | None:
    """Give the page with the beginning of its article as one paragraph and no more; None where it has no article."""
    inside = [int(number) for number in np.flatnonzero(page.wanted >= 0.5)]
    texts = [page.blocks.texts[number] for number in inside]
    long = [number for number, text in zip(inside, texts, strict=True) if len(text) > LEAST_CHARACTERS / 2]
    if not long:
        return None
    blocks = copy(page.blocks)
    wished = int(np.exp(random.uniform(np.log(LEAST_CHARACTERS), np.log(MOST_CHARACTERS))))
    blocks.texts[long[0]] = "".join(page.blocks.texts[number] for number in long)[:wished]
    for marked in (blocks.linked, blocks.bold):
        marked[long[0]] = min(marked[long[0]], len(blocks.texts[long[0]]))
    kept = np.ones(len(page.wanted), bool)
    kept[inside] = False
    kept[long[0]] = True
    return described(page, without(blocks, kept), page.wanted[kept])


def streamed(page: Page, donors: Sequence[Page], random: np.random.Generator) -> Page:
    """Give the page with comments, further posts or replies behind its article; their texts are those of `donors`."""
    blocks = copy(page.blocks)
    wanted = page.wanted.tolist()
    inside = np.flatnonzero(page.wanted >= 0.5)
    around = container(blocks, int(inside[0]), int(inside[-1]))
    texts = [text for donor in donors for text in _article(donor)]
    kind = str(random.choice(list(KINDS), p=list(KINDS.values())))
    fresh = max(blocks.shape) + 1
    own = blocks.shape[blocks.box[int(inside[0])]]
    if kind == "replies":
        nest = _chain(blocks, around, int(random.integers(MAX_LEVELS + 1)))
        around, parent = nest[0], blocks.parent[nest[0]]
        place = blocks.last[around]
        made = [Box(blocks.tag[one], blocks.mask[one], blocks.shape[one]) for one in nest]
    else:
        place, parent = blocks.last[around], blocks.parent[around]
        named = 1 << WORD_GROUPS.index("comment" if kind == "comments" else "related")
        parent = box(blocks, parent, Box(TAG_CODES["ul"], named if random.random() < 0.5 else 0, fresh), place, 0)
        made = [Box(TAG_CODES[("li", "div", "dl")[int(random.integers(3))]], 0, fresh + 1)]
    shape = own if kind == "replies" or (kind == "posts" and random.random() < 0.5) else fresh + 3
    for _ in range(int(random.integers(2, MOST[kind]))):
        lines = _LINES[kind](texts, fresh, shape, random)
        graft(blocks, place, parent, lines, made)
        wanted[place:place] = [0.0] * len(lines)
        place += len(lines)
    return described(page, blocks, np.array(wanted, np.float32))


def _chain(blocks: Blocks, inner: int, levels: int) -> list[int]:
    """Give a box and those around it, outermost first, so many levels up but below the body."""
    found = [inner]
    while levels and blocks.parent[found[0]]:
        found.insert(0, blocks.parent[found[0]])
        levels -= 1
    return found


def _article(page: Page) -> list[str]:
    texts = [page.blocks.texts[number] for number in np.flatnonzero(page.wanted >= 0.5)]
    return [text for text in texts if len(text) > 20]


def _comment(texts: Sequence[str], fresh: int, shape: int, random: np.random.Generator) -> list[Line]:
    """Give a name, a few words or sentences, and a line with time and buttons, some of them absent."""
    text = _part(texts, 4, MAX_COMMENT, random)
    lines = [Line(_part(texts, 2, 7, random), "p", fresh + 2, linked=True)] if random.random() < 0.7 else []
    lines.append(Line(text, "p", shape))
    if random.random() < 0.7:
        lines.append(Line(f"{_day(random)} 回复 举报", "div", fresh + 4, linked=bool(random.random() < 0.3)))
    return lines


def _post(texts: Sequence[str], fresh: int, shape: int, random: np.random.Generator) -> list[Line]:
    """Give a post: a linked heading, its one paragraph, often a line with its time."""
    text = _part(texts, 60, MAX_POST, random)
    lines = [Line(text[: int(random.integers(8, 24))], "h3", fresh + 2, linked=True)] if random.random() < 0.7 else []
    lines.append(Line(text, "p", shape))
    if random.random() < 0.5:
        lines.append(Line(f"{_day(random)} 阅读 评论", "div", fresh + 4))
    return lines


def _reply(texts: Sequence[str], fresh: int, shape: int, random: np.random.Generator) -> list[Line]:
    """Give a reply of a thread: lines about who wrote it and when, paragraphs built as the article's own, buttons."""
    about = [_part(texts, 2, 9, random), _day(random), "发表于", "楼主", "回复", "引用 举报", "返回列表", "跟帖"]
    picked = random.permutation(len(about))[: int(random.integers(6))]
    lines = [Line(about[int(one)], "div", fresh + 2 + int(one), bool(random.random() < 0.5)) for one in picked]
    before = int(random.integers(len(lines) + 1))
    said = [Line(_part(texts, 5, MAX_POST, random), "p", shape) for _ in range(int(random.integers(1, 4)))]
    return [*lines[:before], *said, *lines[before:]]


_LINES = {"comments": _comment, "posts": _post, "replies": _reply}


def _part(texts: Sequence[str], least: int, most: int, random: np.random.Generator) -> str:
    """Give a piece of a text, and of those behind it where it is short; short pieces are as frequent as long ones."""
    begin = int(random.integers(len(texts)))
    length = int(np.exp(random.uniform(np.log(least), np.log(most))))
    text = "".join(texts[begin : begin + 12])
    start = int(random.integers(max(1, min(len(texts[begin]), len(text) - length))))
    return text[start : start + length]


def _day(random: np.random.Generator) -> str:
    return f"20{random.integers(10, 24)}-{random.integers(1, 13):02d}-{random.integers(1, 29):02d} 12:30"
