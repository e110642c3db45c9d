"""Exporting what a search finds: the newest first, in batches, so that memory stays flat however many there are."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

from services.portal.application.ports import SearchReader
from services.portal.domain.exported import Columns, Exported, Row, Shape, columns, rows
from services.portal.domain.plan import Plan, facets_of, plan_of
from services.portal.domain.query import Problem, Query
from services.portal.domain.windows import Window, windows

MOST = 100_000
"""Documents of one export: a spreadsheet holds a million lines, and the year of one search has some thousands."""
BATCH = 500
"""Documents that are read at once."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Place = tuple[datetime, str]
Parsed = Callable[[str, datetime, tzinfo], Query | Problem]
"""What a query asks, by the clock of its reader."""


class ExportReader(SearchReader, Protocol):
    """Reading the index for an export. Raises TransientError."""

    def places(self, plan: Plan, window: Window, most: int) -> Iterator[Place]:
        """Time and id of what a window holds of a plan, the newest first, as they come from the database."""
        ...


class ExportIndex(Protocol):
    """The index and the documents as exports read them."""

    def read(self) -> AbstractContextManager[ExportReader]:
        """A transaction that only reads. Raises TransientError when the database is away or too slow."""
        ...

    def exported(self, documents: Sequence[str], text: bool) -> list[Exported]:
        """What is stored now of those that are there still, in that order. Raises TransientError."""
        ...


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be exported, and how."""

    query: str
    shape: Shape = "document"
    text: bool = False
    """With the article's own text, as far as its rights allow."""
    zone: tzinfo = UTC
    """What times are told by, and what `after:` and `before:` are counted by."""
    base: str = ""
    """Where the portal is, for links."""
    most: int = MOST


@dataclass
class Places:
    """Which documents, the newest first: 24 bytes each, so that a hundred thousand are 2.4 MB."""

    capped: bool = False
    """There are more than were wanted."""
    _ids: bytearray = field(default_factory=bytearray)
    _times: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, place: Place) -> None:
        """One more."""
        self._ids += bytes.fromhex(place[1])
        self._times.append((place[0] - _EPOCH) // timedelta(microseconds=1))

    def __len__(self) -> int:
        return len(self._times)

    def batches(self, size: int) -> Iterator[list[str]]:
        """Their ids."""
        for start in range(0, len(self), size):
            ends = range(16 * start, 16 * min(len(self), start + size), 16)
            yield [self._ids[at : at + 16].hex() for at in ends]

    @property
    def oldest(self) -> datetime | None:
        """The time of the last one."""
        return _EPOCH + timedelta(microseconds=self._times[-1]) if self._times else None


@dataclass(frozen=True)
class Prepared:
    """An export whose documents are known and not read yet."""

    wish: Wish
    columns: Columns
    places: Places
    _read: Callable[[Sequence[str], bool], list[Exported]]
    _once: bool
    """Each thread once, by its newest document."""

    @property
    def documents(self) -> int:
        """How many; those that are deleted until they are read are left out."""
        return len(self.places)

    def batches(self) -> Iterator[tuple[int, list[Row]]]:
        """How many documents were read for it, and its rows; each batch is read when it is asked for."""
        wish, told = self.wish, set[str]()
        for ids in self.places.batches(BATCH):
            held: list[Row] = []
            for document in self._read(ids, wish.text):
                if self._once and (document.thread_id is None or document.thread_id in told):
                    continue
                told.update([document.thread_id] if self._once and document.thread_id else [])
                held += rows(document, wish.shape, wish.text, wish.base, wish.zone)
            yield len(ids), held


class Export:
    """Prepares exports; holds nothing of the one before."""

    def __init__(self, index: ExportIndex, parsed: Parsed) -> None:
        """`parsed` is the search's own, so that a query means the same here as there."""
        self._index = index
        self._parsed = parsed

    def __call__(self, wish: Wish, now: datetime) -> Prepared | Problem:
        """Find the documents, or say why the query is none. Raises TransientError when the database is away."""
        query = self._parsed(wish.query, now, wish.zone)
        if isinstance(query, Problem):
            return query
        with self._index.read() as reader:
            plan = plan_of(query, reader.facet_numbers(facets_of(query)), reader.newest_number())
            places = Places() if plan.nothing else _places(reader, plan, wish.most)
        return Prepared(wish, columns(wish.shape, wish.text), places, self._index.exported, query.threads)


def _places(reader: ExportReader, plan: Plan, most: int) -> Places:
    found = Places()
    for window in windows(reader.quarters(), plan.since, plan.until):
        for place in reader.places(plan, window, most + 1 - len(found)):
            if len(found) == most:
                found.capped = True
                return found
            found.add(place)
    return found
