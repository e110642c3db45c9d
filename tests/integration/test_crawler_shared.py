"""Two crawlers share 200 sources at ten hosts; one is killed: within 30 s the other has them, and nothing is lost or
doubled.

The long form, `FULL=1`, kills three times and starts the dead one again in between.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from bench.alerting.nursery import Life
from tests import forked
from tests.integration.conftest import Kafka
from tests.integration.crawler_process import article, decided, messages, scalar, until
from tests.integration.crawler_site import Site, serve

FULL = bool(os.environ.get("FULL"))
SOURCES = 200
HOSTS = 10
PACE = 0.01
"""Seconds between two requests at a host; small, but turns and places are kept in the database."""
ROUNDS = 3 if FULL else 1
INTERVAL = 10.0
MOVED = 30.0
"""Seconds within which the one that is left has polled every source."""

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900 if FULL else 300)]


class Web(Site):
    """Pages that stand at several ports, each of which is a host of its own."""

    def __init__(self, sites: Sequence[Site]) -> None:
        super().__init__()
        self.ports = [site.port for site in sites]
        for site in sites:
            site.pages, site.log = self.pages, self.log

    def of(self, number: int, path: str) -> str:
        """The path's address at the host of this source."""
        return f"http://127.0.0.1:{self.ports[number % HOSTS]}{path}"


@pytest.fixture
def site() -> Iterator[Web]:
    with ExitStack() as running:
        yield Web([running.enter_context(serve()) for _ in range(HOSTS)])


def publish(site: Web, number: int, articles: int) -> None:
    """Let a source list so many articles, all of its own."""
    items = ""
    for each in range(articles):
        path = f"/a/{number}-{each}.html"
        if path not in site.pages:
            site.add(path, article(number * 100 + each))
        items += f"<item><title>{number}-{each}</title><link>{site.of(number, path)}</link></item>"
    site.add(f"/feed/{number}.xml", f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>')


def sources_file(site: Web, folder: Path) -> Path:
    entries = "".join(
        f'  - {{name: s{number}, kind: feed, address: "{site.of(number, f"/feed/{number}.xml")}", rights: full}}\n'
        for number in range(SOURCES)
    )
    file = folder / "sources.yaml"
    times = f"interval: {INTERVAL}, fastest: {INTERVAL}, slowest: {INTERVAL}"
    file.write_text(
        f"built_in: false\nfetching: {{timeout: 5, retry_pause: 0.2, concurrency: 4}}\n"
        f"defaults: {{{times}, pace: {PACE}}}\nsources:\n{entries}",
        "utf-8",
    )
    return file


@contextmanager
def crawler(name: str, sources: Path, servers: str, database_url: str) -> Iterator[Life]:
    """A crawler that hosts know by its contact, and the database by its instance."""
    environment = {
        **os.environ,
        "SOURCES_FILE": str(sources),
        "KAFKA_BOOTSTRAP_SERVERS": servers,
        "DATABASE_URL": database_url,
        "CRAWLER_CONTACT": f"{name}@example.com",
        "CRAWLER_INSTANCE": name,
        "ALLOW_LOOPBACK": "1",
        "TOPIC_REPLICATION": "1",
    }
    log = sources.parent / f"{name}.log"
    process = forked.start("services.crawler", "run", environment=environment, log=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def polled_by(site: Web, name: str, since: float = 0.0) -> Counter[str]:
    """Feeds that this crawler asked for, with how often."""
    asked = [path for at, path, agent in list(site.log) if at >= since and f"{name}@" in agent]
    return Counter(path for path in asked if path.startswith("/feed/"))


def held_by(engine: Engine, name: str) -> set[str]:
    """Paths of the pages that this crawler has in work."""
    with engine.connect() as connection:
        query = text("select address from listed_pages where starts_with(lease_by, :name)")
        rows = connection.execute(query, {"name": f"{name}:"}).scalars().all()
    return {"/" + address.split("/", 3)[3] for address in rows}


def test_the_other_takes_over_what_a_killed_crawler_had(
    site: Web, kafka: Kafka, engine: Engine, database_url: str, tmp_path: Path
) -> None:
    for number in range(SOURCES):
        publish(site, number, 1)
    sources = sources_file(site, tmp_path)
    on_the_wire: set[str] = set()
    with ExitStack() as running:
        crawlers = {
            name: running.enter_context(crawler(name, sources, kafka.servers, database_url)) for name in ("one", "two")
        }
        until(lambda: decided(engine) >= SOURCES, 120)
        assert min(polled_by(site, name).total() for name in crawlers) >= SOURCES / 5  # neither idles beside the other
        for turn in range(ROUNDS):
            dead, alive = ("one", "two") if turn % 2 == 0 else ("two", "one")
            for number in range(SOURCES):
                publish(site, number, turn + 2)
            listed = SOURCES * (turn + 1)
            until(lambda listed=listed: decided(engine) >= listed + SOURCES // 4)  # type: ignore[misc]  # binds the number
            crawlers[dead].kill()
            crawlers[dead].wait()
            killed = time.monotonic()
            on_the_wire |= held_by(engine, dead)
            until(lambda alive=alive, killed=killed: len(polled_by(site, alive, killed)) == SOURCES, MOVED)  # type: ignore[misc]  # binds both
            until(lambda listed=listed: decided(engine) >= listed + SOURCES)  # type: ignore[misc]  # binds the number
            if turn + 1 < ROUNDS:
                crawlers[dead] = running.enter_context(crawler(dead, sources, kafka.servers, database_url))
                began = time.monotonic()
                until(lambda dead=dead, began=began: len(polled_by(site, dead, began)) > 0)  # type: ignore[misc]  # binds both
        until(lambda: scalar(engine, "select count(*) from outbox where sent is null") == 0)
    assert scalar(engine, "select count(*) from hosts") == HOSTS
    nothing_is_lost_or_doubled(site, kafka, engine, on_the_wire)


def nothing_is_lost_or_doubled(site: Web, kafka: Kafka, engine: Engine, on_the_wire: set[str]) -> None:
    pages = SOURCES * (ROUNDS + 1)
    asked = Counter(path for _, path, _ in site.log if path.startswith("/a/"))
    assert len(asked) == pages
    twice = {path for path, count in asked.items() if count > 1}
    assert twice <= on_the_wire
    assert scalar(engine, "select count(*) from crawl_decisions") == pages
    assert scalar(engine, "select count(distinct address) from crawl_decisions") == pages
    assert scalar(engine, "select count(*) from documents") == pages
    assert scalar(engine, "select count(distinct document_id) from documents") == pages
    stored = scalar(engine, "select count(*) from documents where duplicate_of is null")
    assert scalar(engine, "select count(*) from outbox") == stored
    assert len({message.document_id for message in messages(kafka.servers)}) == stored
