"""Puts the making of briefs together, for the pages and for the command: a part of bootstrap."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry
from sqlalchemy import Engine

from services.portal.adapters.brief_pdf import WeasyPrinter
from services.portal.adapters.brief_reader import BriefReader, Policy
from services.portal.adapters.brief_threads import SqlThreadMembers
from services.portal.adapters.database import database
from services.portal.adapters.search_reader import SqlSearchIndex
from services.portal.application.brief import BriefMaker, Words
from services.portal.application.printing import Printer
from services.portal.application.search import Search
from services.portal.domain.brief_names import Names
from services.portal.domain.vocabulary import Vocabulary
from shared.reader.asking import Asking, Limits
from shared.reader.chat import Endpoint
from shared.reader.limits import Budget
from shared.reader.metrics import Names as MetricNames
from shared.reader.metrics import ReaderMetrics
from shared.reader.opening import endpoint_of, opened
from shared.reader.settings import ReaderSettings
from shared.runtime.settings import load_settings
from shared.watch import Watchlist, load_watchlist

METRICS = MetricNames(
    asked="luming_portal_second_reader_asked",
    answered="luming_portal_second_reader_answered",
    remembered="luming_portal_second_reader_remembered",
    dropped="luming_portal_second_reader_dropped",
    refused="luming_portal_second_reader_refused",
)


def make_briefs(engine: Engine, watchlist: Watchlist, search: Search, words: Words | None = None) -> BriefMaker:
    """What makes briefs over a database; without `words` there is no second reader."""
    return BriefMaker(search, SqlSearchIndex(engine), SqlThreadMembers(engine), Names(watchlist), words)


def make_printer() -> Printer:
    """What makes PDFs."""
    return WeasyPrinter()


def second_reader(
    watchlist: Watchlist, registry: CollectorRegistry, stop: threading.Event, endpoint: Endpoint | None = None
) -> Words | None:
    """Who words briefs, by the environment or by `endpoint`; None where it is off. Counts in `registry`.

    Raises ConfigError where it is half set. From `stop` on nothing is asked.
    """
    settings = load_settings(ReaderSettings)
    found = endpoint or endpoint_of(settings)
    if found is None:
        return None
    counts = ReaderMetrics(registry, METRICS)
    limits = Limits(Budget(settings.second_reader_requests, settings.second_reader_characters))
    policy = Policy(settings.second_reader_may_receive, 2 * settings.second_reader_seconds)
    called = {one.id: (one.name.zh, one.name.en) for one in watchlist.entities}
    asking = Asking(opened(found, stop), limits, counts, _now)
    return BriefReader(asking, policy, counts, Names(watchlist), called)


@contextmanager
def opened_briefs(
    database_url: str, config_dir: Path, worded: bool
) -> Iterator[tuple[BriefMaker, dict[str, tuple[str, str]]]]:
    """What makes briefs for a command, and the names of the watched entities.

    Raises ConfigError for a wrong watchlist or second reader, or where no database is named.
    """
    watchlist = load_watchlist(config_dir / "watchlist.yaml")
    stop = threading.Event()
    words = second_reader(watchlist, CollectorRegistry(), stop) if worded else None
    try:
        with database(database_url) as engine:
            index = SqlSearchIndex(engine)
            vocabulary = Vocabulary.of(watchlist, index.sources())
            search = Search(index, lambda: vocabulary)
            names = {one.id: (one.name.zh, one.name.en) for one in watchlist.entities}
            yield make_briefs(engine, watchlist, search, words), names
    finally:
        stop.set()


def _now() -> datetime:
    return datetime.now(UTC)
