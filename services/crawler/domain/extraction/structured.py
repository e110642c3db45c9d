"""What a page says about itself in machine-readable form: meta tags and JSON-LD."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from lxml import etree

from services.crawler.domain.extraction.blocks import INLINE
from services.crawler.domain.extraction.page import Element, words

MAX_TITLE = 400
"""Characters of a title that are read; a longer one is no title, and comparing it costs the square of its length."""
MAX_JSON = 500_000
"""Characters of one JSON-LD script that are read."""
MAX_ITEMS = 2_000
"""JSON-LD objects of a page that are read."""
ARTICLE_TYPES = words(
    "article newsarticle blogposting reportagenewsarticle analysisnewsarticle opinionnewsarticle report "
    "techarticle scholarlyarticle liveblogposting socialmediaposting medicalscholarlyarticle medicalwebpage"
)
MAX_HEADINGS, MAX_PIECES = 60, 8
"""Headings of a page, and text nodes of a heading, that are read."""
_LEVELS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5}
_MARKED = etree.XPath(
    "//*[@itemprop or @pubdate or @rel='author' or contains(@class,'author') or contains(@class,'byline')"
    " or contains(@class,'date') or contains(@class,'itle') or contains(@class,'headline') or contains(@id,'itle')]"
)
_TITLE_BOXES = words(
    "title tit bt biaoti headline article-title article_title articletitle article-headline news-title news_title "
    "newstitle post-title entry-title main-title maintitle main_title art-title art_title arti-title arti_title "
    "content-title content_title con_title contitle con-title detail-title detail_title page-title xl_title xltitle "
    "show_title showtitle info-title info_title arc_title text-title h-title newsdetail_title"
)
"""Classes and ids of boxes that hold a page's title where no heading does (collected from saved pages)."""
MAX_BOXES, MAX_MARKED = 5, 2_000
_NO_BOXES = frozenset({"a", "meta", "title", "li", "link", "input", "img", "svg"})
_BYLINE = re.compile(r"(?:^|[\s_-])(?:byline|author)(?:$|\s|[_-]{1,2}name)|authorname")
PAGE_TYPES = frozenset({"webpage", "itempage", "videoobject", "creativework"})
_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)?[\s;]*$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as it is shown: its level, its text, and the texts of its parts where it has several."""

    level: int
    text: str
    pieces: tuple[str, ...] = ()


@dataclass(slots=True)
class Structured:
    """Meta tags by lower-case name, and the JSON-LD objects that describe an article, best type first."""

    title: str = ""
    lang: str = ""
    canonical: str = ""
    meta: dict[str, list[str]] = field(default_factory=dict)
    items: list[dict[str, Any]] = field(default_factory=list)
    by_id: dict[str, dict[str, Any]] = field(default_factory=dict)
    headings: list[Heading] = field(default_factory=list)
    headlines: list[str] = field(default_factory=list)
    """What is marked as the headline with itemprop."""
    boxes: list[str] = field(default_factory=list)
    """The texts of boxes that call themselves title in class or id and are no heading."""
    dated: list[Element] = field(default_factory=list)
    """Elements marked as the date of publication, in order."""
    bylines: list[Element] = field(default_factory=list)
    """Elements marked as the author, in order."""

    def first(self, *names: str) -> str:
        """Give the first meta value that is not empty, in the order of the names."""
        return next((value for name in names for value in self.meta.get(name, ())), "")

    def resolve(self, value: Any) -> Any:
        """Follow a reference {"@id": …} to the object it names; anything else is given back."""
        if isinstance(value, dict) and "@id" in value and len(value) <= 2 and "name" not in value:
            return self.by_id.get(str(value["@id"]), value)
        return value


def read(root: Element) -> Structured:
    """Read meta tags, the title and JSON-LD of a page."""
    found = Structured(lang=(root.get("lang") or "").lower())
    for element in root.iter("title", "meta", "link", "script", *_LEVELS):
        if element.tag in _LEVELS:
            _heading(element, found.headings)
        elif element.tag == "meta":
            _meta(element, found.meta)
        elif element.tag == "title":
            if not found.title and _in_head(element):
                found.title = squeeze("".join(element.itertext())[: MAX_TITLE * 4])[:MAX_TITLE]
        elif element.tag == "link":
            if (element.get("rel") or "").lower() == "canonical":
                found.canonical = element.get("href") or ""
        elif "ld+json" in (element.get("type") or "").lower():
            _json_ld(element.text or "", found)
    found.items.sort(key=_rank)
    _marked(root, found)
    return found


def squeeze(text: str) -> str:
    """Give the text with every run of white space as one space."""
    return " ".join(text.split())


def types(item: dict[str, Any]) -> set[str]:
    """Give the lower-case types of a JSON-LD object, without the vocabulary's address."""
    kind = item.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return {name.rsplit("/", 1)[-1].lower() for name in kinds if isinstance(name, str)}


def texts(value: Any) -> Iterator[str]:
    """Give the strings of a JSON value that is a string, a number or a list of such."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, list):
        for entry in value[:20]:
            if isinstance(entry, str):
                yield entry


def _marked(root: Element, into: Structured) -> None:
    """Sort the elements that attributes, class or id mark as headline, date or author."""
    for element in _MARKED(root)[:MAX_MARKED]:
        prop, names = element.get("itemprop"), (element.get("class") or "").lower()
        if prop == "headline":
            if len(into.headlines) < MAX_BOXES:
                into.headlines.append(squeeze((element.get("content") or "".join(element.itertext()))[: MAX_TITLE * 4]))
        elif prop == "datePublished" or "entry-date" in names or element.get("pubdate") is not None:
            into.dated.append(element)
        elif prop == "author" or element.get("rel") == "author" or _BYLINE.search(names):
            into.bylines.append(element)
        elif len(into.boxes) < MAX_BOXES and _is_title_box(element, names):
            text = squeeze("".join(islice(element.itertext(), MAX_PIECES))[: MAX_TITLE * 4])
            if 5 <= len(text) <= 120:
                into.boxes.append(text)


def _is_title_box(element: Element, names: str) -> bool:
    if element.tag in _LEVELS or element.tag in _NO_BOXES:
        return False
    return (element.get("id") or "").lower() in _TITLE_BOXES or not _TITLE_BOXES.isdisjoint(names.split())


def _heading(element: Element, into: list[Heading]) -> None:
    if len(into) >= MAX_HEADINGS:
        return
    pieces = tuple(filter(None, (squeeze(piece[:MAX_TITLE]) for piece in islice(element.itertext(), MAX_PIECES))))
    if pieces:
        broken = any(child.tag not in INLINE for child in element)
        gap = " " if broken and pieces[0].isascii() else ""
        text = squeeze(gap.join(islice(element.itertext(), MAX_PIECES * 8))[: MAX_TITLE * 4])
        into.append(Heading(_LEVELS[element.tag], text, pieces if len(pieces) > 1 else ()))


def _in_head(element: Element) -> bool:
    parent = element.getparent()
    return parent is None or parent.tag not in ("svg", "symbol", "g")


def _meta(element: Element, into: dict[str, list[str]]) -> None:
    content = element.get("content")
    if not content or not content.strip():
        return
    for attribute in ("property", "name", "itemprop"):
        name = element.get(attribute)
        if name:
            into.setdefault(name.strip().lower(), []).append(squeeze(content[:4000]))


def _rank(item: dict[str, Any]) -> int:
    kinds = types(item)
    return 0 if kinds & ARTICLE_TYPES else 1 if kinds & PAGE_TYPES else 2


def _json_ld(text: str, into: Structured) -> None:
    """Add the objects of one script; a script that is no JSON tells nothing and is passed over."""
    if len(text) > MAX_JSON:
        return
    try:
        value = json.loads(_WRAPPING.sub("", text), strict=False)
    except (ValueError, RecursionError):
        return
    pending = [value]
    while pending and len(into.items) < MAX_ITEMS:
        value = pending.pop()
        if isinstance(value, list):
            pending.extend(reversed(value[:200]))
        elif isinstance(value, dict):
            if isinstance(value.get("@id"), str) and len(value) > 2:
                into.by_id.setdefault(value["@id"], value)
            if types(value):
                into.items.append(value)
            pending.extend(value[key] for key in ("mainEntity", "mainEntityOfPage", "@graph") if key in value)
