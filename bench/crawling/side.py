"""What both crawlers of the benchmark share: how a page becomes rows, the database, and what each tells of itself."""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import text

from bench.machine import peak_megabytes
from services.crawler.adapters.store import SqlChanges
from services.crawler.application.values import LeasedPage, Origin, Screening, Verdict
from shared.store.engine import make_engine


@dataclass(frozen=True)
class Task:
    """What a side is told: the site, its database, and how much of it there is to do at once."""

    site: str
    listings: int
    pages: int
    database: str
    concurrency: int
    threads: int

    def origin(self, source: str) -> Origin:
        """What every page's source is."""
        return Origin(source=source, outlet=None, role="alert", rights="excerpt", pace=0.0)

    def listing(self, number: int) -> str:
        """The address of a listing page."""
        return f"{self.site}/list/{number}.html"


@dataclass(frozen=True)
class Told:
    """What a side did: seconds from its first request to its last row, processor seconds since it began, megabytes."""

    seconds: float
    cpu: float
    peak: float
    outcomes: dict[str, int]

    def as_line(self) -> str:
        """For standard output."""
        return json.dumps(asdict(self))


class Unleased(SqlChanges):
    """The store's transaction for pages that stand in no queue of the database."""

    def end_leases(self, looks: Sequence[tuple[LeasedPage, Verdict]]) -> None:
        """There are none."""


def everything(title: str, paragraphs: Sequence[str]) -> Screening:
    """A screen that lets all through."""
    return Screening(concerns=bool(title or paragraphs))


def told(task: Task, began: float) -> Told:
    """Look back: what stands in the database, and what it took."""
    seconds, cpu = time.monotonic() - began, time.process_time()
    engine = make_engine(task.database)
    with engine.connect() as connection:
        rows = connection.execute(text("select outcome, count(*) as pages from crawl_decisions group by outcome")).all()
    engine.dispose()
    return Told(seconds, cpu, peak_megabytes(), {row.outcome: row.pages for row in rows})
