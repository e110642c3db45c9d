"""Reading the search index in PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import Engine

from services.portal.adapters.search_known import Known
from services.portal.adapters.search_pool import reading, search_engine
from services.portal.adapters.search_sql import Statement, candidates_sql, following_sql, matches_sql, older_sql
from services.portal.adapters.search_stored import stored
from services.portal.domain.codes import count_facets
from services.portal.domain.page import Stored
from services.portal.domain.plan import Plan
from services.portal.domain.score import Candidate
from services.portal.domain.timeline import Timeline
from services.portal.domain.windows import Matches, Quarter, Window

_SOURCES = "select value from search_facets where field = 'source'"
_NEWEST = "select number from search_marks where name = 'documents'"
Place = tuple[datetime, str]


class SqlSearchReader:
    """One transaction that only reads."""

    def __init__(self, connection: psycopg.Connection[Any], known: Known | None = None) -> None:
        self._db = connection
        self._known = known or Known()

    def timeline(self, since: datetime | None, until: datetime | None) -> Timeline:
        """As SearchReader's."""
        return Timeline(*self._known.quarters(self._rows), since, until)

    def quarters(self) -> list[Quarter]:
        """The quarters that hold documents, the newest first."""
        return list(self._known.quarters(self._rows)[0])

    def newest_number(self) -> int:
        """The highest number of an indexed document, 0 when there is none."""
        found = self._rows(_NEWEST)
        return int(found[0][0]) if found else 0

    def facet_numbers(self, wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """As SearchReader's."""
        return self._known.numbers(self._rows, wanted)

    def facet_values(self, numbers: Sequence[tuple[str, int]]) -> dict[tuple[str, int], str]:
        """As SearchReader's."""
        return self._known.values(self._rows, numbers)

    def matches(self, plan: Plan, window: Window, texts: int, ranked: bool) -> Matches:
        """As SearchReader's."""
        (row,) = self._all(matches_sql(plan, window, texts, ranked))
        matched, looked, found, up_to, facets = row[:5]
        newest, titled, about = (list(zip(row[at] or (), row[at + 1] or (), strict=True)) for at in (5, 7, 9))
        return Matches(found, looked, matched, newest, titled, about, count_facets(facets or b""), up_to or 0)

    def older(self, plan: Plan, window: Window, titled: bool, about: bool) -> tuple[list[Place], list[Place]]:
        """As SearchReader's."""
        rows = self._all(older_sql(plan, window, titled, about))
        return [row[1:] for row in rows if row[0]], [row[1:] for row in rows if not row[0]]

    def following(self, plan: Plan, window: Window, after: Place | None, most: int) -> list[Place]:
        """As SearchReader's."""
        return list(self._all(following_sql(plan, window, after, most)))

    def candidates(self, plan: Plan, places: Sequence[Place]) -> list[Candidate]:
        """As SearchReader's."""
        texts = bool(plan.title or plan.checks or plan.excluded)
        return [Candidate(*row) for row in self._all(candidates_sql(plan, list(places), texts))] if places else []

    def stored(self, documents: Sequence[str]) -> dict[str, Stored]:
        """As SearchReader's."""
        return stored(self._db, documents)

    def _rows(self, statement: str) -> list[tuple[Any, ...]]:
        return self._all((statement, {}))

    def _all(self, asked: Statement) -> list[tuple[Any, ...]]:
        # What comes is mostly text and numbers by the thousand: the binary form is read without taking it apart.
        with self._db.cursor(binary=True) as cursor:
            return cursor.execute(asked[0], asked[1]).fetchall()


class SqlSearchIndex:
    """The index in the database."""

    def __init__(self, engine: Engine) -> None:
        """Searches have connections of their own to the database of `engine`, which are closed with that."""
        self._engine = search_engine(engine)
        self._known = Known()

    @contextmanager
    def read(self) -> Iterator[SqlSearchReader]:
        """A transaction that sees one state of the database. Raises TransientError."""
        with reading(self._engine) as connection:
            yield SqlSearchReader(connection, self._known)

    def sources(self) -> list[str]:
        """Names of sources and outlets. Raises TransientError."""
        with reading(self._engine) as connection:
            return [row[0] for row in connection.execute(_SOURCES)]
