"""The headline of the article, by a vote of the places that may hold it."""

import re
import unicodedata
from collections import defaultdict
from html import unescape

from services.crawler.domain.extraction.blocks import TAG_CODES, Blocks
from services.crawler.domain.extraction.structured import ARTICLE_TYPES, MAX_TITLE, Structured, squeeze, texts, types

H1, H1_LIKE_TITLE, OPEN_GRAPH, TWITTER, HEADLINE, HEADING_IN_TITLE, TITLE = 5.0, 2.0, 2.5, 0.5, 2.0, 3.0, 1.3
"""Weights of the places; measured on saved pages, bench/extraction tells how."""
NAMED, UNCUT, LONG_PREFIX, SHORT_PREFIX = 0.2, 0.6, 0.95, 0.3
"""Factors of a title that still carries the site's name, of one that carries something else behind a separator, and of
what stands before a separator where that is longer or shorter than what follows."""
MAX_HEADINGS = 60
_SEPARATOR = re.compile(
    r"\s+[|\-–—·•»:<>/]+\s+|\s*[|｜_»«]+\s*|\s*--+\s*|(?<=[\u3400-\u9fff”》」）！？)])\s*[-–—]\s*(?=\S)"
)
_SITE = re.compile(
    r"(?:网|網|报|報|频道|頻道|新闻|新聞|财经|房产|社区|论坛|博客|客户端|百科全书|\.com|\.cn|\.net|\.org)$", re.I
)
_HAN = re.compile("[\u3400-\u9fff]")
_WORDS = re.compile(r"[\u3400-\u9fff]|[^\W_]+")
_HEADINGS = tuple(TAG_CODES[name] for name in ("h1", "h2", "h3", "h4", "h5"))
_RANKS = {code: rank for rank, code in enumerate(_HEADINGS)}


def key(text: str) -> str:
    """Give what two writings of one title share: no case, quotes, dashes or spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


class _Vote:
    """Counts the votes for each title, whatever its writing, and remembers the writings in order of trust."""

    def __init__(self, site: set[str]) -> None:
        self.site = site
        self.weights: dict[str, float] = defaultdict(float)
        self.writings: dict[str, list[str]] = defaultdict(list)

    def add(self, text: str, weight: float) -> None:
        """Vote for a title; what is too short or too long to be one, or the site's name, does not count."""
        text = squeeze(text)
        name = key(text)
        if len(name) >= 2 and len(text) <= MAX_TITLE and name not in self.site:
            self.weights[name] += weight
            self.writings[name].append(text)

    def add_with_prefixes(self, text: str, weight: float) -> None:
        """Vote for a title that may carry names of site and channel behind separators, and for what stands before."""
        text = squeeze(unescape(text))[:MAX_TITLE]
        cuts = [match for match in _SEPARATOR.finditer(text) if match.start() > 0][-4:]
        whole, factor, site_was_cut = text, 1.0, False
        for match in reversed(cuts):
            prefix, rest = text[: match.start()], whole[match.end() :]
            size, rest_size = len(key(prefix)), len(key(rest))
            named = key(rest) in self.site or _SITE.search(rest) or (site_was_cut and rest_size < size / 2)
            self.add(whole, weight * factor * (NAMED if named else UNCUT))
            factor *= 1 if named else LONG_PREFIX if size > rest_size else SHORT_PREFIX
            whole, site_was_cut = prefix, site_was_cut or bool(named)
        self.add(whole, weight * factor)

    def winner(self) -> str:
        """Give the heaviest title in its most trusted writing; empty where nobody voted."""
        if not self.weights:
            return ""
        writings = self.writings[max(self.weights, key=lambda name: self.weights[name])]
        # Chinese sites replace long dashes and quotation marks in <title>; the page's heading was added last.
        return writings[-1] if _HAN.search(writings[-1]) else writings[0]


def find(structured: Structured, blocks: Blocks) -> str:
    """Give the article's title without the site's name.

    Places are asked in the order in which their writing is trusted: of two writings that differ in quotation marks or
    case alone, the page's own <title> has the publisher's.
    """
    vote = _Vote(
        {key(name) for name in (structured.first("og:site_name"), structured.first("application-name")) if name}
    )
    page_title = structured.title
    title_words = _words(page_title)
    headings = _headings(blocks)
    vote.add_with_prefixes(page_title, TITLE)
    vote.add_with_prefixes(structured.first("og:title"), OPEN_GRAPH)
    vote.add_with_prefixes(structured.first("twitter:title"), TWITTER)
    for item in structured.items[:8]:
        if types(item) & ARTICLE_TYPES:
            for text in texts(item.get("headline") or item.get("name")):
                vote.add_with_prefixes(text, HEADLINE)
            break
    main = _main_heading(headings, title_words, vote.site)
    if main:
        words = _words(main)
        vote.add(main, H1 + (H1_LIKE_TITLE if len(words & title_words) > len(words) / 2 else 0))
    inside = [text for _, text in headings if len(text) > 5 and text in page_title]
    if inside:
        vote.add(max(inside, key=len), HEADING_IN_TITLE)
    return vote.winner()


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


def _words(text: str) -> set[str]:
    return set(_WORDS.findall(text.casefold()))


def _headings(blocks: Blocks) -> list[tuple[int, str]]:
    """Give the blocks that are a whole heading, as (tag code, text)."""
    found: list[tuple[int, str]] = []
    previous = -1
    for text, box in zip(blocks.texts, blocks.box, strict=True):
        if blocks.tag[box] in _HEADINGS and len(text) <= MAX_TITLE:
            if box == previous:  # one heading, cut by a line break
                _, before = found.pop()
                gap = "" if _HAN.search(before[-1:] + text[:1]) else " "
                text = f"{before}{gap}{text}"
            elif len(found) >= MAX_HEADINGS:
                break
            found.append((blocks.tag[box], text))
            previous = box
    return found


def _main_heading(headings: list[tuple[int, str]], title_words: set[str], site: set[str]) -> str:
    """Give the h1 that shares most with the page's title; empty where there is none but the site's name."""
    level = TAG_CODES["h1"]
    shown = [text for tag, text in headings if tag == level and len(key(text)) >= 4 and key(text) not in site]
    shown = [text for text in shown if len(text) > 8 or not _SITE.search(text)]

    def overlap(text: str) -> float:
        words = _words(text)
        return len(words & title_words) / max(1, len(words | title_words))

    return max(shown, key=overlap, default="")
