"""The crawler's own steps on a real site and the real database: a source is polled, its pages are looked at."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, text

from services.crawler.adapters.fetcher import HttpFetcher, Limits
from services.crawler.adapters.pdf import read_pdf
from services.crawler.adapters.queue import SqlQueue
from services.crawler.adapters.store import SqlStore
from services.crawler.application.look import Look, Patience
from services.crawler.application.poll import Poll, Polled
from services.crawler.application.values import NewPage, Origin, Screening, Verdict
from services.crawler.bootstrap import extractor
from services.crawler.domain.canonical import host_of
from services.crawler.domain.source import Source
from tests.unit.crawler.fakes import FakeTelemetry, again_in

NAME = "hostile"
LIMITS = Limits(timeout=8.0)
STORY = (
    "阿里健康周五晚间公告，公司已与东海省三家医院签署合作协议，将在未来两年内共同建设互联网医院平台，协议总金额为2.06亿元，"
    "其中首期投入4500万元，预计于2027年3月前完成。公司表示，平台将接入医保在线结算，首批覆盖慢性病复诊与药品配送两项服务。"
)


def page(title: str, body: str = STORY, head: str = "") -> str:
    """An article's page."""
    return f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1><p>{body}</p></body></html>"


@dataclass
class Desk:
    """Polls and looks, as the crawler does."""

    engine: Engine
    queue: SqlQueue = field(init=False)
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.queue = SqlQueue(self.engine)

    def poll(self, source: Source, pace: float = 0.0) -> None:
        """One poll of the source as `NAME`, on a new connection."""

        async def run() -> None:
            async with HttpFetcher(LIMITS, "tests@example.com", True) as fetcher:
                [leased] = self.queue.lease_sources([NAME], 1)
                await Poll(fetcher, self.queue, FakeTelemetry())(Polled(NAME, source, 60.0, pace), leased)

        self.queue.enrol([NAME])
        with self.engine.begin() as connection:
            connection.execute(text("update sources set next_poll = now()"))
        asyncio.run(run())

    def look(self, *addresses: str, reliability: Any = "F", source: str = NAME) -> Sequence[Verdict]:
        """List these pages and look at each of them; the verdicts in this order."""
        now = datetime.now(UTC)
        self.queue.enrol([source])
        with self.engine.begin() as connection:
            connection.execute(text("update sources set next_poll = now()"))
        [leased] = self.queue.lease_sources([source], 1)
        pages = [NewPage(address, host_of(address), now.isoformat(), {}, now) for address in addresses]
        self.queue.polled(leased, pages, {}, again_in(60.0))
        origin = Origin(source, None, "alert", "full", 0.0, reliability=reliability)

        async def run() -> None:
            async with HttpFetcher(LIMITS, "tests@example.com", True) as fetcher:
                store = SqlStore(self.engine, lambda: None)
                patience = Patience(1, 1.0)
                look = Look(fetcher, extractor(), watched, store, FakeTelemetry(), patience, read_document=read_pdf)
                for each in self.queue.lease_pages([source], [], 1_000):
                    self.verdicts[each.address] = await look(each, origin)

        asyncio.run(run())
        return [self.verdicts[address] for address in addresses]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the database."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]


def watched(title: str, paragraphs: Sequence[str]) -> Screening:
    """Every page concerns us, so that each goes the whole way."""
    return Screening(True, ("alihealth",), ())
