"""Transactions that never make a service wait for long."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from shared.errors import TransientError

LOCK_WAIT = 2
"""Seconds that maintenance waits for a lock, less than the 5 that a service does: a service goes first."""
LONGEST = 120
"""Seconds of one statement; a table of 10 million rows is read in less."""


@contextmanager
def transaction(engine: Engine, lock_wait: int = LOCK_WAIT) -> Iterator[Connection]:
    """A transaction, kept when the block ends well. Raises TransientError when database or lock cannot be had."""
    try:
        with engine.begin() as connection:
            connection.execute(text(f"set local lock_timeout = '{lock_wait}s'"))
            connection.execute(text(f"set local statement_timeout = '{LONGEST}s'"))
            yield connection
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).partition("\n")[0]
        raise TransientError(f"the database: {said[:300]}") from error
