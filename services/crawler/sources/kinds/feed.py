"""RSS and Atom: the address of the feed is all that is needed."""

import html
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

import feedparser
from pydantic import Field

from services.crawler.domain.charset import decode
from services.crawler.domain.dates import parse_time
from services.crawler.domain.source import MAX_LISTED, Listed, Parsed, Request, Source, SourcePage, State
from services.crawler.sources.blanks import address_with, blanks
from services.crawler.sources.definition import Setup
from services.crawler.sources.links import usable
from services.crawler.sources.paging import PagedOptions, carried, page_after, wanted
from services.crawler.sources.registry import Plugin
from services.crawler.sources.thin_xml import thinned
from shared.errors import PermanentError
from shared.messages.common import Published

_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_MARKS = {b"<\0?\0": "utf-16-le", b"\0<\0?": "utf-16-be"}
"""UTF-16 without a byte order mark."""
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,100})|([0-9]{1,100}));?", re.IGNORECASE)
_TAGS = re.compile(r"<[^<>]{0,500}>")


_ACCEPT = (("Accept", "application/rss+xml, application/atom+xml, */*;q=0.5"),)
_OLDER = ("prev-archive", "next")
"""Relations of the link to older items (RFC 5005, sections 4 and 3)."""


class FeedOptions(PagedOptions):
    """What a feed may be told besides its address."""

    max_items: int = Field(default=200, ge=1, le=MAX_LISTED)
    """Of one page."""
    page_address: str | None = None
    """Address of older pages, such as `https://example.com/feed/?paged={page}`, where the feed itself names none."""


@dataclass(frozen=True)
class Feed:
    """Reads the feed at `address`; times without a zone are in `zone`."""

    address: str
    zone: tzinfo
    options: FeedOptions

    def start(self, state: State, now: datetime) -> Sequence[Request]:
        """The feed itself."""
        return (Request(self.address, headers=_ACCEPT),)

    def history(self, since: datetime, now: datetime) -> Sequence[Request]:
        """The same, to be followed into its archive until everything on a page is older than `since`."""
        return (Request(self.address, headers=_ACCEPT, conditional=False, since=since),)

    def parse(self, page: SourcePage) -> Parsed:
        """The items, newest first as the feed has them. Raises PermanentError when it is no feed."""
        text = _text(page.body)
        if _ENTITY.search(text):
            # Entities are how a few bytes become gigabytes, or a local file; no feed of news defines any.
            raise PermanentError("no feed: it defines XML entities")
        thin, cut = thinned(text, self.options.max_items)
        feed = _parsed(_REFERENCE.sub(_possible, thin))
        if not feed.entries and not feed.get("version"):
            raise PermanentError(f"no feed: {feed.get('bozo_exception') or 'neither RSS nor Atom'}"[:300])
        items = [self._listed(entry, page.address) for entry in feed.entries[: self.options.max_items]]
        good = tuple(item for item in items if item is not None)
        dropped = len(items) - len(good) + cut
        return Parsed(wanted(good, page.request.since), self._further(page, feed, good), dropped=dropped)

    def _further(
        self, page: SourcePage, feed: feedparser.FeedParserDict, items: Sequence[Listed]
    ) -> tuple[Request, ...]:
        """The question for older items, where the feed or the options name their address."""
        number = page_after(page.request, items, self.options)
        if number is None:
            return ()
        links = {link.get("rel"): link.get("href") for link in feed.feed.get("links", ())}
        named = next((links[relation] for relation in _OLDER if links.get(relation)), None)
        following = usable(named, page.address) if named else None
        if following is None and self.options.page_address:
            following = address_with(self.options.page_address, {"page": str(number)})
        if following is None or following in (page.address, page.request.address):
            return ()
        carry = carried(page.request, number, items)
        return (Request(following, "GET", _ACCEPT, None, "more", False, carry, page.request.since),)

    def _listed(self, entry: feedparser.FeedParserDict, base: str) -> Listed | None:
        address = usable(entry.get("link") or "", base)
        if address is None:
            return None
        updated = str(dict.get(entry, "updated") or "")  # its own get() answers with `published` and a warning
        return Listed(
            address=address,
            title=_plain(str(entry.get("title") or "")),
            published=self._time(entry),
            marker=f"{updated}|{str(entry.get('summary') or '')[:2000]}",
            author=str(entry.get("author") or "")[:100] or None,
            outlet=str(entry.get("source", {}).get("title") or "")[:100] or None,
        )

    def _time(self, entry: feedparser.FeedParserDict) -> Published | None:
        written = entry.get("published") or dict.get(entry, "updated")
        return parse_time(str(written), self.zone) if written else None


def _text(body: bytes) -> str:
    """The feed as text; what it says of its own encoding is read with it."""
    mark = _MARKS.get(body[:4])
    return (body.decode(mark, "replace") if mark else decode(body)).replace("\0", "")


def _parsed(text: str) -> feedparser.FeedParserDict:
    body = text.encode("utf-8", "replace")  # valid UTF-8, so that no charset has to be guessed
    try:
        return feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    except (ValueError, TypeError, AttributeError, LookupError, AssertionError, RecursionError) as error:
        # Found by fuzzing: the parser's own faults on bytes that are no feed.
        raise PermanentError(f"no feed: {type(error).__name__}: {error}"[:300]) from error


def _possible(reference: re.Match[str]) -> str:
    """A reference to a character that there is; the parser breaks at others."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return "&#65533;" if code > 0x10FFFF or 0xD800 <= code < 0xE000 else reference[0]


def _plain(title: str) -> str:
    return " ".join(html.unescape(_TAGS.sub("", title)).split())[:500]


def build(setup: Setup) -> Source:
    """The feed at the address. Raises ValueError for an address of older pages without {page}."""
    options: FeedOptions = setup.options
    if options.page_address is not None and "page" not in blanks(options.page_address):
        raise ValueError("`page_address` needs the blank {page}")
    return Feed(setup.address, setup.zone, options)


PLUGIN = Plugin("feed", FeedOptions, build)
