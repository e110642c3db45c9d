"""What operators do with silences, pauses and what waits: a part of bootstrap in a file of its own."""

import getpass
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from services.alerter.adapters import silences
from services.alerter.adapters.database import database, transaction
from services.alerter.adapters.holding_desk import SqlDesk
from services.alerter.adapters.subscriptions_file import read_subscriptions
from services.alerter.adapters.subscriptions_versions import SqlVersions
from services.alerter.application.release import EVERYWHERE, Desk
from services.alerter.channels import all_channels
from services.alerter.domain.silences import Matcher, Silence, end_of, refuse_unknown
from services.alerter.domain.spelling import nearest
from services.alerter.domain.subscriptions import Subscriptions
from services.alerter.domain.zones import known_zone
from services.alerter.subscribing import known_names
from shared.config_hints import Misfit
from shared.errors import ConfigError
from shared.store.audit import AuditEntry, entries
from shared.store.engine import make_engine
from shared.watch.watchlist import OTHER, load_watchlist


@contextmanager
def open_desk(database_url: str) -> Iterator[Desk]:
    """The deliveries that wait. What is done there raises TransientError when the database is away."""
    engine = make_engine(database_url)
    try:
        yield SqlDesk(engine)
    finally:
        engine.dispose()


def known_channel(channel: str | None) -> str:
    """The channel as the ledger names it, empty for all. Raises ValueError for a kind that does not exist."""
    if not channel:
        return EVERYWHERE
    kind, colon, target = channel.partition(":")
    known = all_channels()
    if kind not in known:
        raise ValueError(f"no channel is called {kind}; {nearest(kind, known)}")
    if colon and (wrong := known[kind].check_target(target)):
        raise ValueError(wrong)
    return channel


def add_silence(
    database_url: str, config_dir: Path, matcher: Matcher, until: str, timezone: str, reason: str, who: str
) -> Silence:
    """Make it, checked, from now on. Raises ValueError for what cannot be meant, ConfigError, TransientError."""
    now = datetime.now(UTC)
    end = checked_silence(config_dir, matcher, until, timezone, reason, now)
    engine = make_engine(database_url)
    try:
        if (now_in_force := in_force(engine, config_dir)) is not None:
            refuse_unknown(matcher, now_in_force)
        with transaction(engine) as db:
            number = silences.add_silence(db, matcher, end, reason.strip(), who)
    finally:
        engine.dispose()
    return Silence(number, matcher, end, reason.strip(), who, now)


def in_force(engine: Engine, config_dir: Path) -> Subscriptions | None:
    """The newest version of the subscriptions in the database; None where there is none, or it cannot be read any more:
    no operator is held up by it. Raises TransientError.
    """
    versions = SqlVersions(engine)
    newest = versions.read(versions.newest())
    if newest is None:
        return None
    try:
        known = known_names(load_watchlist(config_dir / "watchlist.yaml"))
        return read_subscriptions(newest.content, f"subscriptions, version {newest.version}", known)
    except ConfigError:
        return None


def nobody_there(database_url: str, config_dir: Path, channel: str) -> str:
    """That no subscription in force sends to that channel, and which is meant; empty where one does, or for all.

    Raises TransientError.
    """
    with database(database_url) as engine:
        now_in_force = in_force(engine, config_dir)
    try:
        if channel and now_in_force is not None:
            refuse_unknown(Matcher(channel=channel), now_in_force)
    except Misfit as error:
        return f"{error}; {error.right}"
    return ""


def checked_silence(
    config_dir: Path, matcher: Matcher, until: str, timezone: str, reason: str, now: datetime
) -> datetime:
    """The end of a silence that may be made. Raises ValueError for what cannot be meant, ConfigError."""
    matcher.check()
    known_channel(matcher.channel)
    watchlist = config_dir / "watchlist.yaml"
    if matcher.entity is not None and watchlist.exists():
        entities = [*(entity.id for entity in load_watchlist(watchlist).entities), OTHER]
        if matcher.entity not in entities:
            raise ValueError(f"no watched entity is called {matcher.entity}; {nearest(matcher.entity, entities)}")
    if not reason.strip():
        raise ValueError("a silence needs a reason")
    return end_of(until, ZoneInfo(known_zone(timezone)), now)


def list_silences(database_url: str, over: bool) -> Sequence[Silence]:
    """Those in force; with `over` all that ever were. Raises TransientError."""
    engine = make_engine(database_url)
    try:
        with transaction(engine) as db:
            return silences.all_silences(db) if over else silences.open_silences(db)
    finally:
        engine.dispose()


def end_silence(database_url: str, number: int, who: str) -> None:
    """End it before its time. Raises ValueError for one that is not in force, TransientError."""
    engine = make_engine(database_url)
    try:
        with transaction(engine) as db:
            if not silences.end_silence(db, number, who):
                raise ValueError(f"no silence {number} is in force; `silence list` prints them")
    finally:
        engine.dispose()


def audited(database_url: str, since: datetime, until: datetime | None, what: str) -> Sequence[AuditEntry]:
    """The audit log of a span, the oldest first; `what` is an act or a thing. Raises ConfigError, TransientError."""
    with database(database_url) as engine, transaction(engine) as db:
        return entries(db, since, until, what)


def whoever() -> str:
    """The name of the user who runs this, for what is written down."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # in a container a number may have no name
        return "unknown"
