"""The loops: poll what is due, look at what is listed, keep the leases. One task a poll or look."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from services.crawler.application.look import Look
from services.crawler.application.poll import Poll, Polled
from services.crawler.application.ports import Fetcher, LeaseLost, Queue
from services.crawler.application.progress import Progress
from services.crawler.application.telemetry import Conditions, Telemetry
from services.crawler.application.values import LeasedPage, LeasedSource, Origin
from shared.errors import LumingError, TransientError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

POLLS = 8
"""Sources polled at once."""
SWEEP = 0.5
"""Seconds between two looks at the queue when nothing wakes the loops: retries fall due, other crawlers list pages."""
GATHER = 0.05
"""Seconds for which a place in work that came free waits for others, so that one question to the queue fills them
all: asked for each alone, it cost a tenth of what a page costs the processor."""
FULL = 1.0
"""Seconds between two looks at a disk that is full: nothing is fetched then, and what was goes out."""
RENEW = 5.0
"""Seconds between two renewals of the leases, which end after 20."""
COUNT = 5.0
"""Seconds between two counts of what waits."""
STAND = 3
"""Counts after which it is looked again how the sources stand."""
LAST = 5.0
"""Seconds for what is in work when the process is asked to stop."""


@dataclass
class Crawl:
    """Everything that turns while the crawler runs."""

    sources: Mapping[str, tuple[Polled, Origin]]
    queue: Queue
    fetcher: Fetcher
    poll: Poll
    look: Look
    conditions: Conditions
    telemetry: Telemetry
    progress: Progress
    concurrency: int
    room: Callable[[], str] = lambda: ""
    """What is missing of the room to store what would be fetched; empty when there is enough."""
    _polls: dict[LeasedSource, asyncio.Task[None]] = field(default_factory=dict)
    _looks: dict[LeasedPage, asyncio.Task[None]] = field(default_factory=dict)
    _poll_next: asyncio.Event = field(default_factory=asyncio.Event)
    _look_next: asyncio.Event = field(default_factory=asyncio.Event)
    _crawlers: int = 1
    _counts: int = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Crawl until `stop` is set; then let what is in work end, or give it back."""
        loops = [
            asyncio.create_task(self._turning(name, turn))
            for name, turn in (
                ("polling", self._start_polls),
                ("looking", self._start_looks),
                ("leases", self._renew),
                ("counting", self._count),
            )
        ]
        try:
            await stop.wait()
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            await self._end()

    async def _turning(self, name: str, turn: Callable[[], Awaitable[None]]) -> None:
        """Turn for ever; while the database is away, say so and go on."""
        if name == "polling":
            await self._until_done(lambda: self.queue.enrol(list(self.sources)))
        while True:
            self.progress.turned(name)
            try:
                await turn()
                self.conditions.ready("database")
            except TransientError as error:
                self.conditions.unready("database", str(error))
                log.warning("waiting for the database", loop=name, error=str(error))
                await asyncio.sleep(1.0)

    async def _until_done(self, step: Callable[[], None]) -> None:
        while True:
            try:
                return await asyncio.to_thread(step)
            except TransientError as error:
                self.conditions.unready("database", str(error))
                await asyncio.sleep(1.0)

    async def _start_polls(self) -> None:
        if not await self._room():
            return
        names = list(self.sources)
        free = POLLS - len(self._polls)
        if free <= 0:
            await _woken(self._poll_next, SWEEP)  # a place comes free when a poll ends, not when one falls due
            return
        leased = await asyncio.to_thread(self.queue.lease_sources, names, free)
        for source in leased:
            self._polls[source] = asyncio.create_task(self._polled(source))
        wait = await asyncio.to_thread(self.queue.next_poll_in, names)
        await _woken(self._poll_next, min(SWEEP, wait + 0.005 if wait is not None else SWEEP))

    async def _start_looks(self) -> None:
        if not await self._room():
            return
        if self._looks and self.concurrency - len(self._looks) < self.concurrency // 4:
            await asyncio.sleep(GATHER)
        free = self.concurrency - len(self._looks)
        leased: list[LeasedPage] = []
        if free > 0:
            busy = self.fetcher.busy_hosts()
            leased = await asyncio.to_thread(self.queue.lease_pages, list(self.sources), busy, free)
        for page in leased:
            self._looks[page] = asyncio.create_task(self._looked(page))
        if not leased or len(self._looks) >= self.concurrency:
            await _woken(self._look_next, SWEEP)

    async def _room(self) -> bool:
        """Whether more may be fetched; else a while has passed."""
        if missing := await asyncio.to_thread(self.room):
            self.conditions.unready("disk", missing)
            await asyncio.sleep(FULL)
            return False
        self.conditions.ready("disk")
        return True

    async def _polled(self, source: LeasedSource) -> None:
        work = f"polling {source.name}"
        self.progress.began(work)
        try:
            if await self.poll(self.sources[source.name][0], source):
                self._look_next.set()
        except TransientError as error:
            log.warning("poll was not recorded", source=source.name, error=str(error))
        except Exception as error:
            log.exception("poll broke", source=source.name)
            await self._recorded(self.poll.broke(self.sources[source.name][0], source, error))
        except asyncio.CancelledError:
            await asyncio.shield(asyncio.to_thread(self.queue.release, source))
        finally:
            self.progress.ended(work)
            self._polls.pop(source, None)
            self._poll_next.set()

    async def _looked(self, page: LeasedPage) -> None:
        work = f"looking at {page.address}"
        self.progress.began(work)
        try:
            await self.look(page, self.sources[page.source][1])
        except LeaseLost as error:
            log.warning("look was not kept", address=page.address, reason=str(error))
        except TransientError as error:
            log.warning("look was not recorded: it is done again", address=page.address, error=str(error))
        except Exception as error:
            log.exception("look broke", address=page.address)
            await self._recorded(self.look.broke(page, error))
        except asyncio.CancelledError:
            await asyncio.shield(asyncio.to_thread(self.queue.give_back, page))
        finally:
            self.progress.ended(work)
            self._looks.pop(page, None)
            self._look_next.set()

    async def _recorded(self, record: Awaitable[object]) -> None:
        """Record a fault of the crawler's own; where even that fails the lease runs out, with the attempt counted."""
        try:
            await record
        except Exception:
            log.exception("the fault was not recorded")

    async def _renew(self) -> None:
        others = await asyncio.to_thread(self.queue.alive)
        if others != self._crawlers:
            log.info("crawlers share the work", crawlers=others)
            self._crawlers = others
        if self._looks or self._polls:
            await asyncio.to_thread(self.queue.renew, list(self._looks), list(self._polls))
        await asyncio.sleep(RENEW)

    async def _count(self) -> None:
        self.telemetry.waiting(await asyncio.to_thread(self.queue.waiting))
        if self._counts % STAND == 0:
            standings = await asyncio.to_thread(self.queue.standings, list(self.sources))
            self.telemetry.stand(standings, datetime.now(UTC))
        self._counts += 1
        await asyncio.sleep(COUNT)

    async def _end(self) -> None:
        works = [*self._polls.values(), *self._looks.values()]
        if works:
            _, pending = await asyncio.wait(works, timeout=LAST)
            for work in pending:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)
        try:
            await asyncio.to_thread(self.queue.gone)
        except LumingError as error:
            log.warning("the others wait a moment for this one's share", error=str(error))


async def _woken(event: asyncio.Event, most: float) -> None:
    """Wait until the event is set, at most so many seconds; it is clear afterwards."""
    try:
        async with asyncio.timeout(most):
            await event.wait()
    except TimeoutError:
        return
    finally:
        event.clear()
