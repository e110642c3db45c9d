"""Turns the database's errors into the project's own: whether to try again stands in the type."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import Error as PsycopgError
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from shared.errors import ConfigError, LumingError, PermanentError, TransientError
from shared.store.engine import make_engine

_AGAIN = ("08", "25P03", "40", "53", "55", "57", "58")
"""Classes of SQLSTATE (PostgreSQL's manual, appendix A): connection, rollback (serialisation, deadlock), resources,
object not in the state (lock timeout), operator intervention (shutdown, cancelled), system error (a disk that fails
or is full); and 25P03, a transaction that idled too long."""
IDLE = 10.0
"""Seconds that a transaction may do nothing: a process that froze in the middle lets its rows and locks go."""


RESTED = 2.0
"""Seconds without use after which a connection is asked whether it lives."""
_BOUND = "luming_idle"
"""Where a connection bears the seconds that its session was set to."""


def bind_idle(engine: Engine, idle: float = IDLE) -> Engine:
    """Set the bound once a connection, which spares a transaction of as many seconds a statement. Gives `engine`."""

    def bind(raw: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        cursor = raw.cursor()
        cursor.execute(f"set idle_in_transaction_session_timeout = {round(idle * 1000)}")
        cursor.close()
        raw.commit()
        record.info[_BOUND] = idle

    event.listen(engine, "connect", bind)
    return engine


def busy_engine(url: str) -> Engine:
    """The engine of a service that lends a connection many times a second, and tries again by itself."""
    return bind_idle(make_engine(url, RESTED))


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
def transaction(engine: Engine, idle: float = IDLE) -> Iterator[Connection]:
    """A transaction, committed at the end; it may idle so many seconds.

    Raises TransientError where a new try can succeed, else PermanentError.
    """
    with typed(), engine.begin() as connection:
        if connection.info.get(_BOUND) != idle:
            connection.execute(text(f"set local idle_in_transaction_session_timeout = {round(idle * 1000)}"))
        yield connection


@contextmanager
def statement(engine: Engine) -> Iterator[Connection]:
    """For one statement, which commits itself: half the round trips. Raises what `transaction` does."""
    with typed(), engine.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def typed() -> Iterator[None]:
    """The project's errors in place of the database's."""
    try:
        yield
    except PoolTimeout as error:
        raise TransientError(f"no free connection: {error}") from error
    except PsycopgError as error:
        raise _typed(error, _is_value_error(error)) from error
    except DBAPIError as error:
        raise _typed(error.orig, error.connection_invalidated is False and _is_value_error(error)) from error
    except SQLAlchemyError as error:
        raise PermanentError(str(error)[:500]) from error


def _typed(error: BaseException | None, wrong_value: bool) -> LumingError:
    state: str | None = getattr(error, "sqlstate", None)
    said = str(error).strip()[:500]
    if state is None and wrong_value:
        return PermanentError(said)
    if state is None or state.startswith(_AGAIN):
        return TransientError(said or "the database is away")
    return PermanentError(f"{state}: {said}")


def _is_value_error(error: DBAPIError | PsycopgError) -> bool:
    """psycopg refuses some values (a NUL in a text) before the server sees them."""
    return type(error).__name__ in ("DataError", "StatementError", "ProgrammingError", "NotSupportedError")
