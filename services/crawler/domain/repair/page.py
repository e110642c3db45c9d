"""What selectors pick from a page, the way the listing kind reads it, and what is alike among addresses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, urlsplit

from bs4 import BeautifulSoup, Tag

from services.crawler.domain.canonical import clean
from services.crawler.domain.charset import decode
from shared.errors import PermanentError

_SLUG = 20
"""Letters of a last path segment that is a title, no name of a page."""


@dataclass(frozen=True)
class Selectors:
    """What a listing's configuration says; None where the link itself serves."""

    items: str
    link: str = "a[href]"
    title: str | None = None
    date: str | None = None
    include: str = ""
    """Only addresses that contain this."""


@dataclass(frozen=True)
class Picked:
    """One article as selectors gave it."""

    address: str
    title: str
    date: str = ""


@dataclass(frozen=True)
class Page:
    """A listing as it came."""

    body: bytes
    address: str
    charset: str | None = None

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The page as elements."""
        return BeautifulSoup(decode(self.body, self.charset), "lxml")


def picked(page: Page, selectors: Selectors) -> list[Picked]:
    """What the selectors give on this page, in its order; boxes without a usable link are left out."""
    boxes = page.soup.select(selectors.items, limit=1_000)
    return [found for box in boxes if (found := picked_of(box, page.address, selectors)) is not None]


def picked_of(box: Tag, base: str, selectors: Selectors) -> Picked | None:
    """What one box gives; None without a usable link."""
    link = box if box.name == "a" and box.get("href") else box.select_one(selectors.link)
    address = usable(link, base)
    if link is None or address is None or selectors.include not in address:
        return None
    named = box.select_one(selectors.title) if selectors.title else None
    dated = box.select_one(selectors.date) if selectors.date else None
    title = words(named) if named else str(link.get("title") or "") or words(link)
    return Picked(address, title, words(dated) if dated else "")


def usable(link: Tag | None, base: str) -> str | None:
    """The address of a link, absolute; None for none, or one that leads nowhere."""
    href = str(link.get("href") or "").strip() if link is not None else ""
    if not href or href.startswith("#"):
        return None
    try:
        return clean(href, base)
    except PermanentError:
        return None


def linked(page: Page) -> frozenset[str]:
    """The places of all pages that a page links to."""
    addresses = (usable(link, page.address) for link in page.soup.select("a[href]", limit=5_000))
    return frozenset(place(address) for address in addresses if address is not None)


def words(tag: Tag) -> str:
    """An element's text in one line."""
    return " ".join(tag.get_text(" ", strip=True).split())


def place(address: str) -> str:
    """Host and path, by which two addresses are the same page whatever their scheme."""
    parts = urlsplit(address)
    return f"{(parts.hostname or '').removeprefix('www.')}{parts.path}?{parts.query}".rstrip("/?")


def shape(address: str) -> str:
    """An address with what differs from article to article taken out: numbers, hashes, titles."""
    parts = urlsplit(address)
    *folders, last = parts.path.split("/")
    segments = [re.sub(r"\d+", "0", segment) for segment in folders]
    name, dot, ending = last.rpartition(".")
    stem = name if dot else last
    if len(stem) > _SLUG or stem.count("-") > 1 or re.fullmatch(r"[0-9a-f]{8,}", stem):
        stem = "*"
    last = re.sub(r"\d+", "0", stem) + (f".{ending}" if dot else "")
    keys = "&".join(sorted({key for key, _ in parse_qsl(parts.query)}))
    return f"{(parts.hostname or '').removeprefix('www.')}{'/'.join([*segments, last])}?{keys}"


def same_title(one: str, other: str) -> bool:
    """Whether two titles are one, spaces and cuts apart: listings cut long titles at different places."""
    left, right = (re.sub(r"[\s.…]+", "", title) for title in (one, other))
    short, long = sorted((left, right), key=len)
    return len(short) >= 4 and long.startswith(short)


def spread(values: Sequence[int]) -> tuple[int, int]:
    """The shortest and the longest, or zeros."""
    return (min(values), max(values)) if values else (0, 0)
