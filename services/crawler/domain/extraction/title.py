"""The headline of the article, by a vote of the places that may hold it."""

import re
import unicodedata
from collections import defaultdict

from services.crawler.domain.extraction.blocks import TAG_CODES, Blocks
from services.crawler.domain.extraction.structured import ARTICLE_TYPES, MAX_TITLE, Structured, squeeze, texts, types

_SEPARATOR = re.compile(
    r"\s+[|\-–—·•»:<>/]+\s+|\s*[|｜_»«]+\s*|\s*--+\s*|(?<=[\u3400-\u9fff”》」）！？])\s*[-–—]\s*(?=\S)|\s+[|]|[|]\s+"
)
_WORDS = re.compile(r"[\u3400-\u9fff]|[^\W_]+")
_HEADINGS = tuple(TAG_CODES[name] for name in ("h1", "h2", "h3", "h4", "h5"))
MAX_HEADINGS = 60


def key(text: str) -> str:
    """Give what two writings of one title share: no case, quotes, dashes or spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


class _Vote:
    """Counts the votes for each writing-independent title and remembers the writings."""

    def __init__(self) -> None:
        self.weights: dict[str, float] = defaultdict(float)
        self.writings: dict[str, list[tuple[float, str]]] = defaultdict(list)

    def add(self, text: str, weight: float) -> None:
        """Vote for a title; what is too short or too long to be one does not count."""
        text = squeeze(text)
        name = key(text)
        if len(name) >= 2 and len(text) <= MAX_TITLE:
            self.weights[name] += weight
            self.writings[name].append((weight, text))

    def winner(self) -> str:
        """Give the heaviest title, in the writing of the most trusted place; empty where nobody voted."""
        if not self.weights:
            return ""
        best = max(self.weights, key=lambda name: self.weights[name])
        return max(self.writings[best], key=lambda entry: entry[0])[1]


def find(structured: Structured, blocks: Blocks) -> str:
    """Give the article's title without the site's name; weights as measured in bench/extraction."""
    vote = _Vote()
    page_title = structured.title
    title_words = set(_WORDS.findall(page_title.casefold()))
    site = {key(name) for name in (structured.first("og:site_name"), structured.first("application-name")) if name}
    headings = _headings(blocks)
    for text in _first_headings(headings, title_words, site):
        words = set(_WORDS.findall(text.casefold()))
        shared = len(words & title_words) / max(1, len(words))
        vote.add(text, 5 + (2 if shared > 0.5 else 0))
    for name in ("og:title", "twitter:title"):
        _with_prefixes(vote, structured.first(name), 2.5 if name == "og:title" else 0.5, site)
    for item in structured.items[:8]:
        if types(item) & ARTICLE_TYPES:
            for text in texts(item.get("headline") or item.get("name")):
                _with_prefixes(vote, text, 2, site)
            break
    inside = [text for _, text in headings if len(text) > 5 and text in page_title]
    if inside:
        vote.add(max(inside, key=len), 3)
    _with_prefixes(vote, page_title, 1.3, site)
    return vote.winner()


def _headings(blocks: Blocks) -> list[tuple[int, str]]:
    """Give the blocks that are a whole heading, as (tag code, text)."""
    found = []
    for text, box in zip(blocks.texts, blocks.box, strict=True):
        if blocks.tag[box] in _HEADINGS and len(text) <= MAX_TITLE:
            found.append((blocks.tag[box], text))
            if len(found) >= MAX_HEADINGS:
                break
    return found


def _first_headings(headings: list[tuple[int, str]], title_words: set[str], site: set[str]) -> list[str]:
    """Give the h1 that shares most with the page's title, of the h1 that are not the site's name."""
    level = TAG_CODES["h1"]
    texts_of_h1 = [text for tag, text in headings if tag == level and key(text) not in site and len(key(text)) >= 4]

    def overlap(text: str) -> float:
        words = set(_WORDS.findall(text.casefold()))
        return len(words & title_words) / max(1, len(words | title_words))

    return [max(texts_of_h1, key=overlap)] if texts_of_h1 else []


def _with_prefixes(vote: _Vote, text: str, weight: float, site: set[str]) -> None:
    """Vote for a title and for what stands before its separators, the longest prefix first."""
    text = squeeze(text)[:MAX_TITLE]
    if not text:
        return
    cuts = [match.start() for match in _SEPARATOR.finditer(text) if match.start() > 0][-4:]
    vote.add(text, weight * (0.6 if cuts else 1))
    for number, cut in enumerate(reversed(cuts)):
        if key(text[:cut]) not in site:
            vote.add(text[:cut], weight * (1 - 0.15 * number))
