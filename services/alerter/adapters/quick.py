"""Statements of the ways that are gone for every alert: psycopg gets them as they are, on the pool's connections.

SQLAlchemy's part of such a statement costs 0.16 ms of the processor beside psycopg's own 0.07 (two cores, `select` of
five values), a dozen times an alert: a sixth of what an alert costs. Transactions, pool and errors stay those of
adapters/database.py.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias, cast

from psycopg import Connection as Raw
from psycopg import Cursor, OperationalError
from sqlalchemy import Connection, Engine

from services.alerter.adapters.database import typed

_Raw: TypeAlias = Raw[tuple[Any, ...]]
_NAMED = re.compile(r"(?<!:):([a-z_]+)")


class Quick:
    """One statement, with `:name` for each value, as SQLAlchemy's `text` has it."""

    def __init__(self, words: str) -> None:
        self._words = _NAMED.sub(r"%(\1)s", words.replace("%", "%%")).encode()

    def __call__(self, db: Connection, values: Mapping[str, Any]) -> Cursor[tuple[Any, ...]]:
        """Execute it in the transaction of `db`. Raises psycopg's errors, which `transaction` makes the project's."""
        raw = cast(_Raw, db.connection.driver_connection)
        try:
            return self.alone(raw, values)
        except OperationalError as error:
            if raw.closed:
                db.invalidate(error)  # nothing is left to roll back
            raise

    def alone(self, raw: _Raw, values: Mapping[str, Any]) -> Cursor[tuple[Any, ...]]:
        """Execute it on a connection of `committing`."""
        return raw.cursor().execute(self._words, values)


@contextmanager
def committing(engine: Engine) -> Iterator[_Raw]:
    """A connection on which each statement commits itself: half the round trips. Raises what `transaction` does."""
    with typed():
        lent = engine.raw_connection()
        raw = cast(_Raw, lent.driver_connection)
        try:
            raw.autocommit = True
            yield raw
        except OperationalError as error:
            if raw.closed:
                lent.invalidate(error)
            raise
        finally:
            if not raw.closed:
                raw.autocommit = False
            lent.close()
