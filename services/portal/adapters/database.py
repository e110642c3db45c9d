"""Transactions whose errors say whether trying again can help."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError, SQLAlchemyError

from shared.errors import ConfigError, PermanentError, TransientError
from shared.store.engine import make_engine


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
    except (DataError, ProgrammingError, NotSupportedError, IntegrityError) as error:
        raise PermanentError(f"the database refuses: {_first_line(error)}") from error
    except SQLAlchemyError as error:
        raise TransientError(f"the database does not answer: {_first_line(error)}") from error


def _first_line(error: SQLAlchemyError) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(cause).partition("\n")[0][:300]
