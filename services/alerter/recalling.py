"""`recall`, put together: the neutral index, the watchlist, and `explain` for what was not told."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry
from sqlalchemy import Connection, Engine

from services.alerter.adapters.canary import last_canary
from services.alerter.adapters.database import database, transaction
from services.alerter.adapters.explain import Asking, explain_address
from services.alerter.adapters.recall import SqlIndex
from services.alerter.adapters.recall_days import keep, newest, to_measure
from services.alerter.adapters.recall_text import as_plain, as_text
from services.alerter.adapters.self_metrics import SelfMetrics
from services.alerter.adapters.weights import load_weights
from services.alerter.application.measure import Measure
from services.alerter.application.recall import MeasureRecall
from services.alerter.domain.likeness import Likeness
from services.alerter.domain.recall import Cause, Recall
from services.alerter.domain.recall_index import Day
from services.alerter.domain.zones import HOME
from services.alerter.explaining import Versions, names_in
from shared.errors import ConfigError
from shared.watch.watcher import Watcher
from shared.watch.watchlist import load_watchlist

AFTER = timedelta(hours=6)
"""How long after a day's end it is measured by itself: what was held over the night, or waits for a digest, is told."""
_IDLE = 600.0
"""Seconds that the transaction of a measurement may last: it explains some hundred headlines."""


def recall(database_url: str, day: date | None, file: Path, config_dir: Path, zone: ZoneInfo, as_json: bool) -> str:
    """A day's recall, for people or as JSON; without a day, yesterday's. Raises ConfigError, TransientError."""
    now = datetime.now(UTC)
    asked = day or now.astimezone(zone).date() - timedelta(days=1)
    if asked > now.astimezone(zone).date():
        raise ConfigError("--day", None, f"{asked} has not begun", "a day that is over")
    with database(database_url) as engine:
        measure = Measuring(engine, file, config_dir)
        with transaction(engine, idle=_IDLE) as connection:
            found = measure.of(connection, asked, zone, now)
    return json.dumps(as_plain(found), ensure_ascii=False, indent=2) if as_json else as_text(found)


class Measuring:
    """Measures days: for the command, and once a day for the metrics."""

    def __init__(self, engine: Engine, file: Path, config_dir: Path) -> None:
        """Raises ConfigError where the watchlist cannot be read: without it nothing is a headline of ours."""
        self._engine = engine
        watchlist = load_watchlist(config_dir / "watchlist.yaml")
        self._companies = frozenset(one.id for one in watchlist.entities if one.circle != "regulator")
        self._watcher = Watcher(watchlist)
        self._versions = Versions(engine, file, config_dir)
        self._names = names_in(config_dir)

    def of(
        self, db: Connection, day: date, zone: ZoneInfo, now: datetime, beat: Callable[[], None] = lambda: None
    ) -> Recall:
        """The recall of `day` by the clock of `zone`; `beat` is called with each headline that is explained."""
        asking = Asking(self._versions, self._names, _likeness(), zone)

        def ended(address: str) -> tuple[Cause, str]:
            beat()
            way = explain_address(db, address, asking)
            ends = [one.end for one in way.documents] or ([way.end] if way.end else [])
            return next(((end.cause, end.words) for end in ends), ("not_crawled", "it never came to us"))

        step = MeasureRecall(SqlIndex(db), self._companies, self._named, ended)
        return step(day, str(zone), span_of(day, zone), now)

    def once(self, now: datetime, beat: Callable[[], None] = lambda: None) -> None:
        """Measure the last day that ended AFTER ago, unless some alerter has. Raises TransientError."""
        zone = ZoneInfo(HOME)
        day = (now - AFTER).astimezone(zone).date() - timedelta(days=1)
        with transaction(self._engine, idle=_IDLE) as db:
            if to_measure(db, day):
                keep(db, self.of(db, day, zone, now, beat))

    def show(self, metrics: SelfMetrics) -> None:
        """Show the last measured day. Raises TransientError."""
        with transaction(self._engine) as db:
            found = newest(db)
        if found is not None:
            day, zone, ratio, counts = found
            metrics.recall(span_of(day, ZoneInfo(zone)).start, ratio, counts)

    def _named(self, title: str) -> bool:
        return any(hit.name in self._companies for hit in self._watcher.match(title, ()).hits)


def measuring(
    engine: Engine, file: Path, config_dir: Path, registry: CollectorRegistry, waits: datetime | None
) -> Measure:
    """The loop of an alerter that measures and shows.

    `waits`: since when a canary is waited for; its age counts from then, so that one that never comes is missed too.
    """
    metrics, days = SelfMetrics(registry), Measuring(engine, file, config_dir)

    def shows() -> None:
        days.show(metrics)
        metrics.canary(last_canary(engine) or waits)

    return Measure(days.once, shows, lambda: datetime.now(UTC))


def span_of(day: date, zone: ZoneInfo) -> Day:
    """The day by the clock of `zone`."""
    start, end = (datetime.combine(one, time(), zone).astimezone(UTC) for one in (day, day + timedelta(days=1)))
    return Day(start, end)


@cache
def _likeness() -> Likeness:
    return Likeness(load_weights())
