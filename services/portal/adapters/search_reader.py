"""Reading the search index in PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import Engine

from services.portal.adapters.search_held import VERSIONS, HeldReading, Shelves, key_of
from services.portal.adapters.search_known import Known
from services.portal.adapters.search_pool import reading, search_engine
from services.portal.adapters.search_sql import Statement, candidates_sql, following_sql, matches_sql, older_sql
from services.portal.adapters.search_stored import results, stored
from services.portal.domain.codes import count_facets
from services.portal.domain.names import FIELD as NAME
from services.portal.domain.page import Result, Stored
from services.portal.domain.plan import Plan
from services.portal.domain.query import Query
from services.portal.domain.score import Candidate, Scale, Weighed
from services.portal.domain.timeline import Timeline
from services.portal.domain.windows import Matches, Quarter, Window

_SOURCES = "select value from search_facets where field = 'source'"
PLACE, TEXT = 200, 300
"""Bytes of one place, and of a text beside its characters, nearly."""
Place = tuple[datetime, str]


class SqlSearchReader:
    """One transaction that only reads."""

    def __init__(
        self, connection: psycopg.Connection[Any], known: Known | None = None, shelves: Shelves | None = None
    ) -> None:
        """`known` and `shelves` are shared by those who read the same database."""
        self._db = connection
        self._known = known or Known()
        self._shelves = shelves or Shelves()
        self._held = HeldReading(self._shelves.found, lambda: self._rows(VERSIONS))

    def timeline(self, since: datetime | None, until: datetime | None) -> Timeline:
        """As SearchReader's."""
        return Timeline(*self._known.quarters(self._rows), since, until)

    def quarters(self) -> list[Quarter]:
        """The quarters that hold documents, the newest first."""
        return list(self._known.quarters(self._rows)[0])

    def newest_number(self) -> int:
        """The highest number of an indexed document, 0 when there is none."""
        return self._held.versions.up_to

    def facet_numbers(self, wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """As SearchReader's."""
        found = self._known.numbers(self._rows, wanted)
        if not any(field == NAME for field, _ in found):
            return found
        told = self._held.versions.names
        return {facet: number for facet, number in found.items() if facet[0] != NAME or number <= told}

    def facet_values(self, numbers: Sequence[tuple[str, int]]) -> dict[tuple[str, int], str]:
        """As SearchReader's."""
        return self._known.values(self._rows, numbers)

    def matches(self, plan: Plan, window: Window, texts: int, ranked: bool) -> Matches:
        """As SearchReader's."""
        asked = matches_sql(plan, window, texts, ranked)
        found = self._held.found(key_of(*asked), window.since, window.until, lambda: self._matches(asked), _weight)
        return replace(found, up_to=self._held.versions.up_to)

    def _matches(self, asked: Statement) -> Matches:
        (row,) = self._all(asked)
        matched, looked, found, facets = row[:4]
        newest, titled, about = (tuple(zip(row[at] or (), row[at + 1] or (), strict=True)) for at in (4, 6, 8))
        return Matches(found, looked, matched, newest, titled, about, count_facets(facets or b""))

    def older(self, plan: Plan, window: Window, titled: bool, about: bool) -> tuple[list[Place], list[Place]]:
        """As SearchReader's."""
        rows = self._places(older_sql(plan, window, titled, about), window)
        return [row[1:] for row in rows if row[0]], [row[1:] for row in rows if not row[0]]

    def following(self, plan: Plan, window: Window, after: Place | None, most: int) -> list[Place]:
        """As SearchReader's."""
        return list(self._places(following_sql(plan, window, after, most), window))

    def _places(self, asked: Statement, window: Window) -> list[tuple[Any, ...]]:
        """The rows of a statement about one window."""
        return self._held.found(
            key_of(*asked), window.since, window.until, lambda: self._all(asked), lambda rows: PLACE * (len(rows) + 5)
        )

    def weighed(self, plan: Plan, query: Query, places: Sequence[Place], verified: frozenset[str]) -> Sequence[Weighed]:
        """As SearchReader's."""
        if not places:
            return ()
        times = [at for at, _ in places]
        key = (query.terms, plan.checks, plan.excluded, plan.entities, tuple(places), verified)

        def weigh() -> tuple[Weighed, ...]:
            every = self._candidates(plan, places)
            held = (one for one in every if one.document_id in verified or plan.verified(one.words))
            return tuple(map(Scale(query), held))

        until = max(times) + timedelta(microseconds=1)
        return self._held.found(key, min(times), until, weigh, lambda found: 2 * PLACE * len(found))

    def _candidates(self, plan: Plan, places: Sequence[Place]) -> list[Candidate]:
        if not (plan.title or plan.checks or plan.excluded):
            return [Candidate(row[0], row[1], "", *row[4:]) for row in self._all(candidates_sql(plan, places))]
        known = {document: self._shelves.texts.get(document) for _, document in places}
        stamps = [held[0] if (held := known[document]) else "" for _, document in places]
        found = []
        for document, at, words, stamp, *others in self._all(candidates_sql(plan, places, stamps)):
            text = words if (held := known[document]) is None or words is not None else held[1]
            if words is not None:
                self._shelves.texts.put(document, (stamp, words), TEXT + 2 * len(words))
            found.append(Candidate(document, at, text, *others))
        return found

    def results(self, documents: Sequence[str], query: Query) -> dict[str, Result]:
        """As SearchReader's."""
        return results(self._db, documents, query, self._shelves.results)

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
        self._shelves = Shelves()

    @contextmanager
    def read(self) -> Iterator[SqlSearchReader]:
        """A transaction that sees one state of the database. Raises TransientError."""
        with reading(self._engine) as connection:
            yield SqlSearchReader(connection, self._known, self._shelves)

    def sources(self) -> list[str]:
        """Names of sources and outlets. Raises TransientError."""
        with reading(self._engine) as connection:
            return [row[0] for row in connection.execute(_SOURCES)]


def _weight(found: Matches) -> int:
    """Bytes of what a window held, nearly."""
    places = len(found.newest) + len(found.titled) + len(found.about)
    return PLACE * (places + sum(map(len, found.facets.values())) + 10)
