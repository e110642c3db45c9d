"""Writing the search index in PostgreSQL; one process at a time, under an advisory lock."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, text

from services.portal.adapters import index_sql as sql
from services.portal.adapters.database import transaction
from services.portal.adapters.index_load import load
from services.portal.domain.entry import Entry, Facet, StoredDocument
from services.portal.domain.names import FIELD as NAME
from services.portal.domain.names import Names
from shared.errors import PermanentError

LOCK = 7_215_440
"""Key of the advisory lock; the trigger of migration 0013 takes it, too."""
LATE = timedelta(minutes=5)
"""A classification may commit so long after the time that it says it was received at."""
MOST_VERSIONS = 200
"""Rows of changed quarters, which every search reads, until those of one quarter are joined."""
MOST_VALUES = 32_767
"""Values of one field (smallint)."""


class SqlIndexUnit:
    """One transaction of the indexer."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def changed(self, most: int) -> list[str]:
        """As IndexUnit's."""
        return list(self._db.execute(sql.TAKE_CHANGED, {"most": most}).scalars())

    def new(self, most: int) -> list[str]:
        """As IndexUnit's."""
        mark = self._db.execute(sql.MARK, {"name": "documents"}).one_or_none()
        rows = self._db.execute(sql.NEW, {"number": mark.number if mark else 0, "most": most}).all()
        if rows:
            self._db.execute(sql.MOVE, {"name": "documents", "number": rows[-1].number, "at": None})
        return [row.document_id for row in rows]

    def classified(self, most: int) -> list[str]:
        """As IndexUnit's."""
        mark = self._db.execute(sql.MARK, {"name": "classifications"}).one_or_none()
        since = mark.at - LATE if mark else datetime(1970, 1, 1, tzinfo=UTC)
        rows = self._db.execute(sql.CLASSIFIED, {"since": since, "most": most}).all()
        newest = rows[-1].received if len(rows) == most else self._db.execute(sql.RECEIVED).scalar()
        if newest is not None:
            self._db.execute(sql.MOVE, {"name": "classifications", "number": None, "at": newest})
        return [row.document_id for row in rows]

    def load(self, documents: Sequence[str]) -> list[StoredDocument]:
        """As IndexUnit's."""
        return load(self._db, documents)

    def put(self, documents: Sequence[str], entries: Sequence[Entry]) -> None:
        """As IndexUnit's."""
        counted: Counter[date] = Counter()
        for place in self._db.execute(sql.TAKE_OUT, {"documents": list(documents)}).scalars():
            counted[quarter_of(place)] -= 1
        if entries:
            numbers = self._numbers({facet for entry in entries for facet in entry.facets()})
            for quarter in sorted({quarter_of(entry.at) for entry in entries}):
                self._db.execute(sql.MAKE_QUARTER, {"quarter": quarter})
            self._db.execute(sql.PUT, [_row(entry, numbers) for entry in entries])
            self._db.execute(sql.PLACE, [_place(entry) for entry in entries])
            counted.update(quarter_of(entry.at) for entry in entries)
        for quarter, documents_more in sorted(counted.items()):
            self._db.execute(sql.COUNT, {"quarter": quarter, "documents": documents_more})
        self._db.execute(sql.JOIN_VERSIONS, {"most": MOST_VERSIONS})

    def names(self) -> Names:
        """As IndexUnit's."""
        return Names({row.value: row.number for row in self._db.execute(sql.NAMES, {"field": NAME})})

    def compare(self, names: Collection[str] = ()) -> int:
        """Note what differs as changed, and count the quarters anew; how many differ."""
        differing = self._db.execute(sql.COMPARE).rowcount
        self._numbers({(NAME, name) for name in names})
        differing += self._mark(self.names())
        self._db.execute(sql.RECOUNT)
        return differing

    def _mark(self, names: Names) -> int:
        """Note the documents that may hold a name of which they do not tell; all others tell of it with that."""
        least = self._db.execute(sql.LEAST).scalar()
        if least is None or least >= names.last:
            return 0
        untold: set[str] = set()
        self._db.execute(text("set local enable_seqscan = off"))  # codes are looked up, document by document
        for name, number in names.later_than(least).items():
            asked = {"needed": sorted(names.needed(name)), "number": number}
            untold.update(self._db.execute(sql.UNTOLD, asked).scalars())
        self._db.execute(sql.CHANGED, {"documents": sorted(untold)})
        self._db.execute(sql.TOLD, {"last": names.last})
        return len(untold)

    def _numbers(self, wanted: set[Facet]) -> dict[Facet, int]:
        """The numbers of facets; new ones get the next of their field."""
        known: dict[Facet, int] = {(row.field, row.value): row.number for row in self._db.execute(sql.FACETS)}
        last: Counter[str] = Counter()
        for (field, _), number in known.items():
            last[field] = max(last[field], number)
        new: list[dict[str, Any]] = []
        for field, value in sorted(wanted - known.keys()):
            last[field] += 1
            if last[field] > MOST_VALUES:
                raise PermanentError(f"the field {field} has more than {MOST_VALUES:,} values")
            known[field, value] = last[field]
            new.append({"field": field, "value": value, "number": last[field]})
        if new:
            self._db.execute(sql.NEW_FACET, new)
        return known


class SqlIndexStore:
    """The index in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def unit(self) -> Iterator[SqlIndexUnit | None]:
        """A transaction that alone writes; None while another process does. Raises TransientError, PermanentError."""
        with transaction(self._engine) as connection:
            mine = connection.execute(text("select pg_try_advisory_xact_lock(:key)"), {"key": LOCK}).scalar()
            yield SqlIndexUnit(connection) if mine else None

    def compare(self, names: Collection[str] = ()) -> int:
        """As IndexStore's; the quarters are counted anew, too. 0 while another one writes."""
        with self.unit() as unit:
            if unit is None:
                return 0
            return unit.compare(names)


def quarter_of(at: datetime) -> date:
    """The first day of the quarter, by UTC."""
    utc = at.astimezone(UTC)
    return date(utc.year, (utc.month - 1) // 3 * 3 + 1, 1)


def _row(entry: Entry, numbers: dict[Facet, int]) -> dict[str, Any]:
    return {
        "at": entry.at,
        "document": entry.document_id,
        "number": entry.number,
        "codes": entry.codes(numbers),
        "title_codes": sorted(entry.title_codes),
        "words": entry.words,
        "entities": [numbers["entity", value] for value in entry.entities],
        "labels": [numbers["label", value] for value in entry.labels],
        "statuses": [numbers["status", value] for value in entry.statuses],
        "source": numbers["source", entry.sources[0]],
        "kind": numbers["kind", entry.kind],
        "language": numbers["language", entry.language],
        "importance": entry.importance,
        "thread": entry.thread_id,
        "repeats": entry.repeats,
    }


def _place(entry: Entry) -> dict[str, Any]:
    return {
        "document": entry.document_id,
        "at": entry.at,
        "revision": entry.revision,
        "revisions": entry.revisions,
        "classified": entry.received,
        "thread": entry.thread_id,
        "names": entry.named,
    }
