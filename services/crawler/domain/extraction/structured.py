"""What a page says about itself in machine-readable form: meta tags and JSON-LD."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

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
PAGE_TYPES = frozenset({"webpage", "itempage", "videoobject", "creativework"})
_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)?[\s;]*$")


@dataclass(slots=True)
class Structured:
    """Meta tags by lower-case name, and the JSON-LD objects that describe an article, best type first."""

    title: str = ""
    lang: str = ""
    canonical: str = ""
    meta: dict[str, list[str]] = field(default_factory=dict)
    items: list[dict[str, Any]] = field(default_factory=list)
    by_id: dict[str, dict[str, Any]] = field(default_factory=dict)

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
    for element in root.iter("title", "meta", "link", "script"):
        if element.tag == "meta":
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
