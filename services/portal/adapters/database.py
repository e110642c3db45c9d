"""Transactions whose errors say whether trying again can help."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError, SQLAlchemyError

from shared.errors import ConfigError, PermanentError, TransientError
from shared.store.engine import make_engine

SLOWEST = 10_000
"""Milliseconds until a statement of a page is given up."""
REFUSED = (psycopg.DataError, psycopg.ProgrammingError, psycopg.NotSupportedError, psycopg.IntegrityError)
"""What the driver raises where trying again cannot help."""


@contextmanager
def database(url: str) -> Iterator[Engine]:
    """An engine for a command. Raises ConfigError where no database is named; nothing is connected yet."""
    if not url:
        raise ConfigError("environment variable DATABASE_URL", None, "is not set", "postgresql://user@host:port/name")
    engine = make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """A transaction, kept when the block ends well.

    Raises TransientError when the database is away, busy or too slow; PermanentError when it refuses a value.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except (DataError, ProgrammingError, NotSupportedError, IntegrityError, *REFUSED) as error:
        raise PermanentError(f"the database refuses: {first_line(error)}") from error
    except (SQLAlchemyError, psycopg.Error) as error:
        raise TransientError(f"the database does not answer: {first_line(error)}") from error


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, one state of the database. Raises what `transaction` raises."""
    with transaction(engine) as db:
        db.execute(text("set transaction isolation level repeatable read, read only"))
        db.execute(text(f"set local statement_timeout = {SLOWEST}"))
        yield db


def lacks(error: PermanentError) -> bool:
    """Whether it was raised since the database has no such table, or the login may not use it: it is not Luming's, or
    its schema was not brought up yet.
    """
    cause = error.__cause__
    return isinstance(cause.orig if isinstance(cause, DBAPIError) else cause, psycopg.ProgrammingError)


def first_line(error: Exception) -> str:
    """What the driver says, without the statement."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(cause).partition("\n")[0][:300]
