"""The commands that look at what is stored, put together: a part of bootstrap in a file of its own."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from services.alerter import subscribing
from services.alerter.adapters.database import database
from services.alerter.adapters.history import Span, SqlHistory
from services.alerter.adapters.history_backfill import BackfillStore, SqlBooks
from services.alerter.adapters.history_progress import progress_bar
from services.alerter.adapters.history_reclassify import reclassify
from services.alerter.adapters.history_table import as_plain, as_text
from services.alerter.adapters.subscriptions_file import read_subscriptions
from services.alerter.adapters.subscriptions_versions import SqlVersions
from services.alerter.adapters.weights import load_weights
from services.alerter.application.backfill import Backfilled, backfill, take_over
from services.alerter.application.preview import Preview, Previewed, Replay
from services.alerter.application.take_in import TakeIn
from services.alerter.digesting import names_in_order
from services.alerter.domain.follow_up import LONGEST
from services.alerter.domain.history import Key
from services.alerter.domain.history_span import MEND, span
from services.alerter.domain.likeness import Likeness
from services.alerter.domain.routes import routes_of
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.spelling import nearest
from services.alerter.domain.wording import Names
from shared.errors import ConfigError
from shared.messages import DocumentClassified
from shared.watch.watchlist import load_watchlist

_A_DAY = timedelta(days=1)
"""Before a span: what was told on its first day takes from that day's budget."""


@dataclass(frozen=True)
class Rules:
    """Subscriptions, and where they were found."""

    index: RouteIndex
    origin: str
    remarks: Sequence[str] = ()
    """What is to be said of them though they can be used."""


@dataclass(frozen=True)
class Asked:
    """What a preview is asked for, as it was written."""

    since: str
    until: str | None = None
    subscriptions: Path | None = None
    taxonomy: Path | None = None
    team: str | None = None


def current_rules(engine: Engine, file: Path, config_dir: Path) -> Rules:
    """The newest version in the database; before there is one, the file. Raises ConfigError, TransientError."""
    versions = SqlVersions(engine)
    newest = versions.read(versions.newest())
    if newest is None:
        subscriptions, _ = subscribing.load(file, config_dir)
        return Rules(RouteIndex(routes_of(subscriptions.subscriptions)), f"{file}")
    known = subscribing.known_names(load_watchlist(config_dir / "watchlist.yaml"))
    name = f"subscriptions, version {newest.version}"
    loaded = read_subscriptions(newest.content, name, known)
    return Rules(RouteIndex(routes_of(loaded.subscriptions), newest.version), name)


def changed_rules(current: Rules, file: Path | None, config_dir: Path) -> Rules:
    """Those of the file; without one the current ones. Raises ConfigError."""
    if file is None:
        return current
    subscriptions, remarks = subscribing.check(file, config_dir)
    return Rules(RouteIndex(routes_of(subscriptions.subscriptions)), f"{file}", tuple(remarks))


def preview(database_url: str, asked: Asked, file: Path, config_dir: Path, zone: ZoneInfo, as_json: bool) -> str:
    """What changed rules would have told. Raises ConfigError, TransientError, PermanentError; writes nothing."""
    since, until = _span(asked.since, asked.until)
    with database(database_url) as engine:
        current = current_rules(engine, file, config_dir)
        changed = changed_rules(current, asked.subscriptions, config_dir)
        _check_team(asked.team, current, changed)
        again = _again(asked.taxonomy, since, config_dir, database_url)
        names = names_in_order(load_watchlist(config_dir / "watchlist.yaml"))
        found = Replaying(engine, names).compared(current, changed, (since, until), asked.team, again=again)
    changes = asked.subscriptions is not None or asked.taxonomy is not None
    notes = [f"current rules: {current.origin}"]
    if changes:
        notes += [f"changed rules: {changed.origin}", *changed.remarks]
    if asked.taxonomy is not None:
        notes.append(f"{found.reclassified} documents read otherwise under {asked.taxonomy}")
    if as_json:
        return json.dumps(as_plain(found, changes, notes), ensure_ascii=False, indent=2)
    return as_text(found, zone, changes, notes)


def apply(
    database_url: str, asked: Asked, file: Path, config_dir: Path, filling: bool, who: str, why: str
) -> Iterator[str]:
    """Put subscriptions in force; with `filling` whoever they would have told of stored documents counts as told.

    What to tell the person, as it happens. Raises ConfigError before anything is written, TransientError when the
    database goes away: what was written by then stays, and the same command goes on from there.
    """
    now = datetime.now(UTC)
    since, _ = _span(asked.since, None)
    with database(database_url) as engine:
        current = current_rules(engine, file, config_dir)
        changed = changed_rules(current, asked.subscriptions, config_dir)
        again = _again(asked.taxonomy, since, config_dir, database_url)
        fill = _Fill(engine, changed, names_in_order(load_watchlist(config_dir / "watchlist.yaml")), now)
        if asked.taxonomy is not None:
            done = fill.taxonomy(again, since)
            words = f"{done.reclassified} of {done.documents} stored documents read otherwise and were taken in again"
            yield from _said_of(done, words)
        if filling:
            yield from _said_of(fill.deliveries(since, now))
        if asked.subscriptions is not None:
            version, remarks = subscribing.import_file(database_url, asked.subscriptions, config_dir, who, why)
            yield from (f"{subscribing.NOTE}{remark}" for remark in remarks)
            yield f"in force: version {version.version} of the subscriptions"
        if filling:  # what came in meanwhile was taken in under the old rules
            late = fill.deliveries(now, datetime.now(UTC))
            if late.documents:
                yield from _said_of(late)


class Replaying:
    """Replays what is stored in a database; reads only."""

    def __init__(self, engine: Engine, names: Names) -> None:
        self._history = SqlHistory(engine)
        self._names = names

    def compared(
        self,
        current: Rules,
        changed: Rules,
        span: tuple[datetime, datetime],
        team: str | None,
        bar: Callable[[str, int], AbstractContextManager[Callable[[], None]]] = progress_bar,
        again: Mapping[Key, DocumentClassified] | None = None,
    ) -> Previewed:
        """What either would have told. Raises TransientError, and whatever `bar` raises to end it early."""
        since, until = span
        wanted = Span(since - _warm(current, changed), until, _deep(since) if again else until)
        likeness, silences = Likeness(load_weights()), self._history.silences()
        tried = Preview(current.index, changed.index, likeness, self._names, silences, again)
        with bar("replaying", self._history.count(wanted)) as step:
            return tried.run(self._history.pasts(wanted), since, until, team, step)


class _Fill:
    """Writes what counts as told."""

    def __init__(self, engine: Engine, rules: Rules, names: Names, now: datetime) -> None:
        self._engine = engine
        self._rules = rules
        self._names = names
        self._now = now
        self._reason = f"backfill at {now:%Y-%m-%d %H:%M %Z} under {rules.origin}: nobody was told"
        self._history = SqlHistory(engine)
        self._likeness = Likeness(load_weights())

    def taxonomy(self, again: Mapping[Key, DocumentClassified], since: datetime) -> Backfilled:
        """Take in again what reads otherwise."""
        store = BackfillStore(self._engine, self._reason)
        take_in = TakeIn(store, lambda: self._rules.index, self._likeness, self._names, lambda: self._now)
        wanted = Span(since, self._now, self._now)
        with progress_bar("taking in again", self._history.count(wanted)) as step:
            return take_over(list(self._history.pasts(wanted)), again, take_in, step)

    def deliveries(self, since: datetime, until: datetime) -> Backfilled:
        """Count as told what the rules would have told."""
        wanted = Span(since, until, until)
        replay = Replay(self._rules.index, self._likeness, self._names, self._history.silences())
        books = SqlBooks(self._engine, self._reason, self._now)
        with progress_bar("backfilling", self._history.count(wanted)) as step:
            return backfill(self._history.pasts(wanted), replay, books, step)


def _said_of(done: Backfilled, words: str = "") -> Iterator[str]:
    counted = f"{done.written} alerts count as told from now on, {done.known} did"
    yield words or f"{done.documents} stored documents: {counted}"
    for failed in done.failed:
        yield f"document {failed.document_id} cannot be taken in: {failed.reason}"


def _span(since: str, until: str | None) -> tuple[datetime, datetime]:
    try:
        return span(since, until, datetime.now(UTC))
    except ValueError as error:
        option, _, wrong = str(error).partition(": ")
        raise ConfigError(option, None, wrong, MEND) from error


def _warm(*rules: Rules) -> timedelta:
    """How long before the span the replay begins: a day's budget, and the longest inhibition."""
    routes = (route for one in rules for root in one.index.roots for route in root.below())
    return max((rule.within for route in routes for rule in route.rhythm.inhibit), default=_A_DAY)


def _deep(since: datetime) -> datetime:
    """From when on threads may be joined by what is read otherwise now."""
    return since - timedelta(days=LONGEST)


def _again(
    taxonomy: Path | None, since: datetime, config_dir: Path, database_url: str
) -> Mapping[Key, DocumentClassified]:
    return reclassify(taxonomy, since - _A_DAY, config_dir, database_url) if taxonomy is not None else {}


def _check_team(team: str | None, *rules: Rules) -> None:
    known = {root.name for one in rules for root in one.index.roots}
    if team is not None and team not in known:
        raise ConfigError("--team", None, f"no subscription is called {team}", nearest(team, known))
