"""Connections that only search: set up once each and not before every search, and bounded by themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from services.portal.adapters.database import REFUSED, first_line
from shared.errors import PermanentError, TransientError
from shared.store.connecting import LATER, connect_by

SLOWEST = 10_000
"""Milliseconds until a statement is given up: a reader has gone by then."""
POOL = 8
"""Searches that run at once; further ones wait, since more of them than processors make all of them slower."""
# Hits are found by the index of codes and nothing else: left to itself the planner reads a partition in the order of
# time until it has enough, which takes seconds for a rare word. Texts are looked up one by one, not by reading all of
# the years that they are from.
_SETTINGS = {
    "timezone": "UTC",
    "lock_timeout": "5000",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "plan_cache_mode": "force_custom_plan",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "work_mem": "32MB",
    "statement_timeout": str(SLOWEST),
    "default_transaction_read_only": "on",
}


def search_engine(engine: Engine) -> Engine:
    """An engine of its own on the database of `engine`; closed when that one is."""
    made = create_engine(
        engine.url,
        pool_pre_ping=True,
        pool_size=POOL,
        max_overflow=0,
        pool_timeout=10,
        isolation_level="REPEATABLE READ",
        connect_args={
            "options": " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items()),
            "connect_timeout": 5,
        },
    )
    connect_by(made, SLOWEST / 1000 + LATER)
    event.listen(engine, "engine_disposed", lambda _: made.dispose())
    return made


@contextmanager
def reading(engine: Engine) -> Iterator[psycopg.Connection[Any]]:
    """A transaction of one state of the database, given back to the pool at the end.

    Raises TransientError when the database is away, busy or too slow; PermanentError when it refuses a value.
    """
    try:
        pooled = engine.raw_connection()
    except (SQLAlchemyError, psycopg.Error) as error:
        raise TransientError(f"the database does not answer: {first_line(error)}") from error
    connection = pooled.driver_connection
    assert isinstance(connection, psycopg.Connection)  # noqa: S101  # the driver that shared.store.engine names
    try:
        yield connection
        connection.commit()
    except REFUSED as error:
        raise PermanentError(f"the database refuses: {first_line(error)}") from error
    except psycopg.Error as error:
        if connection.closed:  # the pool would try to set it back, and log that it cannot
            pooled.invalidate(error)
        raise TransientError(f"the database does not answer: {first_line(error)}") from error
    finally:
        pooled.close()
