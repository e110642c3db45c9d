"""The loops: what breaks is recorded, and no loop spins while every place is taken."""

import asyncio
from collections.abc import Sequence

import pytest

from services.crawler.application import crawl as module
from services.crawler.application.crawl import POLLS, Crawl
from services.crawler.application.look import Look, Patience
from services.crawler.application.poll import Poll, Polled
from services.crawler.application.progress import Progress
from services.crawler.application.values import Answer, LeasedPage, LeasedSource
from shared.errors import PermanentError
from tests.unit.crawler.fakes import ORIGIN, FakeFetcher, FakeQueue, FakeStore, FakeTelemetry, leased, lines, names
from tests.unit.crawler.test_poll import FEED, Lines

pytestmark = pytest.mark.unit


class Conditions:
    def ready(self, condition: str) -> None: ...

    def unready(self, condition: str, why: str) -> None: ...


class Due(FakeQueue):
    """Gives out sources and pages once; the database refuses the outcome of a poll."""

    def __init__(self, sources: int = 0, pages: Sequence[LeasedPage] = ()) -> None:
        super().__init__()
        self.due, self.listed, self.asked = sources, list(pages), 0

    def lease_sources(self, names: Sequence[str], most: int) -> list[LeasedSource]:
        count, self.due = min(most, self.due), max(0, self.due - most)
        return [LeasedSource("wire", {}, 0, str(number)) for number in range(count)]

    def next_poll_in(self, names: Sequence[str]) -> float | None:
        self.asked += 1
        return 0.0

    def lease_pages(self, sources: Sequence[str], busy_hosts: Sequence[str], most: int) -> list[LeasedPage]:
        pages, self.listed = self.listed, []
        return pages

    def polled(self, *args: object) -> tuple[int, int]:
        raise PermanentError("the database refuses the state")


class Broken(FakeTelemetry):
    def looked(self, *args: object) -> None:
        raise KeyError("outcome")


def crawl(queue: Due, store: FakeStore, seconds: float, fetcher: FakeFetcher | None = None) -> None:
    fetcher = fetcher or FakeFetcher({FEED: b"https://example.com/1", "https://example.com/a/1.html": b"x"})
    telemetry = Broken()
    loops = Crawl(
        sources={"wire": (Polled("wire", Lines(), 60.0, 0.0), ORIGIN)},
        queue=queue,
        fetcher=fetcher,
        poll=Poll(fetcher, queue, telemetry),
        look=Look(fetcher, lines, names("x"), store, telemetry, Patience()),
        conditions=Conditions(),
        telemetry=telemetry,
        progress=Progress(),
        concurrency=2,
    )

    async def run() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(seconds, stop.set)
        await loops.run(stop)

    asyncio.run(run())


def test_what_breaks_unexpectedly_is_recorded() -> None:
    queue, store = Due(1, [leased()]), FakeStore()
    crawl(queue, store, 0.3)
    assert "the database refuses the state" in queue.reason
    assert [verdict.outcome for _, verdict in store.decisions][-1] == "failed"
    assert "KeyError" in store.decisions[-1][1].reason


def test_no_loop_spins_while_every_place_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(FakeFetcher):
        async def fetch(self, *args: object, **more: object) -> Answer:
            await asyncio.sleep(60)
            raise AssertionError

    monkeypatch.setattr(module, "LAST", 0.01)
    queue = Due(POLLS)
    crawl(queue, FakeStore(), 0.4, Slow({}))
    assert queue.asked <= 2
