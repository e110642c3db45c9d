"""Reading the search index in PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from services.portal.adapters.database import transaction
from services.portal.adapters.search_sql import CANDIDATES, SETTINGS, matches_sql, newest_sql
from services.portal.adapters.search_stored import stored
from services.portal.domain.page import Stored
from services.portal.domain.plan import Plan
from services.portal.domain.score import Candidate
from services.portal.domain.windows import Matches, Quarter, Window

SLOWEST = 10_000
"""Milliseconds until a statement is given up: a reader has gone by then."""
_FIELDS = ("entity", "label", "status", "source", "kind", "language")
_QUARTERS = text("select quarter, documents from search_quarters order by quarter desc")
_NEWEST = text("select coalesce((select number from search_marks where name = 'documents'), 0)")
_NUMBERS = text(
    "select f.field, f.value, f.number from search_facets f"
    " join unnest(cast(:fields as text[]), cast(:values as text[])) as w(field, value)"
    " on f.field = w.field and f.value = w.value"
)
_VALUES = text(
    "select f.field, f.value, f.number from search_facets f join unnest(cast(:fields as text[]),"
    " cast(:numbers as integer[])) as w(field, number) on f.field = w.field and f.number = w.number"
)
Place = tuple[datetime, str]


class SqlSearchReader:
    """One transaction that only reads."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def quarters(self) -> list[Quarter]:
        """As SearchReader's."""
        return [Quarter(row.quarter, row.documents) for row in self._db.execute(_QUARTERS)]

    def newest_number(self) -> int:
        """As SearchReader's."""
        return int(self._db.execute(_NEWEST).scalar_one())

    def facet_numbers(self, wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """As SearchReader's."""
        if not wanted:
            return {}
        asked = {"fields": [field for field, _ in wanted], "values": [value for _, value in wanted]}
        return {(row.field, row.value): row.number for row in self._db.execute(_NUMBERS, asked)}

    def facet_values(self, numbers: Sequence[tuple[str, int]]) -> dict[tuple[str, int], str]:
        """As SearchReader's."""
        if not numbers:
            return {}
        asked = {"fields": [field for field, _ in numbers], "numbers": [number for _, number in numbers]}
        return {(row.field, row.number): row.value for row in self._db.execute(_VALUES, asked)}

    def matches(self, plan: Plan, window: Window) -> Matches:
        """As SearchReader's."""
        statement, asked = matches_sql(plan, window)
        row = self._db.execute(statement, asked).mappings().one()
        newest = list(zip(row["ats"] or (), row["ids"] or (), strict=True))
        facets = {field: {int(number): count for number, count in (row[field] or {}).items()} for field in _FIELDS}
        return Matches(row["found"], row["looked"], row["matched"], newest, facets)

    def titled(self, plan: Plan, window: Window) -> list[Place]:
        """As SearchReader's."""
        return self._newest(plan, window, "title")

    def about(self, plan: Plan, window: Window) -> list[Place]:
        """As SearchReader's."""
        return self._newest(plan, window, "entities")

    def _newest(self, plan: Plan, window: Window, also: str) -> list[Place]:
        statement, asked = newest_sql(plan, window, also)
        return [(row.at, row.document_id) for row in self._db.execute(statement, asked)]

    def candidates(self, plan: Plan, places: Sequence[Place]) -> list[Candidate]:
        """As SearchReader's."""
        if not places:
            return []
        asked: dict[str, Any] = {"ats": [at for at, _ in places], "ids": [document for _, document in places]}
        asked |= {"first": min(asked["ats"]), "last": max(asked["ats"]), "entities": list(plan.entities)}
        return [Candidate(**row) for row in self._db.execute(CANDIDATES, asked).mappings()]

    def stored(self, documents: Sequence[str]) -> dict[str, Stored]:
        """As SearchReader's."""
        return stored(self._db, documents)


class SqlSearchIndex:
    """The index in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def read(self) -> Iterator[SqlSearchReader]:
        """A transaction that sees one state of the database. Raises TransientError."""
        with transaction(self._engine) as connection:
            connection.execute(text("set transaction isolation level repeatable read, read only"))
            connection.execute(SETTINGS, {"slowest": str(SLOWEST)})
            yield SqlSearchReader(connection)

    def sources(self) -> list[str]:
        """Names of sources and outlets. Raises TransientError."""
        with transaction(self._engine) as connection:
            return list(connection.execute(text("select value from search_facets where field = 'source'")).scalars())
