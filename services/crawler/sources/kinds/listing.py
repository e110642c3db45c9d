"""An HTML page that lists articles, read by CSS selectors."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bs4 import BeautifulSoup, Tag
from pydantic import Field, field_validator
from soupsieve import SelectorSyntaxError
from soupsieve import compile as compile_selector

from services.crawler.domain.charset import decode
from services.crawler.domain.dates import parse_time
from services.crawler.domain.expressions import costly
from services.crawler.domain.source import MAX_LISTED, Listed, Parsed, Request, Source, SourcePage, State
from services.crawler.sources.answers import soup_of
from services.crawler.sources.blanks import address_with, blanks
from services.crawler.sources.definition import Setup
from services.crawler.sources.links import usable
from services.crawler.sources.paging import PagedOptions, carried, page_after, page_of, wanted
from services.crawler.sources.registry import Plugin
from shared.errors import PermanentError
from shared.messages.common import Published

_DATED = 300
"""Characters of an address in which its date is looked for: an expression's time grows by the cube of them."""


class ListingOptions(PagedOptions):
    """Where on the page things stand."""

    items: str
    """Selector of one article's box, such as `ul.list01 > li`."""
    link: str = "a[href]"
    """Within the box."""
    title: str | None = None
    """Within the box; the link's title attribute or text where it is not given."""
    date: str | None = None
    """Within the box."""
    date_formats: tuple[str, ...] = ()
    """strptime formats, tried before the usual ones."""
    date_in_address: str | None = None
    """Regular expression with the groups y, m and d, such as `/art/(?P<y>\\d{4})/(?P<m>\\d+)/(?P<d>\\d+)/`."""
    next: str | None = None
    """Selector of the link to the next page."""
    page_address: str | None = None
    """Address of the further pages, such as `https://www.example.com/news/index_{page}.html`, instead of `next`."""
    second_page: int = Field(default=2, ge=1)
    """What {page} is on the second page: 1 where the first one has the number 0 or none."""
    include: str = ""
    """Only addresses that contain this."""
    max_items: int = Field(default=200, ge=1, le=MAX_LISTED)
    """Of one page."""

    @field_validator("items", "link", "title", "date", "next")
    @classmethod
    def _a_selector(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                compile_selector(value)
            except SelectorSyntaxError as error:
                raise ValueError(f"no CSS selector: {str(error).splitlines()[0]}") from error
        return value

    @field_validator("date_in_address")
    @classmethod
    def _a_date_pattern(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                groups = set(re.compile(value).groupindex)
            except re.error as error:
                raise ValueError(f"no regular expression: {error}") from error
            if why := costly(value):
                raise ValueError(f"an address could keep it busy for ever: {why}")
            if groups != {"y", "m", "d"}:
                raise ValueError("the groups y, m and d are needed, each once")
        return value


@dataclass(frozen=True)
class Listing:
    """Reads the page at `address`."""

    address: str
    zone: tzinfo
    options: ListingOptions

    def start(self, state: State, now: datetime) -> Sequence[Request]:
        """The page itself."""
        return (Request(self.address),)

    def history(self, since: datetime, now: datetime) -> Sequence[Request]:
        """The same, to be paged on until everything on a page is older than `since`."""
        return (Request(self.address, conditional=False, since=since),)

    def parse(self, page: SourcePage) -> Parsed:
        """The articles in the page's order. Raises PermanentError when nothing matches `items`."""
        soup = soup_of(decode(page.body, page.charset))
        boxes = soup.select(self.options.items, limit=MAX_LISTED)
        if not boxes and page_of(page.request) > 1:
            return Parsed()  # past the end a page lists nothing
        if not boxes:
            raise PermanentError(f"nothing matches the selector `{self.options.items}`: the page has changed")
        found = [self._listed(box, page.address) for box in boxes]
        if found.count(None) == len(found):
            raise PermanentError(
                f"no link at `{self.options.link}` in any `{self.options.items}`: the page has changed"
            )
        good = [item for item in found if item is not None and self.options.include in item.address]
        most = self.options.max_items
        further = self._further(page, soup, good)
        return Parsed(wanted(good[:most], page.request.since), further, dropped=found.count(None) + len(good[most:]))

    def _further(self, page: SourcePage, soup: BeautifulSoup, items: Sequence[Listed]) -> tuple[Request, ...]:
        """The question for the next page, where there is one."""
        number = page_after(page.request, items, self.options)
        if number is None:
            return ()
        if self.options.page_address:
            following: str | None = address_with(
                self.options.page_address, {"page": str(self.options.second_page + number - 2)}
            )
        else:
            link = soup.select_one(self.options.next) if self.options.next else None
            following = usable(str(link.get("href") or ""), page.address) if link else None
        if following is None or following in (page.address, page.request.address):
            return ()
        carry = carried(page.request, number, items)
        return (Request(following, step="more", conditional=False, carry=carry, since=page.request.since),)

    def _listed(self, box: Tag, base: str) -> Listed | None:
        link = box if box.name == "a" and box.get("href") else box.select_one(self.options.link)
        address = usable(str(link.get("href") or ""), base) if link else None
        if link is None or address is None:
            return None
        named = box.select_one(self.options.title) if self.options.title else None
        title = _words(named) if named else str(link.get("title") or "") or _words(link)
        dated = box.select_one(self.options.date) if self.options.date else None
        written = _words(dated) if dated else ""
        return Listed(
            address=address,
            title=" ".join(title.split())[:500],
            published=self._time(written, address),
            marker=written,
        )

    def _time(self, written: str, address: str) -> Published | None:
        found = parse_time(written, self.zone, self.options.date_formats) if written else None
        if found is None and self.options.date_in_address:
            match = re.search(self.options.date_in_address, address[:_DATED])
            if match:
                found = parse_time("{y}-{m}-{d}".format(**match.groupdict()), self.zone)
        return found


def _words(tag: Tag) -> str:
    return tag.get_text(" ", strip=True)


def build(setup: Setup) -> Source:
    """The listing at the address. Raises ValueError when the options do not say how it goes on."""
    options: ListingOptions = setup.options
    if options.page_address is not None and "page" not in blanks(options.page_address):
        raise ValueError("`page_address` needs the blank {page}")
    if options.pages > 1 and not (options.next or options.page_address):
        raise ValueError("`pages` needs `next` or `page_address`")
    return Listing(setup.address, setup.zone, options)


PLUGIN = Plugin("listing", ListingOptions, build)
