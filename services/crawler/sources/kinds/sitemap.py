"""Sitemaps, with or without Google's news extension, and sitemap indexes.

Format: sitemaps.org/protocol.html; the news extension: schemas `http://www.google.com/schemas/sitemap-news/0.9`.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from xml.etree import ElementTree

from pydantic import Field

from services.crawler.domain.dates import parse_time
from services.crawler.domain.source import MAX_LISTED, Listed, Parsed, Request, Source, SourcePage, State
from services.crawler.sources.definition import Setup
from services.crawler.sources.links import usable
from services.crawler.sources.paging import wanted
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel
from shared.errors import PermanentError

MAX_UNPACKED = 50_000_000
"""Bytes of one sitemap, unpacked (sitemaps.org allows 50 MB)."""
MAX_TAGS = 1_000_000
"""Tags of one sitemap: ten elements for each of its 50,000 addresses (sitemaps.org). 45 MB of empty elements would be
eleven million, gigabytes of memory and a quarter of a minute."""
MAX_QUOTES = 1_000_000
"""Quotation marks of one sitemap, of which every attribute has two."""

_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class SitemapOptions(ConfigModel):
    """What a sitemap may be told besides its address."""

    max_items: int = Field(default=200, ge=1, le=MAX_LISTED)
    """The newest are taken."""
    include: str = ""
    """Only addresses that contain this."""
    max_children: int = Field(default=3, ge=1, le=10)
    """Sitemaps of an index that are read, newest first."""
    history_children: int = Field(default=50, ge=1, le=1_000)
    """The same when the past is read back; then all addresses of a sitemap are taken, up to a thousand."""


@dataclass(frozen=True)
class Sitemap:
    """Reads the sitemap or index at `address`."""

    address: str
    zone: tzinfo
    options: SitemapOptions

    def start(self, state: State, now: datetime) -> Sequence[Request]:
        """The sitemap itself."""
        return (Request(self.address),)

    def history(self, since: datetime, now: datetime) -> Sequence[Request]:
        """The same; of an index the sitemaps that changed after `since`, of a sitemap the newer addresses."""
        return (Request(self.address, conditional=False, since=since),)

    def parse(self, page: SourcePage) -> Parsed:
        """The newest addresses, or the newest sitemaps of an index. Raises PermanentError when it is no sitemap."""
        root = _root(_unpacked(page.body))
        kind = _name(root)
        if kind == "sitemapindex" and page.request.step == "":
            return Parsed(requests=tuple(self._children(root, page)))
        if kind != "urlset":
            raise PermanentError(f"no sitemap: the document is a <{kind[:40]}>")
        items, dropped = [], 0
        for entry in root:
            item = self._listed(entry, page.address)
            if item is None:
                dropped += 1
            elif self.options.include in item.address:
                items.append(item)
        # A date that is missing sorts last; equal dates keep the file's order.
        items.sort(key=lambda item: item.published.at.timestamp() if item.published else 0.0, reverse=True)
        since = page.request.since
        most = self.options.max_items if since is None else MAX_LISTED
        newer = wanted(items, since)
        return Parsed(items=newer[:most], dropped=dropped + len(newer[most:]))

    def _children(self, root: ElementTree.Element, page: SourcePage) -> Iterator[Request]:
        """The sitemaps of an index that are read on; one without a time may hold anything."""
        since = page.request.since
        found = []
        for child in root:
            address = usable(_text(child, "loc"), page.address)
            changed = _text(child, "lastmod")
            if address and wanted([Listed(address, published=parse_time(changed, self.zone))], since):
                found.append((changed, address))
        found.sort(key=lambda pair: pair[0], reverse=True)  # ISO 8601 sorts as text
        for _, address in found[: self.options.max_children if since is None else self.options.history_children]:
            yield Request(address, step="child", conditional=since is None, since=since)

    def _listed(self, entry: ElementTree.Element, base: str) -> Listed | None:
        address = usable(_text(entry, "loc"), base)
        if address is None:
            return None
        changed = _text(entry, "lastmod")
        published = _news(entry, "publication_date") or changed
        return Listed(
            address=address,
            title=" ".join(_news(entry, "title").split())[:500],
            published=parse_time(published, self.zone) if published else None,
            marker=changed,
            outlet=_news(entry, "name")[:100] or None,
        )


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        data = unpacker.decompress(body, MAX_UNPACKED)
    except zlib.error as error:
        raise PermanentError(f"no gzip: {error}") from error
    if unpacker.unconsumed_tail:
        raise PermanentError(f"larger than {MAX_UNPACKED // 1_000_000} MB unpacked")
    return data


def _root(body: bytes) -> ElementTree.Element:
    if _DECLARATION.search(body.replace(b"\0", b"")):
        raise PermanentError("no sitemap: it declares a DOCTYPE or entities")
    if body.count(b"<") > MAX_TAGS or body.count(b'"') + body.count(b"'") > MAX_QUOTES:
        raise PermanentError(f"no sitemap: more than {MAX_TAGS:,} tags or {MAX_QUOTES // 2:,} attributes")
    try:
        # Safe without defusedxml: entities cannot be declared (looked for above), and expat fetches nothing.
        return ElementTree.fromstring(body)  # noqa: S314
    except (ElementTree.ParseError, ValueError, RecursionError, LookupError) as error:
        raise PermanentError(f"no XML: {error}"[:300]) from error


def _name(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _text(entry: ElementTree.Element, name: str) -> str:
    """The text of a child in the entry's own namespace: an image's or a video's address is not the page's."""
    space = str(entry.tag).rpartition("}")[0]
    for element in entry:
        if _name(element) == name and str(element.tag).rpartition("}")[0] == space:
            return (element.text or "").strip()
    return ""


def _news(entry: ElementTree.Element, name: str) -> str:
    """The text inside the entry's news extension."""
    for element in entry:
        if _name(element) == "news" and "sitemap-news" in str(element.tag):
            return next(((one.text or "").strip() for one in element.iter() if _name(one) == name), "")
    return ""


def build(setup: Setup) -> Source:
    """The sitemap at the address."""
    return Sitemap(setup.address, setup.zone, setup.options)


PLUGIN = Plugin("sitemap", SitemapOptions, build)
