"""What a page says about itself in machine-readable form: meta tags and JSON-LD."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from services.crawler.domain.extraction.blocks import INLINE
from services.crawler.domain.extraction.marks import ASKED, MARKED, MEANT, Marks, mark, marked_by_class
from services.crawler.domain.extraction.page import MAX_TITLE, Element, squeeze, words

MAX_JSON = 500_000
"""Characters of one JSON-LD script that are read."""
MAX_ITEMS = 2_000
"""JSON-LD objects of a page that are read."""
ARTICLE_TYPES = words(
    "article newsarticle blogposting reportagenewsarticle analysisnewsarticle opinionnewsarticle report "
    "techarticle scholarlyarticle liveblogposting socialmediaposting medicalscholarlyarticle medicalwebpage"
)
MAX_HEADINGS, MAX_PIECES = 80, 8
"""Headings of a page, with empty ones, and text nodes of a heading, that are read."""
IDEOGRAPHS = "\u2e80"
"""Where the scripts begin whose words stand without spaces."""
_LEVELS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5}
PAGE_TYPES = frozenset({"webpage", "itempage", "videoobject", "creativework"})
_OPENING = ("<!--", "//<![CDATA[", "// <![CDATA[", "<![CDATA[")
_CLOSING = ("-->", "//]]>", "// ]]>", "]]>", ";")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as it is shown: its level, its text, and the texts of its parts where it has several."""

    level: int
    text: str
    pieces: tuple[str, ...] = ()


@dataclass(slots=True)
class Structured(Marks):
    """Meta tags by lower-case name, and the JSON-LD objects that describe an article, best type first."""

    title: str = ""
    lang: str = ""
    canonical: str = ""
    address: str = ""
    """Where the page was fetched from; empty where that is not known."""
    meta: dict[str, list[str]] = field(default_factory=dict)
    items: list[dict[str, Any]] = field(default_factory=list)
    by_id: dict[str, dict[str, Any]] = field(default_factory=dict)
    headings: list[Heading] = field(default_factory=list)
    asked: int = 0
    """Headings that were read, with empty ones."""

    def first(self, *names: str) -> str:
        """Give the first meta value that is not empty, in the order of the names."""
        return next((value for name in names for value in self.meta.get(name, ())), "")

    def resolve(self, value: Any) -> Any:
        """Follow a reference {"@id": …} to the object it names; anything else is given back."""
        if isinstance(value, dict) and "@id" in value and len(value) <= 2 and "name" not in value:
            return self.by_id.get(str(value["@id"]), value)
        return value


def read(root: Element, address: str | None = None) -> Structured:
    """Read meta tags, the title and JSON-LD of a page that was fetched from `address`."""
    found = Structured(lang=(root.get("lang") or "").lower(), address=address or "")
    for element in root.iter(*_READERS, *MARKED):
        get, tag = element.get, element.tag
        read_as = _READERS.get(tag)
        if read_as:
            read_as(element, found)
        names, prop = get("class"), get("itemprop")
        kind = marked_by_class(names) if names else ""
        asked = ASKED.get(tag)
        if kind or prop or (asked and get(asked) in MEANT):
            mark(element, kind, prop or "", found)
    found.items.sort(key=_rank)
    return found


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


def _heading(element: Element, into: Structured) -> None:
    into.asked += 1
    if into.asked > MAX_HEADINGS:
        return
    level = _LEVELS[element.tag]
    pieces = [piece for piece in map(squeeze, islice(element.itertext(), MAX_PIECES * 8)) if piece]
    if len(pieces) == 1:
        into.headings.append(Heading(level, pieces[0][: MAX_TITLE + 1]))
    elif pieces:
        broken = any(child.tag not in INLINE for child in islice(element.iterdescendants(), MAX_PIECES))
        gap = " " if broken and max(pieces[0]) < IDEOGRAPHS else ""
        text = squeeze(gap.join(islice(element.itertext(), MAX_PIECES * 8))[: MAX_TITLE * 4])
        into.headings.append(Heading(level, text, tuple(piece[:MAX_TITLE] for piece in pieces[:MAX_PIECES])))


def _title(element: Element, into: Structured) -> None:
    if not into.title and _in_head(element):
        into.title = squeeze("".join(element.itertext())[: MAX_TITLE * 4])[:MAX_TITLE]


def _link(element: Element, into: Structured) -> None:
    if (element.get("rel") or "").lower() == "canonical":
        into.canonical = element.get("href") or ""


def _script(element: Element, into: Structured) -> None:
    if "ld+json" in (element.get("type") or "").lower():
        _json_ld(element.text or "", into)


def _in_head(element: Element) -> bool:
    parent = element.getparent()
    return parent is None or parent.tag not in ("svg", "symbol", "g")


def _meta(element: Element, into: Structured) -> None:
    content = element.get("content")
    if not content or not content.strip():
        return
    for attribute in ("property", "name", "itemprop"):
        name = element.get(attribute)
        if name:
            into.meta.setdefault(name.strip().lower(), []).append(squeeze(content[:4000]))


def _rank(item: dict[str, Any]) -> int:
    kinds = types(item)
    return 0 if kinds & ARTICLE_TYPES else 1 if kinds & PAGE_TYPES else 2


def _unwrapped(text: str) -> str:
    """Give a script without the comment or CDATA marks that some sites set around it."""
    text = text.strip()
    for wrapping in _OPENING:
        text = text.removeprefix(wrapping)
    for wrapping in _CLOSING * 2:
        text = text.rstrip().removesuffix(wrapping)
    return text


def _json_ld(text: str, into: Structured) -> None:
    """Add the objects of one script; a script that is no JSON tells nothing and is passed over."""
    if len(text) > MAX_JSON:
        return
    try:
        value = json.loads(_unwrapped(text), strict=False)
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


_READERS = {
    "meta": _meta,
    "title": _title,
    "link": _link,
    "script": _script,
    **dict.fromkeys(_LEVELS, _heading),
}
