"""Putting the crawler together: the one place that names concrete classes."""

import asyncio
import os
import random
import threading
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry
from sqlalchemy import Engine

from services.crawler.adapters.fetcher import Limits
from services.crawler.adapters.hosts import SharedHosts
from services.crawler.adapters.kafka import KafkaSender
from services.crawler.adapters.metrics import Metrics
from services.crawler.adapters.outbox import SqlOutbox
from services.crawler.adapters.pdf import read_pdf
from services.crawler.adapters.queue import SqlQueue
from services.crawler.adapters.relaying import Relaying
from services.crawler.adapters.room import Room
from services.crawler.adapters.store import SqlStore
from services.crawler.application.crawl import Crawl
from services.crawler.application.look import Look, Patience
from services.crawler.application.poll import Poll, Polled
from services.crawler.application.ports import Extract, Screen
from services.crawler.application.progress import Progress
from services.crawler.application.relay import Relay
from services.crawler.application.values import Article, Origin, Screening
from services.crawler.domain.extraction import SiteRule, extract
from services.crawler.fetching import fetcher_of
from services.crawler.settings import CrawlerSettings
from services.crawler.sources.config import ConfiguredSource, Sources, load_sources
from services.crawler.sources.kinds.listing import Listing
from services.crawler.sources.registry import plugins
from shared.errors import LumingError
from shared.messages.topics import TOPICS
from shared.runtime.health import Health, serve_health
from shared.runtime.kafka import ensure_topics, wait_for_broker
from shared.runtime.logs import get_logger
from shared.runtime.metrics import describe_process
from shared.store.engine import make_engine, migrate, wait_for_database
from shared.watch import Watcher, Watchlist, load_watchlist

log = get_logger(__name__)

THREADS = 16
"""For the database, extraction and names to be resolved; waits of one must not hold up the others."""
RESTED = 2.0
"""Seconds without use after which a connection is asked whether it lives: every step tries again by itself."""
NOTICE = 0.2  # seconds within which a signal to stop is noticed
WATCH = 5.0
"""Seconds between two looks at whether the process gets on."""


def run(settings: CrawlerSettings, stop: threading.Event, since: datetime | None = None) -> None:
    """Crawl until `stop`; read sources back to `since`, once, where they allow it.

    Raises ConfigError before anything is started.
    """
    sources = load_sources(settings.sources, os.environ, datetime.now(UTC).date(), settings.sources_overlay)
    watchlist = load_watchlist(settings.config_dir / "watchlist.yaml")
    health, registry, progress = Health(["database", "broker"]), CollectorRegistry(), Progress()
    metrics = Metrics(registry, {one.name: one.bounds.slowest for one in sources.enabled})
    describe_process(registry, "crawler", settings, health)
    server, port = serve_health(health, settings.http_host, settings.http_port, registry)
    log.info("crawler starts", sources=len(sources.enabled), off=len(sources.all) - len(sources.enabled), port=port)
    engine = make_engine(settings.database_url, RESTED)
    try:
        if _prepared(settings, engine, health, stop):
            _watch(progress, health, stop)
            _crawl(_Run(settings, sources, watchlist, engine, health, metrics, progress, stop, since))
    finally:
        server.shutdown()
        server.server_close()
        engine.dispose()
        log.info("crawler stopped")


def _prepared(settings: CrawlerSettings, engine: Engine, health: Health, stop: threading.Event) -> bool:
    """Wait for database and broker, make tables and topics; false when asked to stop first."""
    while not stop.is_set():
        if not wait_for_database(engine, stop):
            return False
        migrate(engine)
        health.ready("database")
        if not wait_for_broker(settings.kafka, stop):
            return False
        try:
            ensure_topics(settings.kafka, TOPICS, settings.topic_replication, settings.topic_partitions)
        except LumingError as error:
            log.warning("topics could not be made yet", error=str(error))
            stop.wait(1.0)
            continue
        health.ready("broker")
        return True
    return False


@dataclass(frozen=True)
class _Run:
    """What one run of the crawler has at hand."""

    settings: CrawlerSettings
    sources: Sources
    watchlist: Watchlist
    engine: Engine
    health: Health
    metrics: Metrics
    progress: Progress
    stop: threading.Event
    since: datetime | None


def _crawl(run: _Run) -> None:
    engine = run.engine
    sender = KafkaSender(run.settings.kafka, f"crawler-{uuid.uuid4().hex[:8]}")
    relaying = Relaying(Relay(SqlOutbox(engine), sender, run.metrics), run.health, run.progress)
    store = SqlStore(engine, relaying.wake)
    relaying.start()
    try:
        asyncio.run(_loops(run, store))
    finally:
        if not relaying.stop(timeout=3.0):
            log.warning("the last messages wait in the outbox")
        sender.close()


async def _loops(run: _Run, store: SqlStore) -> None:
    settings, engine, metrics = run.settings, run.engine, run.metrics
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "crawler"))
    fetching = run.sources.fetching
    limits = Limits(fetching.timeout, fetching.max_bytes, fetching.max_redirects)
    recall = [one.name for one in run.sources.all if one.entry.role == "recall"]
    queue = SqlQueue(engine, recall, instance=settings.crawler_instance)
    if taken := await asyncio.to_thread(queue.take_own_back):
        log.warning("an earlier life ended in the middle of its work, which goes on now", leases=taken)
    async with fetcher_of(settings, limits, SharedHosts(engine, metrics.refused)) as fetcher:
        patience = Patience(fetching.attempts, fetching.retry_pause, fetching.unreached_for)
        crawl = Crawl(
            sources=_by_name(run.sources.enabled),
            queue=queue,
            fetcher=fetcher,
            poll=Poll(fetcher, queue, metrics, run.since),
            look=Look(
                fetcher,
                extractor(known_rules()),
                screen_of(Watcher(run.watchlist)),
                store,
                metrics,
                patience,
                read_document=read_pdf,
                chance=random.random,
            ),
            conditions=run.health,
            telemetry=metrics,
            progress=run.progress,
            concurrency=fetching.concurrency,
            room=Room(settings.data_dir),
        )
        asked = asyncio.Event()
        waiting = asyncio.create_task(_asked(run.stop, asked))
        try:
            await crawl.run(asked)
        finally:
            waiting.cancel()


async def _asked(stop: threading.Event, asked: asyncio.Event) -> None:
    """Set `asked` soon after `stop`, which a signal sets outside the loop."""
    while not stop.is_set():
        await asyncio.sleep(NOTICE)
    asked.set()


def _by_name(sources: Sequence[ConfiguredSource]) -> Mapping[str, tuple[Polled, Origin]]:
    return {
        one.name: (
            Polled(
                name=one.name,
                source=one.source,
                interval=one.interval,
                pace=one.pace,
                fastest=one.bounds.fastest,
                slowest=one.bounds.slowest,
                zone=one.entry.zone,
                keep=isinstance(one.source, Listing),
                render=one.entry.fetch == "browser",
                until=one.until,
                hidden=one.hidden,
            ),
            Origin(
                source=one.name,
                outlet=one.entry.outlet,
                role=one.entry.role,
                rights=one.entry.rights,
                pace=one.pace,
                language=one.entry.language,
                render=one.entry.fetch == "browser",
                reliability=one.entry.reliability,
            ),
        )
        for one in sources
    }


def known_rules() -> tuple[SiteRule, ...]:
    """What the sources know of the pages they lead to; of two rules for one domain the first by name holds."""
    known = plugins()
    return tuple(rule for name in sorted(known) for rule in known[name].rules)


def extractor(rules: Sequence[SiteRule] = ()) -> Extract:
    """The extraction as a port; `rules` go before those that extraction has itself."""

    def read(page: bytes, address: str | None) -> Article:
        found = extract(page, address, rules)
        published, author = found.published_at, found.author
        return Article(found.title, found.paragraphs, found.language, published, author, found.outlet)

    return read


def screen_of(watcher: Watcher) -> Screen:
    """The watcher as a port."""

    def screen(title: str, paragraphs: Sequence[str]) -> Screening:
        match = watcher.match(title, paragraphs)
        dropped = tuple(dict.fromkeys(f"{drop.text}: {drop.why}" for drop in match.drops))
        return Screening(match.concerns, match.identifiers, dropped)

    return screen


def _watch(progress: Progress, health: Health, stop: threading.Event) -> None:
    """Judge the process's health by its progress, from a thread that its loops cannot hold up."""

    def judge() -> None:
        while not stop.wait(WATCH):
            if silent := progress.silent():
                health.unready("database", silent)
            stuck = progress.stuck()
            health.ill(stuck)
            if stuck:
                log.error("no progress", stuck=stuck)

    threading.Thread(target=judge, name="progress", daemon=True).start()
