"""Our side: the crawler's own loops, queue, fetcher and store.

`python -m bench.crawling.ours TASK` (a Task as JSON).
"""

import asyncio
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC

from prometheus_client import CollectorRegistry

from bench.crawling.side import Task, everything, told
from services.crawler.adapters.fetcher import HttpFetcher, Limits
from services.crawler.adapters.metrics import Metrics
from services.crawler.adapters.queue import SqlQueue
from services.crawler.adapters.store import SqlStore
from services.crawler.application.crawl import Crawl
from services.crawler.application.look import Look, Patience
from services.crawler.application.poll import Poll, Polled
from services.crawler.application.progress import Progress
from services.crawler.application.values import Origin, Verdict
from services.crawler.bootstrap import extractor
from services.crawler.sources.kinds.listing import Listing, ListingOptions
from shared.runtime.health import Health
from shared.runtime.logs import configure_logging
from shared.store.engine import make_engine

DAY = 86_400.0


class Counting(Metrics):
    """The crawler's metrics; sets `done` when as many pages are settled as there are."""

    def __init__(self, pages: int, done: asyncio.Event) -> None:
        super().__init__(CollectorRegistry())
        self._left, self._done = pages, done

    def looked(self, source: str, verdict: Verdict, seconds: float) -> None:
        """Count."""
        super().looked(source, verdict, seconds)
        self._left -= verdict.outcome != "retry"
        if self._left <= 0:
            self._done.set()


def sources(task: Task) -> dict[str, tuple[Polled, Origin]]:
    """Each listing page as a source of the kind `listing`."""
    options = ListingOptions(items="ul.list > li", max_items=1000)
    found = {}
    for number in range(task.listings):
        name, source = f"list{number}", Listing(task.listing(number), UTC, options)
        found[name] = (Polled(name, source, DAY, 0.0), task.origin(name))
    return found


async def crawl(task: Task) -> None:
    """Crawl until every page is settled; tell what it took."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()
    loop.set_default_executor(ThreadPoolExecutor(task.threads, "crawler"))
    metrics, engine = Counting(task.pages, done), make_engine(task.database)
    queue = SqlQueue(engine)
    async with HttpFetcher(Limits(), "bench@example.com", True, task.concurrency) as fetcher:
        crawling = Crawl(
            sources=sources(task),
            queue=queue,
            fetcher=fetcher,
            poll=Poll(fetcher, queue, metrics),
            look=Look(fetcher, extractor(), everything, SqlStore(engine, lambda: None), metrics, Patience()),
            conditions=Health([]),
            telemetry=metrics,
            progress=Progress(),
            concurrency=task.concurrency,
        )
        began = time.monotonic()
        await crawling.run(done)
    engine.dispose()
    print(told(task, began).as_line(), flush=True)


if __name__ == "__main__":
    configure_logging("crawler")
    asyncio.run(crawl(Task(**json.loads(sys.argv[1]))))
