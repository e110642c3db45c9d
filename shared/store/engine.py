"""The database: PostgreSQL 15 or later through psycopg 3, one dialect everywhere."""

import threading
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from shared.errors import ConfigError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATION_LOCK = 7_215_431
"""Key of the advisory lock under which one process at a time migrates; any fixed number serves."""

OLDEST = 15
"""Major version of PostgreSQL; older ones are not tested."""

SAYS_EVERY = 5.0
"""Seconds between two lines that say what is waited for."""


def make_engine(url: str) -> Engine:
    """An engine for `postgresql://…`; times are UTC, waits for connections and locks are bounded.

    Raises ConfigError when `url` is no address. Nothing is connected yet.
    """
    try:
        address = make_url(url).set(drivername="postgresql+psycopg")
    except ArgumentError as error:
        right = "postgresql://user@host:port/name"
        raise ConfigError("environment variable DATABASE_URL", None, "is no address of a database", right) from error
    return create_engine(
        address,
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=5,
        pool_timeout=10,
        connect_args={"options": "-c timezone=UTC -c lock_timeout=5000", "connect_timeout": 5},
    )


def wait_for_database(engine: Engine, stop: threading.Event, pause: float = 1.0) -> bool:
    """Wait until the database answers, saying so every few seconds. False when asked to stop first. `pause` in seconds.

    Raises ConfigError when it answers but is too old. Warns when it is set to forget what it acknowledged.
    """
    began = time.monotonic()
    said = began - SAYS_EVERY
    where = engine.url.render_as_string(hide_password=True)
    while not stop.is_set():
        try:
            with engine.connect() as connection:
                _look_at_settings(connection)
        except SQLAlchemyError as error:
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


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest version; several processes may call it at once.

    Raises SQLAlchemy's OperationalError when another's migration takes longer than a minute, or the database goes away.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        connection.execute(text("set local lock_timeout = '60s'"))
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "heads")
