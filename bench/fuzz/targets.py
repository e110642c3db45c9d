"""What is fuzzed, and what must hold for any bytes: no exception but PermanentError, and these promises."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from services.crawler.application.reading import new_page
from services.crawler.domain.canonical import canonical, clean, document_id
from services.crawler.domain.extraction import extract
from services.crawler.domain.source import MAX_LISTED, Parsed, Request, Source, SourcePage
from services.crawler.sources.kinds.feed import Feed, FeedOptions
from services.crawler.sources.kinds.json_api import JsonApi, JsonApiOptions
from services.crawler.sources.kinds.listing import Listing, ListingOptions
from services.crawler.sources.kinds.sitemap import Sitemap, SitemapOptions
from shared.errors import PermanentError

SLOW = 2.0
"""Processor seconds that no page may take."""
ADDRESS = "https://news.example.com/2026/11/22/a.html"
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
_JSON_OPTIONS = JsonApiOptions(
    items="data.list", link="url", title="title", published="time", author="author", outlet="media", updated="updated"
)


class PromiseBroken(AssertionError):
    """What must hold does not."""


def timed(target: Callable[[bytes], None], data: bytes) -> float:
    """Run a target; processor seconds it took. Raises what it raises, PromiseBroken when it is too slow."""
    began = time.thread_time()
    target(data)
    took = time.thread_time() - began
    if took > SLOW:
        raise PromiseBroken(f"{took:.1f} s of the processor for {len(data)} bytes")
    return took


def _extract(data: bytes) -> None:
    for address in (ADDRESS, None):
        found = extract(data, address)
        written = "\n".join((found.title, *found.paragraphs, found.author or ""))
        written.encode()  # a lone surrogate could be stored nowhere
        _hold(all(paragraph.strip() for paragraph in found.paragraphs), "an empty paragraph")
        _hold(found.published_at is None or found.published_at.at.tzinfo is not None, "a time without a zone")


def _addresses(data: bytes) -> None:
    text = (
        data.decode("utf-8", "surrogatepass" if b"\xed" in data else "replace")
        if _utf8(data)
        else data.decode("latin-1")
    )
    for base in (None, ADDRESS):
        try:
            address = clean(text, base)
            form = canonical(address)
        except PermanentError:
            continue
        address.encode()
        _hold(clean(address) == address, f"clean is not stable: {address!r} -> {clean(address)!r}")
        _hold(canonical(form) == form, f"canonical is not stable: {form!r} -> {canonical(form)!r}")
        _hold(document_id(form) == document_id(canonical(form)), "the document's id is not stable")


def _utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _source(source: Source) -> Callable[[bytes], None]:
    """A target that reads a source's answer and goes on as a poll does: rows for the queue."""

    def target(data: bytes) -> None:
        try:
            parsed = source.parse(SourcePage(Request(ADDRESS), ADDRESS, data, NOW))
        except PermanentError:
            return
        _listed(parsed)

    return target


def _listed(parsed: Parsed) -> None:
    _hold(len(parsed.items) <= MAX_LISTED, f"{len(parsed.items)} items")
    for item in parsed.items:
        _hold(clean(item.address) == item.address, f"not a clean address: {item.address!r}")
        page = new_page(item, NOW)
        row = json.dumps([page.address, page.marker, dict(page.hints)], ensure_ascii=False)
        row.encode()
        _hold("\\u0000" not in row, "a null that no database takes")
    for request in parsed.requests:
        clean(request.address)


def _hold(promise: bool, otherwise: str) -> None:
    if not promise:
        raise PromiseBroken(otherwise)


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "extract": _extract,
    "canonical": _addresses,
    "feed": _source(Feed(ADDRESS, UTC, FeedOptions())),
    "listing": _source(Listing(ADDRESS, UTC, ListingOptions(items="li, .item", date="span", title="h3"))),
    "sitemap": _source(Sitemap(ADDRESS, UTC, SitemapOptions())),
    "json": _source(JsonApi(ADDRESS, UTC, _JSON_OPTIONS)),
}
