"""Digests and calendar, put together: a part of bootstrap in a file of its own."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from services.alerter.adapters.calendar import SqlCalendar
from services.alerter.adapters.charts import draw
from services.alerter.adapters.digests import SqlDigests
from services.alerter.adapters.reminders import SqlReminders
from services.alerter.adapters.subscriptions_file import read_subscriptions
from services.alerter.adapters.subscriptions_versions import SqlVersions
from services.alerter.application.digest import Digests, Keeper, Watched
from services.alerter.application.digest_ports import Team
from services.alerter.application.remind import Remind, entries_for
from services.alerter.domain.content import Alert
from services.alerter.domain.digest import Digest
from services.alerter.domain.digest_period import Period, named
from services.alerter.domain.routes import Route, routes_of
from services.alerter.domain.spelling import nearest
from services.alerter.subscribing import Subscribing, known_names
from shared.calendar.entries import entries_of
from shared.calendar.ical import feed
from shared.config_file import text_of
from shared.errors import ConfigError
from shared.messages.common import Language
from shared.store.engine import make_engine
from shared.watch.watchlist import Watchlist, load_watchlist


def names_in_order(watchlist: Watchlist) -> Mapping[str, tuple[str, str]]:
    """What readers call the watched, in the watchlist's order."""
    return {entity.id: (entity.name.zh, entity.name.en) for entity in watchlist.entities}


def keeping(
    engine: Engine, subscribing: Subscribing, watched: Watched, wake: Callable[[str], None], stop: threading.Event
) -> Callable[[], None]:
    """The work of the loop that builds digests until `stop` is set."""
    shelves = SqlDigests(engine)
    names = names_in_order(subscribing.watchlist)
    remind = Remind(SqlReminders(engine), names, _now)
    digests = Digests(shelves, names, draw)
    keeper = Keeper(shelves, digests, lambda: _teams(subscribing.in_force().roots), watched, _now, wake, remind)
    return lambda: keeper.run(stop)


def digests_of(
    database_url: str, file: Path, config_dir: Path, subscription: str, period: str
) -> tuple[tuple[Digest, Alert], ...]:
    """The digests of a past period, one a channel, with what would be sent; nothing is.

    Raises ConfigError for a subscription that there is not and a period that has not ended or is none, TransientError
    without the database.
    """
    with _engine(database_url) as engine:
        watchlist = load_watchlist(config_dir / "watchlist.yaml")
        team = _named(_in_force(engine, file, watchlist), subscription)
        span = _past(team, period, _now())
        digests = Digests(SqlDigests(engine), names_in_order(watchlist), draw)
        return tuple((one, digests.message(team, one, one.end)) for one in digests.of(team, span))


def calendar_of(database_url: str, file: Path, config_dir: Path, subscription: str | None) -> tuple[bytes, int]:
    """The feed of all days that stored documents announce, or of a subscription's; and how many they are.

    Raises ConfigError for a subscription that there is not, TransientError without the database.
    """
    with _engine(database_url) as engine:
        watchlist = load_watchlist(config_dir / "watchlist.yaml")
        names, shelf = names_in_order(watchlist), SqlCalendar(engine)
        team = _named(_in_force(engine, file, watchlist), subscription) if subscription is not None else None
        documents = shelf.documents(_now().date())
        entries = entries_for(team, documents, shelf.told(team.name)) if team else entries_of(documents)
        language: Language = team.plan.language if team else "en"
        title = f"Luming {team.name}" if team else "Luming"
        return feed(entries, names, language, title), len(entries)


def _past(team: Team, period: str, now: datetime) -> Period:
    """The period of that name. Raises ConfigError."""
    what = f"the digest of {team.name}"
    try:
        found = named(team.plan, team.zone, period)
    except ValueError as error:
        raise ConfigError(what, None, str(error), "--period 2026-11-22 or --week 2026-W47") from None
    if found.end > now:
        ends = f"{found.end.astimezone(team.zone):%Y-%m-%d %H:%M} {team.root.timezone}"
        begins = "has not begun" if found.start > now else "has not ended"
        right = "an earlier one: what is printed today would be another thing tomorrow"
        raise ConfigError(what, None, f"{period} {begins}: it ends at {ends}", right)
    return found


def _in_force(engine: Engine, file: Path, watchlist: Watchlist) -> Sequence[Route]:
    """The newest version in the database; where there is none, the file."""
    versions = SqlVersions(engine)
    newest = versions.read(versions.newest())
    content = newest.content if newest else text_of(file)
    origin = f"version {newest.version}" if newest else file
    return routes_of(read_subscriptions(content, origin, known_names(watchlist)).subscriptions)


def _teams(roots: Sequence[Route]) -> tuple[Team, ...]:
    return tuple(Team(root, root.digest) for root in roots)


def _named(roots: Sequence[Route], subscription: str) -> Team:
    for team in _teams(roots):
        if team.name == subscription:
            return team
    right = nearest(subscription, [root.name for root in roots])
    raise ConfigError("the subscriptions", None, f"no subscription is called {subscription}", right)


@contextmanager
def _engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    try:
        yield engine
    finally:
        engine.dispose()


def _now() -> datetime:
    return datetime.now(UTC)
