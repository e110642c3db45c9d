"""The database: PostgreSQL 15 or later through psycopg 3, one dialect everywhere."""

import threading
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from shared.runtime.logs import get_logger

log = get_logger(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATION_LOCK = 7_215_431
"""Key of the advisory lock under which one process at a time migrates; any fixed number serves."""


def make_engine(url: str) -> Engine:
    """An engine for `postgresql://…`; times are UTC, waits for locks are bounded."""
    return create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=5,
        pool_timeout=10,
        connect_args={"options": "-c timezone=UTC -c lock_timeout=5000", "connect_timeout": 5},
    )


def wait_for_database(engine: Engine, stop: threading.Event, pause: float = 1.0) -> bool:
    """Wait until the database answers, saying so every few seconds. False when asked to stop first."""
    said = 0.0
    while not stop.is_set():
        try:
            with engine.connect() as connection:
                connection.execute(text("select 1"))
        except DBAPIError as error:
            if time.monotonic() - said > 5:
                said = time.monotonic()
                log.warning("waiting for the database", error=str(error.orig))
            stop.wait(pause)
        else:
            return True
    return False


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest version; several processes may call it at once."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "heads")
