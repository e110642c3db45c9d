"""Elements that attributes, class or id mark as a page's headline, date of publication or author."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any

from services.crawler.domain.extraction.page import MAX_TITLE, Element, squeeze, words

ASKED = {"a": "rel", "time": "pubdate", **dict.fromkeys(("div", "td", "span", "p"), "id")}
"""The attribute that is asked for by tag; a page is too long to ask every element for all."""
MARKED = (*ASKED, "b", "cite", "dd", "em", "font", "header", "i", "label", "li", "section", "strong", "address", "ul")
"""Tags that carry marks on saved pages."""
MAX_MARKED = 8
"""Elements of each kind that are kept."""
MAX_TRIED = 40
"""Boxes of which the text is read."""
MAX_PIECES = 8
"""Text nodes of a title's box that are read."""
_TITLE_BOXES = words(
    "title tit bt biaoti headline article-title article_title articletitle article-headline news-title news_title "
    "newstitle post-title entry-title main-title maintitle main_title art-title art_title arti-title arti_title "
    "content-title content_title con_title contitle con-title detail-title detail_title page-title xl_title xltitle "
    "show_title showtitle info-title info_title arc_title text-title h-title newsdetail_title"
)
"""Classes and ids of boxes that hold a page's title where no heading does (collected from saved pages)."""
MEANT = _TITLE_BOXES | {"author", "", "pubdate"}
"""Values of those attributes that mean something; pubdate stands alone or with its own name."""
_NO_BOXES = frozenset({"a", "meta", "title", "li", "link", "input", "img", "svg", "h1", "h2", "h3", "h4", "h5"})
_BYLINE = re.compile(r"(?:^|[\s_-])(?:byline|author)(?:$|\s|[_-]{1,2}name)|authorname")


@dataclass(slots=True)
class Marks:
    """The marked elements of a page, each kind in order and at most `MAX_MARKED`."""

    headlines: list[str] = field(default_factory=list)
    """What is marked as the headline with itemprop."""
    boxes: list[str] = field(default_factory=list)
    """The texts of boxes that call themselves title in class or id and are no heading."""
    dated: list[Element] = field(default_factory=list)
    bylines: list[Element] = field(default_factory=list)
    tried: int = 0
    """Boxes whose text was read, with empty and long ones."""


@lru_cache(maxsize=20_000)
def marked_by_class(names: str) -> str:
    """Say whether a class attribute means a date, an author or a title; empty for none of them."""
    names = names.lower()
    if "entry-date" in names:
        return "date"
    if ("author" in names or "byline" in names) and _BYLINE.search(names):
        return "author"
    return "" if _TITLE_BOXES.isdisjoint(names.split()) else "title"


def mark(element: Element, kind: str, prop: str, into: Marks) -> None:
    """Keep an element under what its itemprop, its class (`kind`), its rel, pubdate or id say it is."""
    if prop == "headline":
        if len(into.headlines) < MAX_MARKED:
            text = element.get("content") or "".join(element.itertext())
            into.headlines.append(squeeze(text[: MAX_TITLE * 4]))
    elif prop == "datePublished" or kind == "date" or element.get("pubdate") is not None:
        _keep(into.dated, element)
    elif prop == "author" or kind == "author" or (element.tag == "a" and element.get("rel") == "author"):
        _keep(into.bylines, element)
    elif (kind == "title" or element.get("id") in _TITLE_BOXES) and element.tag not in _NO_BOXES:
        into.tried += 1
        if into.tried <= MAX_TRIED:
            text = squeeze("".join(islice(element.itertext(), MAX_PIECES))[: MAX_TITLE * 4])
            if 5 <= len(text) <= 120:
                _keep(into.boxes, text)


def _keep(into: list[Any], one: Any) -> None:
    if len(into) < MAX_MARKED:
        into.append(one)
