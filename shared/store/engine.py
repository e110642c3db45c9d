"""The database: PostgreSQL 15 or later through psycopg 3, one dialect everywhere."""

import threading
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import DataCorrupted, DeadlockDetected, IndexCorrupted, LockNotAvailable
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, InvalidatePoolError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from shared.errors import ConfigError
from shared.runtime.logs import get_logger
from shared.store.connecting import LATER, connect_by

log = get_logger(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATION_LOCK = 7_215_431
"""Key of the advisory lock under which one process at a time migrates; any fixed number serves."""

OLDEST = 15
"""Major version of PostgreSQL; older ones are not tested."""

ADDRESS, RIGHT = "environment variable DATABASE_URL", "postgresql://user@host:port/name"
"""What a wrong address is told as, and what would be right."""
AWAY = "start it, or set DATABASE_URL to one that runs: postgresql://user@host:port/name"
"""How a person mends a database that a command cannot ask."""
REFUSED = "see that DATABASE_URL names Luming's database and a user of it; a new one: python -m shared.store.migrate"
"""What helps where the database answers and says no."""
KINDS = {"postgresql", "postgres"}
LAST_PORT = 65_535

PATIENCE = 60.0
"""Seconds for another's migration, and for tables that somebody holds."""
TABLE_WAIT = 3.0
"""Seconds that a step waits for a table, less than the 5 that a service waits for one."""
PAUSE = 1.0
"""Seconds in which those who waited behind a migration get on."""
_OURS = text("select to_regclass('crawl_decisions')")
"""One of Luming's tables, of its first version."""
_FAILURES = text("select checksum_failures from pg_stat_database where datname = current_database()")

_USED = "luming_used"
"""Where a connection bears when it was last given back."""

SAYS_EVERY = 5.0
"""Seconds between two lines that say what is waited for."""


def make_engine(url: str, rested: float = 0.0, longest: float = 0.0) -> Engine:
    """An engine for `postgresql://…`; times are UTC, waits for connections and locks are bounded.

    A connection is asked whether it lives before it is lent, where it was not used for `rested` seconds: who lends
    fifty times a second and tries again by himself spares a round trip each time. With `longest`, seconds, the server
    gives a statement up after that time, and a server that is frozen is left a little later. Raises ConfigError when
    `url` is no address. Nothing is connected yet.
    """
    try:
        told = make_url(url)
    except (ArgumentError, ValueError):  # a port that is no number is a plain ValueError, and repeats it
        raise ConfigError(ADDRESS, None, "is no address of a database", RIGHT) from None
    if told.get_backend_name() not in KINDS or (told.port or 0) > LAST_PORT:
        raise ConfigError(ADDRESS, None, "is no address of a PostgreSQL database", RIGHT)
    address = told.set(drivername="postgresql+psycopg")
    options = "-c timezone=UTC -c lock_timeout=5000"
    if longest:
        options += f" -c statement_timeout={round(longest * 1000)}"
    engine = create_engine(
        address,
        pool_pre_ping=not rested,
        pool_size=5,
        max_overflow=5,
        pool_timeout=10,
        connect_args={"options": options, "connect_timeout": 5},
    )
    connect_by(engine, longest + LATER if longest else None)
    if rested:
        _ask_rested(engine, rested)
    return engine


def _ask_rested(engine: Engine, rested: float) -> None:
    """What `pool_pre_ping` does, but for connections alone that were not used for so many seconds."""

    def lent(raw: DBAPIConnection, record: ConnectionPoolEntry, _: object) -> None:
        if time.monotonic() - record.info.get(_USED, 0.0) < rested:
            return
        try:
            alive = engine.dialect.do_ping(raw)
        except raw_errors as error:
            raise InvalidatePoolError("the connection is dead") from error
        if not alive:
            raise InvalidatePoolError("the connection is dead")

    def back(_: object, record: ConnectionPoolEntry) -> None:
        record.info[_USED] = time.monotonic()

    raw_errors = engine.dialect.loaded_dbapi.Error
    event.listen(engine, "checkout", lent)
    event.listen(engine, "checkin", back)


def wait_for_database(engine: Engine, stop: threading.Event, pause: float = 1.0) -> bool:
    """Wait until the database answers, saying so every few seconds. False when asked to stop first. `pause` in seconds.

    Raises ConfigError when it answers but is too old, or has damaged pages. Warns when it is set to forget what it
    acknowledged.
    """
    began = time.monotonic()
    said = began - SAYS_EVERY
    where = engine.url.render_as_string(hide_password=True)
    while not stop.is_set():
        try:
            with engine.connect() as connection:
                _look_at_settings(connection)
        except SQLAlchemyError as error:
            if isinstance(getattr(error, "orig", None), (DataCorrupted, IndexCorrupted)):
                raise _damaged(str(getattr(error, "orig", error)).partition("\n")[0]) from error
            if time.monotonic() - said >= SAYS_EVERY:
                said = time.monotonic()
                log.warning("waiting for the database", database=where, error=str(getattr(error, "orig", error)))
            stop.wait(pause)
        else:
            if said > began - SAYS_EVERY:
                log.info("the database answers", database=where, waited=round(time.monotonic() - began, 1))
            return True
    return False


def _look_at_settings(connection: Connection) -> None:
    asked = "select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'server_version_num')"
    settings: dict[str, str] = {row.name: row.setting for row in connection.execute(text(asked))}
    major = int(settings["server_version_num"]) // 10_000
    if major < OLDEST:
        wrong = f"names a PostgreSQL {major}"
        raise ConfigError("environment variable DATABASE_URL", None, wrong, f"PostgreSQL {OLDEST} or later")
    for name in ("fsync", "synchronous_commit"):
        if settings[name] == "off":
            log.warning("the database may lose what it acknowledged", setting=name, value="off")
    if failures := connection.execute(_FAILURES).scalar():
        raise _damaged(f"{failures} pages were read whose checksum is wrong")


def _damaged(how: str) -> ConfigError:
    """Nothing is written to a database that is known to be broken: what it holds would be mixed with what is lost."""
    right = "restore it from its backup: make restore (docs/backup.md)"
    return ConfigError("the database", None, f"is damaged: {how}", right)


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest version; several processes may call it at once, and others may work beside it.

    A schema that a later program made is left as it is: steps add and take nothing away that the version before needs,
    so that a process of that version may start anew while an update is under way, or is rolled back.

    A table that somebody holds is waited for a moment only, since all who come after would wait behind: then it is
    tried anew. Raises SQLAlchemy's OperationalError when that takes longer than a minute, or the database goes away;
    ConfigError for the database of another program.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return _upgrade(engine)
        except OperationalError as error:
            held = isinstance(error.orig, (LockNotAvailable, DeadlockDetected))
            if not held or time.monotonic() > deadline:
                raise
            log.warning("the schema waits for a table that somebody holds", error=str(error.orig).partition("\n")[0])
            time.sleep(PAUSE)


def _upgrade(engine: Engine) -> None:
    """All steps that are missing, in one transaction: all or none."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        connection.execute(text(f"set local lock_timeout = '{round(PATIENCE)}s'"))
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        connection.execute(text(f"set local lock_timeout = '{round(TABLE_WAIT)}s'"))
        config.attributes["connection"] = connection
        later = _later(connection, ScriptDirectory.from_config(config))
        if not later:
            command.upgrade(config, "heads")
        elif connection.execute(_OURS).scalar() is None:
            raise ConfigError(ADDRESS, None, f"names a database of another program (its version: {later})", RIGHT)
        else:
            log.warning("a later program made the schema; it is left as it is", version=later)


def _later(connection: Connection, known: ScriptDirectory) -> str:
    """The version of the schema, where it is none that this program knows; empty where it knows it."""
    versions = {step.revision for step in known.walk_revisions()}
    return ", ".join(set(MigrationContext.configure(connection).get_current_heads()) - versions)
