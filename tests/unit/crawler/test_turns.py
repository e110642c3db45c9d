"""Looks read two at a time and store together, and one question to the queue fills several places."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from services.crawler.application.crawl import Crawl
from services.crawler.application.look import READ_AT_ONCE, Look, Patience
from services.crawler.application.poll import Poll
from services.crawler.application.progress import Progress
from services.crawler.application.values import Answer, Article, LeasedPage
from services.crawler.domain.source import Request
from tests.unit.crawler.fakes import ORIGIN, FakeFetcher, FakeStore, FakeTelemetry, leased, lines, names
from tests.unit.crawler.test_crawl import Conditions, Due

pytestmark = pytest.mark.unit

ADDRESSES = [f"https://example.com/a/{number}.html" for number in range(24)]
PAGES = {address: f"x 新闻{address[-8]}\n公司公告，第{number}号。".encode() for number, address in enumerate(ADDRESSES)}
TOGETHER = 0.01
"""Seconds for which each does its work, so that those who may would meet."""


class Counter:
    """How many were in it at once, at most."""

    def __init__(self) -> None:
        self.most, self.times, self._now, self._lock = 0, 0, 0, threading.Lock()

    def count(self, work: Callable[[], Any]) -> Any:
        with self._lock:
            self._now += 1
            self.times += 1
            self.most = max(self.most, self._now)
        time.sleep(TOGETHER)
        with self._lock:
            self._now -= 1
        return work()


class Counted(FakeStore):
    """A store that counts who begins to store."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self.counter = counter

    def changes(self) -> Any:
        return self.counter.count(super().changes)


def test_two_pages_are_read_at_a_time_and_several_stored_together() -> None:
    reading, storing = Counter(), Counter()

    def extract(page: bytes, address: str | None) -> Article:
        found: Article = reading.count(lambda: lines(page, address))
        return found

    async def run() -> None:
        look = Look(FakeFetcher(PAGES), extract, names("nobody"), store, FakeTelemetry(), Patience())
        await asyncio.gather(*(look(leased(address), ORIGIN) for address in ADDRESSES))

    store = Counted(storing)
    asyncio.run(run())
    assert (reading.most, storing.most) == (READ_AT_ONCE, 1)
    assert len(store.decisions) == len(ADDRESSES)
    assert storing.times <= len(ADDRESSES) / 2


class Listed(Due):
    """A queue that gives as many pages as are asked for, and counts the questions that it could answer."""

    def __init__(self) -> None:
        super().__init__(pages=[leased(address) for address in ADDRESSES])
        self.questions = 0

    def lease_pages(self, sources: Sequence[str], busy_hosts: Sequence[str], most: int) -> list[LeasedPage]:
        pages, self.listed = self.listed[:most], self.listed[most:]
        self.questions += bool(pages)
        return pages


class Slow(FakeFetcher):
    """Answers one page after another."""

    async def fetch(self, request: Request, *args: Any, **kwargs: Any) -> Answer:
        await asyncio.sleep(TOGETHER * (1 + ADDRESSES.index(request.address) % 8))
        return await super().fetch(request, *args, **kwargs)


def test_one_question_to_the_queue_fills_several_places() -> None:
    queue, store, fetcher, telemetry = Listed(), FakeStore(), Slow(PAGES), FakeTelemetry()
    loops = Crawl(
        sources={"wire": (None, ORIGIN)},  # type: ignore[dict-item]  # nothing is polled
        queue=queue,
        fetcher=fetcher,
        poll=Poll(fetcher, queue, telemetry),
        look=Look(fetcher, lines, names("x"), store, telemetry, Patience()),
        conditions=Conditions(),
        telemetry=telemetry,
        progress=Progress(),
        concurrency=8,
    )

    async def run() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(2.0, stop.set)
        await loops.run(stop)

    asyncio.run(run())
    assert len(store.decisions) == len(ADDRESSES)
    assert queue.questions <= len(ADDRESSES) / 2
