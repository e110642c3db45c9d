"""How connections to PostgreSQL are made: a try that fails lets go of its socket, a server that hangs is left."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.pool import ConnectionPoolEntry

Found = TypeVar("Found")

LATER = 2.0
"""Seconds that a client waits beyond the statement's own limit: a server that runs says by then that it gave it up."""
_LOOKS = 0.1
"""Seconds between two looks for a signal, the driver's own."""


class Patient(psycopg.Connection[Any]):
    """A connection that waits for so long and no longer for an answer, whatever the server does.

    A server that is frozen, or behind a network that swallows all, holds to no timeout of its own.
    """

    patience: float | None = None
    """Seconds for one statement, or one portion of its rows; None: for ever."""

    def wait(self, gen: PQGen[Found], interval: float = _LOOKS, timeout: float | None = None) -> Found:
        """As psycopg's. Raises OperationalError, and closes the connection, when no answer comes in time."""
        limits = [seconds for seconds in (timeout, self.patience) if seconds is not None]
        try:
            return super().wait(gen, interval, min(limits, default=None))
        except psycopg.OperationalError as error:
            if self.pgconn.transaction_status != TransactionStatus.ACTIVE:
                raise  # it did answer
            self.close()  # an answer that comes later would be taken for the next statement's
            raise psycopg.OperationalError(f"no answer within {min(limits, default=0.0):g} s") from error


def connect_by(engine: Engine, longest: float | None = None) -> None:
    """Have an engine connect so; with `longest`, seconds, no statement of its connections is waited for longer.

    A try's error would hold the socket otherwise, through the frames of its traceback, until the garbage is collected:
    a database that hangs for an hour would take as many sockets as were tried.
    """

    def connect(dialect: Dialect, _: ConnectionPoolEntry, given: Sequence[Any], named: dict[str, Any]) -> Any:
        try:
            if longest is None:
                return dialect.connect(*given, **named)
            made = Patient.connect(*given, **named)
        except dialect.loaded_dbapi.Error as error:
            raise error.with_traceback(None)  # noqa: B904  # it is the same error
        made.patience = longest
        return made

    event.listen(engine, "do_connect", connect)


@contextmanager
def waiting(connection: object, longest: float) -> Iterator[None]:
    """Wait for so many seconds for each statement of the block, where the connection is one that waits so."""
    if not isinstance(connection, Patient):
        yield
        return
    before, connection.patience = connection.patience, longest
    try:
        yield
    finally:
        connection.patience = before
