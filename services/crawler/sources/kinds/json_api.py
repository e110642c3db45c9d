"""A JSON interface: the question with its blanks, and dotted paths to what is read of the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Literal

from pydantic import Field

from services.crawler.domain.dates import from_epoch, parse_time
from services.crawler.domain.source import (
    MAX_LISTED,
    MAX_REQUESTS,
    Listed,
    Parsed,
    Request,
    Source,
    SourcePage,
    State,
)
from services.crawler.sources.blanks import address_with, blanks, body_with
from services.crawler.sources.definition import Setup
from services.crawler.sources.json_path import address_of, json_of, plain, walk, word
from services.crawler.sources.links import usable
from services.crawler.sources.paging import PAGE, PagedOptions, carried, page_after, page_of, wanted
from services.crawler.sources.registry import Plugin
from shared.errors import PermanentError
from shared.messages.common import Published

__all__ = ["PLUGIN", "JsonApi", "JsonApiOptions", "build", "walk"]

CURSOR, WORD = "cursor", "word"
"""Keys of `Request.carry`, and the blanks they fill."""


class JsonApiOptions(PagedOptions):
    """The question, and where in the answer things stand. Paths below `items` are within one item."""

    method: Literal["GET", "POST"] = "GET"
    headers: Mapping[str, str] = Field(default_factory=dict)
    body: str | None = None
    """Sent with POST. Address and body may have blanks: {page}, {cursor}, {word}, {now_s} and {now_ms} (since 1970)."""
    words: tuple[str, ...] = ()
    """What is searched for: one question each, with {word} filled."""
    first_page: int = Field(default=1, ge=0)
    """What {page} is at first; with `page_step` items it may be an offset."""
    page_step: int = Field(default=1, ge=1)
    cursor: str | None = None
    """Path, from the top of the answer, of what {cursor} is on the next page; empty on the first."""
    next: str | None = None
    """Path, from the top of the answer, of the next page's address."""
    items: str = ""
    """Path of the list; empty: the answer is the list."""
    link: str
    """Path of the address, or a template such as `https://example.com/detail/{id}`."""
    title: str
    published: str | None = None
    published_as: Literal["text", "epoch_s", "epoch_ms"] = "text"
    published_formats: tuple[str, ...] = ()
    """strptime formats, tried before the usual ones."""
    updated: str | None = None
    """Path of whatever changes with the article."""
    author: str | None = None
    outlet: str | None = None
    max_items: int = Field(default=200, ge=1, le=MAX_LISTED)
    """Of one page."""


@dataclass(frozen=True)
class JsonApi:
    """Asks the interface at `address`."""

    address: str
    zone: tzinfo
    options: JsonApiOptions

    def start(self, state: State, now: datetime) -> Sequence[Request]:
        """The question, once for each word."""
        return self._first(now, None)

    def history(self, since: datetime, now: datetime) -> Sequence[Request]:
        """The same, to be paged on until everything on a page is older than `since`."""
        return self._first(now, since)

    def parse(self, page: SourcePage) -> Parsed:
        """The items in the answer's order. Raises PermanentError when the answer has another shape."""
        answer = json_of(page.body, page.charset)
        rows = walk(answer, self.options.items)
        if rows is None and page_of(page.request) > 1:
            return Parsed()  # past the end the list is mostly null
        if not isinstance(rows, list):
            raise PermanentError(f"no list at `{self.options.items}` of the answer but {type(rows).__name__}")
        found = [self._listed(row, page.address) for row in rows[: self.options.max_items]]
        good = tuple(item for item in found if item is not None)
        if rows and not good:
            raise PermanentError(f"no item of `{self.options.items}` has a link at `{self.options.link}`")
        further = self._further(page, answer, good)
        return Parsed(wanted(good, page.request.since), further, dropped=len(rows) - len(good))

    def _first(self, now: datetime, since: datetime | None) -> tuple[Request, ...]:
        carries: Sequence[Mapping[str, str]] = [{WORD: one} for one in self.options.words] or [{}]
        return tuple(self._question(self.address, carry, now, since) for carry in carries)

    def _question(self, address: str, carry: Mapping[str, str], now: datetime, since: datetime | None) -> Request:
        options, number = self.options, int(carry.get(PAGE, "1"))
        values = {
            "page": str(options.first_page + (number - 1) * options.page_step),
            "cursor": carry.get(CURSOR, ""),
            "word": carry.get(WORD, ""),
            "now_s": str(int(now.timestamp())),
            "now_ms": str(int(now.timestamp() * 1000)),
        }
        return Request(
            address_with(address, values),
            method=options.method,
            headers=(("Accept", "application/json, */*;q=0.5"), *options.headers.items()),
            body=body_with(options.body, values) if options.body is not None else None,
            step="more" if number > 1 else "",
            conditional=options.method == "GET" and number == 1 and since is None,
            carry=carry,
            since=since,
        )

    def _further(self, page: SourcePage, answer: Any, items: Sequence[Listed]) -> tuple[Request, ...]:
        """The question for the next page, where there is one."""
        request, options = page.request, self.options
        number = page_after(request, items, options)
        if number is None:
            return ()
        carry, address = carried(request, number, items), self.address
        if options.next:
            following = usable(word(answer, options.next), page.address)
            if following is None:
                return ()
            return (self._question(following.replace("{", "%7B"), carry, page.fetched, request.since),)
        if options.cursor:
            cursor = word(answer, options.cursor)
            if cursor in ("", carry.get(CURSOR)):
                return ()
            carry = {**carry, CURSOR: cursor}
        elif "page" not in blanks(address, options.body):
            return ()
        return (self._question(address, carry, page.fetched, request.since),)

    def _listed(self, row: object, base: str) -> Listed | None:
        address = usable(address_of(self.options.link, row), base)
        if address is None:
            return None
        return Listed(
            address=address,
            title=plain(word(row, self.options.title))[:500],
            published=self._time(row),
            marker=word(row, self.options.updated),
            author=plain(word(row, self.options.author))[:100] or None,
            outlet=plain(word(row, self.options.outlet))[:100] or None,
        )

    def _time(self, row: object) -> Published | None:
        written = word(row, self.options.published)
        if not written:
            return None
        if self.options.published_as == "text":
            return parse_time(written, self.zone, self.options.published_formats)
        try:
            return from_epoch(float(written), self.options.published_as)
        except ValueError:
            return None


def build(setup: Setup) -> Source:
    """The interface at the address. Raises ValueError when blanks and options do not fit together."""
    options: JsonApiOptions = setup.options
    there = blanks(setup.address, options.body)
    if options.body is not None and options.method == "GET":
        raise ValueError("a `body` is sent with `method: POST` alone")
    if bool(options.words) != ("word" in there):
        raise ValueError("`words` and the blank {word}, in the address or the body, go together")
    if bool(options.cursor) != ("cursor" in there):
        raise ValueError("`cursor` and the blank {cursor}, in the address or the body, go together")
    if options.pages > 1 and not (there & {"page", "cursor"} or options.next):
        raise ValueError("`pages` needs the blank {page} or {cursor} in the address or the body, or `next`")
    asked = max(1, len(options.words)) * options.pages
    if asked > MAX_REQUESTS:
        raise ValueError(f"words times pages are {asked} questions a poll; {MAX_REQUESTS} are asked at most")
    return JsonApi(setup.address, setup.zone, options)


PLUGIN = Plugin("json_api", JsonApiOptions, build)
