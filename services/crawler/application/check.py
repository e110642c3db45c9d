"""Checking one source live: what its requests bring, what is missing, and what some of its articles hold.

Nothing is stored and nothing is sent; robots.txt and pace hold as for the crawler.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from services.crawler.application.ports import Extract, Fetcher, NotItsTurn, ReadDocument, Screen
from services.crawler.application.values import Answer, Article, Screening
from services.crawler.domain.dates import believable
from services.crawler.domain.source import MAX_REQUESTS, Listed, Parsed, Request, Source, SourcePage
from services.crawler.domain.text import has_article, one_line
from shared.errors import LumingError, PermanentError

LONGEST_WAIT = 90.0
"""Seconds that a check waits for its turn at a host; a person looks on."""


@dataclass(frozen=True)
class Exchange:
    """One question and what came of it."""

    request: Request
    answer: Answer | None
    """None where the host was not asked, or gave no usable answer."""
    parsed: Parsed | None
    fetched: datetime
    error: str = ""
    """In plain words; empty when the answer was read."""


@dataclass(frozen=True)
class Opened:
    """One article that was looked at."""

    item: Listed
    article: Article | None
    screening: Screening | None
    error: str = ""


@dataclass(frozen=True)
class Checked:
    """What a check found. Times are UTC."""

    exchanges: tuple[Exchange, ...]
    items: tuple[tuple[Listed, Screening], ...]
    """What is listed, each address once, and what the watchlist makes of the title alone."""
    opened: tuple[Opened, ...]
    now: datetime

    @property
    def dropped(self) -> int:
        """Items without a usable link, or past the cap."""
        return sum(one.parsed.dropped for one in self.exchanges if one.parsed)

    @property
    def undated(self) -> int:
        """Items without a time, or with one that cannot be true."""
        return sum(believable(item.published, self.now) is None for item, _ in self.items)

    @property
    def untitled(self) -> int:
        """Items without a title."""
        return sum(not item.title.strip() for item, _ in self.items)

    @property
    def faults(self) -> tuple[str, ...]:
        """Why the source cannot be called working; empty when it can."""
        found = [f"{one.request.address}: {one.error}" for one in self.exchanges if one.error]
        if not self.items and not found:
            found.append("nothing is listed: the answer was read and is empty")
        if self.items and self.untitled == len(self.items):
            found.append("no item has a title")
        found += [f"{one.item.address}: {one.error}" for one in self.opened if one.error]
        return tuple(found)


@dataclass(frozen=True)
class Check:
    """Reads a source once and some of its articles. Never raises what the source or its host did wrong."""

    fetcher: Fetcher
    extract: Extract
    screen: Screen
    read_document: ReadDocument

    async def __call__(self, source: Source, pace: float, articles: int, render: bool = False) -> Checked:
        """Ask all that a poll asks, then open the first `articles` of what is listed. `pace` in seconds."""
        now = datetime.now(UTC)
        waiting, exchanges = list(source.start({}, now)), list[Exchange]()
        listed = dict[str, Listed]()
        while waiting and len(exchanges) < MAX_REQUESTS:
            exchange = await self._asked(source, waiting.pop(0), pace, render)
            exchanges.append(exchange)
            if exchange.parsed:
                waiting += exchange.parsed.requests
                listed |= {item.address: item for item in exchange.parsed.items}
        opened = [await self._opened(item, pace, render) for item in list(listed.values())[:articles]]
        items = tuple((item, self.screen(item.title, ())) for item in listed.values())
        return Checked(tuple(exchanges), items, tuple(opened), now)

    async def _asked(self, source: Source, request: Request, pace: float, render: bool) -> Exchange:
        begun = Exchange(request, None, None, datetime.now(UTC))
        try:
            # As a poll does: what is posted is an interface's, not a page's.
            answer = await self._fetched(request, pace, render=render and request.method == "GET")
        except LumingError as error:
            return replace(begun, error=str(error))
        begun = replace(begun, answer=answer, fetched=datetime.now(UTC))
        page = SourcePage(request, answer.address, answer.body, begun.fetched, answer.charset)
        try:
            return replace(begun, parsed=await asyncio.to_thread(source.parse, page))
        except LumingError as error:
            return replace(begun, error=str(error))
        except Exception as error:  # noqa: BLE001  # a fault of the source's own code is what a check is to show
            return replace(begun, error=f"the source broke: {type(error).__name__}: {error}")

    async def _opened(self, item: Listed, pace: float, render: bool) -> Opened:
        try:
            answer = await self._fetched(Request(item.address), pace, page=True, render=render)
            article = await asyncio.to_thread(self._article, answer)
        except LumingError as error:
            return Opened(item, None, None, str(error))
        screening = self.screen(one_line(article.title) or item.title, article.paragraphs)
        return Opened(item, article, screening, "" if has_article(article.paragraphs) else "no article text")

    def _article(self, answer: Answer) -> Article:
        if answer.media == "application/pdf":
            return self.read_document(answer.body)
        return self.extract(answer.body, answer.address)

    async def _fetched(self, request: Request, pace: float, page: bool = False, render: bool = False) -> Answer:
        """The answer; a host that wants peace for a while is waited for. Raises LumingError."""
        waited = 0.0
        while True:
            try:
                return await self.fetcher.fetch(replace(request, conditional=False), pace, None, page, render)
            except NotItsTurn as error:
                pause = error.retry_after or 1.0
                waited += pause
                if waited > LONGEST_WAIT:
                    raise PermanentError(f"{error}: a check does not wait that long") from error
                await asyncio.sleep(pause)
