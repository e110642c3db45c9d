"""Scrapy's side: its own engine, scheduler, robots.txt and downloader; pages are read and stored by the crawler's step.

`python -m bench.crawling.beside TASK` (a Task as JSON). An article's page goes to an item pipeline, which reads and
stores it in threads, as our side does; Scrapy keeps its queue in memory, so no lease is ended with the decision.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import scrapy
from prometheus_client import CollectorRegistry
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response, TextResponse

from bench.crawling.side import Task, Unleased, everything, told
from services.crawler.adapters.metrics import Metrics
from services.crawler.adapters.store import SqlStore
from services.crawler.application.look import Look, Patience, Turns
from services.crawler.application.values import Answer, LeasedPage
from services.crawler.bootstrap import extractor
from services.crawler.domain.source import Request
from shared.runtime.logs import configure_logging
from shared.store.engine import make_engine


class Handed:
    """A fetcher for the step: hands it the page that Scrapy fetched."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    async def fetch(
        self,
        request: Request,
        pace: float,
        validators: Mapping[str, str] | None = None,
        page: bool = False,
        render: bool = False,
    ) -> Answer:
        """The page."""
        return self._answer

    def busy_hosts(self) -> list[str]:
        """None."""
        return []


class Storing:
    """The item pipeline: reads the page and stores what it found."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._engine = make_engine(task.database)
        self._store = SqlStore(self._engine, lambda: None, Unleased)
        self._metrics = Metrics(CollectorRegistry())
        self._turns = Turns()

    @classmethod
    def from_crawler(cls, crawler: Any) -> "Storing":
        """As Scrapy asks for it."""
        return cls(crawler.settings["TASK"])

    async def open_spider(self) -> None:
        """As many threads as the other side has."""
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(self._task.threads, "scrapy"))

    def close_spider(self) -> None:
        """The last rows are stored."""
        self._engine.dispose()

    async def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        """Read, compare and store, by the crawler's own step."""
        address = item["address"]
        page = LeasedPage(0, item["source"], address, "", "", {"title": item["title"]}, datetime.now(UTC), 1, "")
        fetcher = Handed(Answer(address, item["body"], item["charset"]))
        look = Look(fetcher, extractor(), everything, self._store, self._metrics, Patience(), turns=self._turns)
        await look(page, self._task.origin(item["source"]))
        return {"address": address}


class Site(scrapy.Spider):  # type: ignore[misc]  # Scrapy is not installed where types are checked
    """Follows the links of each listing page."""

    name = "site"

    def __init__(self, task: Task, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._task = task

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Every listing page."""
        for number in range(self._task.listings):
            yield scrapy.Request(self._task.listing(number), cb_kwargs={"source": f"list{number}"})

    def parse(self, response: Response, **kwargs: Any) -> Iterator[scrapy.Request]:
        """The articles of a listing page."""
        for link in response.css("ul.list > li a"):
            said = {"source": kwargs["source"], "title": link.xpath("string()").get("")}
            yield response.follow(link.attrib["href"], self.article, cb_kwargs=said)

    def article(self, response: Response, source: str, title: str) -> Iterator[dict[str, Any]]:
        """A page for the pipeline."""
        charset = response.encoding if isinstance(response, TextResponse) else None
        yield {"address": response.url, "body": response.body, "source": source, "title": title, "charset": charset}


def main(task: Task) -> None:
    """Crawl; tell what it took."""
    settings = {
        "TASK": task,
        "USER_AGENT": "Luming/1.0 (+bench@example.com)",
        "ROBOTSTXT_OBEY": True,
        "CONCURRENT_REQUESTS": task.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": task.concurrency,
        "DOWNLOAD_DELAY": 0,
        "COOKIES_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "ITEM_PIPELINES": {Storing: 100},
        "LOG_LEVEL": "INFO",
    }
    process = AsyncCrawlerProcess(settings, install_root_handler=False)
    process.crawl(Site, task=task)
    began = time.monotonic()
    process.start()
    print(told(task, began).as_line(), flush=True)


if __name__ == "__main__":
    configure_logging("crawler")
    main(Task(**json.loads(sys.argv[1])))
