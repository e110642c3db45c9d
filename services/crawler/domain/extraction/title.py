"""The headline of the article: the candidate that most speaks for.

Every sign has a weight; a candidate's weights are added up. `python -m bench.extraction.train_titles` fits them on
saved pages and writes titles.json.
"""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

from services.crawler.domain.extraction.agreement import Candidate, key
from services.crawler.domain.extraction.blocks import TAG_CODES, Blocks
from services.crawler.domain.extraction.candidates import gather
from services.crawler.domain.extraction.page import MAX_TITLE
from services.crawler.domain.extraction.structured import Structured

WEIGHTS = Path(__file__).with_name("titles.json")
CHINESE_ORDER = ("h1", "in the title", "titled box", "og", "json-ld", "og cut", "meta", "title", "title cut")
"""Places by how well they keep a title's writing: Chinese sites replace long dashes and quotation marks in <title>."""
ORDER = ("og", "og cut", "json-ld", "twitter", "twitter cut", "meta", "title", "title cut", "itemprop", "h1")
"""Elsewhere the publisher's own writing stands in the head; themes set headings in capitals and curl their quotes."""
FAMILIES = (("title", "title cut", "title rest"), ("og", "og cut", "twitter", "twitter cut"), ("json-ld",), ("meta",),
            ("h1", "itemprop", "titled box"))  # fmt: skip
"""Places that copy each other: each family has one voice in how a title is written."""
_HAN = re.compile("[\u3400-\u9fff]")
_HEADINGS = tuple(TAG_CODES[name] for name in ("h1", "h2", "h3", "h4", "h5"))
_RANKS = {code: rank for rank, code in enumerate(_HEADINGS)}


@cache
def weights() -> dict[str, float]:
    """Give the weight of each sign."""
    fitted: dict[str, float] = json.loads(WEIGHTS.read_text("utf-8"))
    return fitted


def find(structured: Structured) -> str:
    """Give the article's title without the site's name; empty where the page has none."""
    found = gather(structured)
    if not found:
        return ""
    known = weights()
    best = max(found.values(), key=lambda one: sum(known.get(sign, 0.0) for sign in sorted(one.signs)))
    return written(best)[:MAX_TITLE]


def written(candidate: Candidate) -> str:
    """Give a candidate in the writing that is most likely the publisher's: outside Chinese the one in most families."""
    first = next(iter(candidate.writings.values()))
    chinese = _HAN.search(first) is not None
    ordered = [candidate.writings[at] for at in (CHINESE_ORDER if chinese else ORDER) if at in candidate.writings]
    if chinese or len(set(ordered)) < 2:
        return ordered[0] if ordered else first
    known = candidate.writings
    voices = Counter(next((known[at] for at in family if at in known), "") for family in FAMILIES)
    return max(ordered, key=voices.__getitem__)


def place(headline: str, blocks: Blocks) -> int:
    """Give the number of the block that shows the headline, a heading before others; -1 where none does."""
    name = key(headline)
    if len(name) < 2:
        return -1
    shown = [number for number, text in enumerate(blocks.texts) if text == headline]
    if not any(blocks.tag[blocks.box[number]] in _HEADINGS for number in shown):
        close = [number for number, text in enumerate(blocks.texts) if abs(len(text) - len(headline)) <= 20]
        shown = [number for number in close if key(blocks.texts[number]) == name]
    ranks = [(_RANKS.get(blocks.tag[blocks.box[number]], len(_RANKS)), number) for number in shown]
    return min(ranks)[1] if ranks else -1
