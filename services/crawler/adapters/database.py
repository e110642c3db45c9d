"""Transactions whose errors say whether trying again can help."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError, SQLAlchemyError

from shared.errors import PermanentError, TransientError


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """A transaction, kept when the block ends well.

    Raises TransientError when the database is away, busy or two processes met; PermanentError when it refuses a value.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except (DataError, ProgrammingError, NotSupportedError) as error:
        raise PermanentError(f"the database refuses: {_first_line(error)}") from error
    except IntegrityError as error:
        raise TransientError(f"another process was first: {_first_line(error)}") from error
    except SQLAlchemyError as error:
        raise TransientError(f"the database does not answer: {_first_line(error)}") from error


def _first_line(error: SQLAlchemyError) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(cause).partition("\n")[0][:300]
