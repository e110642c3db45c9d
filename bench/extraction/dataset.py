"""Saved pages with gold bodies, cut into blocks and labelled block by block."""

import collections
import gzip
import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from services.crawler.domain.extraction import features, structured, title
from services.crawler.domain.extraction.blocks import Blocks, cut
from services.crawler.domain.extraction.charset import decode
from services.crawler.domain.extraction.layout import Layout
from services.crawler.domain.extraction.page import parse
from services.crawler.domain.extraction.signs import Floats, count

KEPT = Path(__file__).with_name("kept.txt")
SHINGLE = 4
"""Tokens of a shingle, as in the scorer."""
MAX_PLACES = 6
"""Places of the gold body at which one block may stand."""


@dataclass
class Page:
    """One page: what the model sees, what is wanted, and how to score a choice."""

    row: dict[str, Any]
    site: str
    headline: str
    blocks: Blocks
    layout: Layout
    matrix: Floats
    wanted: Floats
    """1 where the block belongs to the gold body, between 0 and 1 where a part of it does."""
    weight: float = 1.0
    """What the page counts in training."""


def kept() -> set[str]:
    """Give the names of the pages that are kept aside while extraction is tuned."""
    return {line for line in KEPT.read_text("utf-8").splitlines() if line and not line.startswith("#")}


def load(folder: Path) -> list[Page]:
    """Read all pages that have a gold body, in the manifest's order."""
    pages = []
    for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["expected_body"]:
            page = page_of(row, gzip.decompress((folder / row["html"]).read_bytes()))
            if page:
                pages.append(page)
    return pages


def page_of(row: dict[str, Any], html: bytes) -> Page | None:
    """Read one page; None where it has no text."""
    root = parse(decode(html))
    blocks = cut(root) if root is not None else Blocks()
    if not blocks.texts:
        return None
    about = structured.read(root, row["url"])
    signs = count(blocks.texts)
    layout = Layout(blocks, signs)
    headline = title.find(about)
    matrix = features.matrix(signs, layout, title.place(headline, blocks), blocks.bold)
    return Page(row, site_of(row, about, root), headline, blocks, layout, matrix, label(row, blocks.texts))


def described(page: Page, blocks: Blocks, wanted: Floats) -> Page:
    """Give a page with other blocks, described anew."""
    signs = count(blocks.texts)
    layout = Layout(blocks, signs)
    matrix = features.matrix(signs, layout, title.place(page.headline, blocks), blocks.bold)
    return Page(page.row, page.site, page.headline, blocks, layout, matrix, wanted, page.weight)


def site_of(row: dict[str, Any], about: structured.Structured, root: Any) -> str:
    """Name the site by the last two parts of its host, so that no site is in two folds."""
    address = row["url"] or about.canonical or about.first("og:url")
    host = urlsplit(address).hostname if "://" in address else None
    if not host or "." not in host:
        hosts = collections.Counter(
            urlsplit(link).hostname for link in root.xpath("//a/@href") if link.startswith("http")
        )
        host = hosts.most_common(1)[0][0] if hosts else None
    if not host or "." not in host:
        return str(row["id"])
    parts = host.split(".")
    return ".".join(parts[-3:] if parts[-2] in ("com", "co", "org", "net", "gov") and len(parts) > 2 else parts[-2:])


def tokens(text: str, chinese: bool) -> list[str]:
    """Give the tokens that the scorer compares."""
    return re.findall(r"\w" if chinese else r"\w+", unicodedata.normalize("NFKC", text).lower())


def shingles(text: str, chinese: bool) -> "collections.Counter[tuple[str, ...]]":
    """Give the multiset of the shingles that the scorer compares."""
    found = tokens(text, chinese)
    if len(found) < SHINGLE:
        return collections.Counter([tuple(found)] if found else [])
    return collections.Counter(zip(*(found[offset:] for offset in range(SHINGLE)), strict=False))


def scored(page: Page, chosen: list[int]) -> tuple[float, float]:
    """Give precision and recall of a choice of blocks, as the scorer does."""
    chinese = page.row["lang"] == "zh"
    got = shingles("\n".join(page.blocks.texts[number] for number in chosen), chinese)
    gold = shingles(page.row["expected_body"], chinese)
    hit = sum((got & gold).values())
    return hit / max(1, sum(got.values())), hit / max(1, sum(gold.values()))


def label(row: dict[str, Any], texts: list[str]) -> Floats:
    """Say for each block whether it belongs to the gold body.

    A block that stands in the gold as a whole is placed where its order among the others is kept (the heaviest
    increasing chain), so that a teaser's copy of a sentence does not count; of the rest, the share of shingles that
    the placed blocks have left over.
    """
    chinese = row["lang"] == "zh"
    separator = "" if chinese else " "
    gold = separator + separator.join(tokens(row["expected_body"], chinese)) + separator
    own = [separator.join(tokens(text, chinese)) for text in texts]
    wanted = np.zeros(len(texts), np.float32)
    wanted[_chain(own, gold, separator)] = 1
    left = shingles(row["expected_body"], chinese)
    for number in np.flatnonzero(wanted):
        left.subtract(shingles(texts[number], chinese))
    for number in np.flatnonzero(wanted == 0):
        mine = shingles(texts[number], chinese)
        size = sum(mine.values())
        if size >= SHINGLE:
            wanted[number] = sum(min(times, max(0, left[shingle])) for shingle, times in mine.items()) / size
    return wanted


def _chain(own: list[str], gold: str, separator: str) -> list[int]:
    """Give the blocks of the heaviest chain whose places in the gold increase and do not overlap."""
    candidates: list[tuple[int, int, int]] = []
    for number, text in enumerate(own):
        needle = separator + text + separator
        place, found = gold.find(needle) if text else -1, 0
        while place >= 0 and found < MAX_PLACES:
            candidates.append((number, place, place + len(separator) + len(text)))
            place, found = gold.find(needle, place + 1), found + 1
    best = np.zeros(len(candidates))
    back = np.full(len(candidates), -1)
    starts = np.array([place for _, place, _ in candidates])
    ends = np.array([end for _, _, end in candidates])
    blocks = np.array([number for number, _, _ in candidates])
    for index in range(len(candidates)):
        weight = float(ends[index] - starts[index])
        allowed = np.flatnonzero((ends[:index] <= starts[index]) & (blocks[:index] < blocks[index]))
        best[index] = weight
        if len(allowed):
            # Of equally heavy chains the one whose last block is nearest wins.
            previous = allowed[np.lexsort((blocks[allowed], best[allowed]))[-1]]
            best[index] += best[previous]
            back[index] = previous
    chain, index = [], int(best.argmax()) if len(candidates) else -1
    while index >= 0:
        chain.append(int(blocks[index]))
        index = int(back[index])
    return chain
