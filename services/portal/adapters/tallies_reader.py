"""Counting the search index by company, label and week."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Engine, text

from services.portal.adapters import overview_sql as sql
from services.portal.adapters.database import transaction
from services.portal.adapters.tallies_columns import Columns, Shelf, micros, moment
from services.portal.domain.tallies import ALL, Asked, Tallies, Tally

SLOWEST = 10_000
"""Milliseconds until a statement is given up."""
Numbers = Mapping[tuple[str, str], int]
"""Field and value to the number in the index."""
Chosen = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]


@contextmanager
def reading(engine: Engine) -> Iterator[tuple[Connection, Numbers]]:
    """A transaction that only reads one state of the database, and the numbers of facets. Raises TransientError."""
    with transaction(engine) as db:
        db.execute(text("set transaction isolation level repeatable read, read only"))
        db.execute(sql.SETTINGS, {"slowest": str(SLOWEST)})
        yield db, {(row.field, row.value): row.number for row in db.execute(sql.FACETS)}


def values_of(numbers: Numbers, field: str) -> dict[int, str]:
    """Number to value of one field."""
    return {number: value for (held, value), number in numbers.items() if held == field}


def count(db: Connection, shelf: Shelf, numbers: Numbers, asked: Asked) -> Tallies:
    """The counts; all are none where an entity or label is asked for that no document has."""
    entity = numbers.get(("entity", asked.entity)) if asked.entity else None
    label = numbers.get(("label", asked.label)) if asked.label else None
    if (asked.entity and entity is None) or (asked.label and label is None):
        return Tallies({}, {})
    rows = shelf.between(db, asked.weeks.since, asked.weeks.until)
    fits = np.array(
        [(entity is None or entity in own[0]) and (label is None or label in own[1]) for own in rows.kinds], bool
    )
    kept = np.flatnonzero(fits[rows.kind])
    rows = Columns(rows.at[kept], rows.story[kept], rows.kind[kept], rows.kinds)
    starts = np.array([micros(start) for start in asked.weeks.starts()], np.int64)
    return _Counting(rows, np.searchsorted(starts, rows.at, "right") - 1, len(starts)).tallies(numbers, asked)


class _Counting:
    """Documents are counted by their places; of a story, or of a story in a week, each place is counted once."""

    def __init__(self, rows: Columns, week: Places, weeks: int) -> None:
        self._rows, self._week, self._weeks = rows, week, weeks
        told, self._story = np.unique(rows.story, return_inverse=True)
        cells, self._cell = np.unique(self._story * weeks + week, return_inverse=True)
        self._stories = told != 0
        self._cell_week = np.where(self._stories[cells // weeks], cells % weeks, weeks)
        """Of a story in a week: the week; one beyond the last for documents in no story."""

    def tallies(self, numbers: Numbers, asked: Asked) -> Tallies:
        """By the axis and by both fields; what no document has is left out."""
        entities, labels = ({0: ALL} | values_of(numbers, field) for field in ("entity", "label"))
        weekly: dict[tuple[int, str], Tally] = {}
        period: dict[tuple[str, str], Tally] = {}
        newest: dict[str, datetime] = {}
        by_label = {label: self._having(1, label) for label in labels}
        for entity, name in entities.items():
            chosen = self._having(0, entity)
            if not chosen.size:
                continue
            if entity:
                newest[name] = moment(int(self._rows.at[chosen[-1]]))
            if asked.by == "entity":
                weekly |= self._by_week(name, chosen)
            among = np.zeros(len(self._week), bool)
            among[chosen] = True
            for label, held in by_label.items():
                if (both := held[among[held]] if entity else held).size:
                    period[name, labels[label]] = self._whole(both)
        if asked.by == "label":
            for label, held in by_label.items():
                weekly |= self._by_week(labels[label], held)
        return Tallies(weekly, period, newest)

    def _having(self, field: int, number: int) -> Places:
        """Where the documents stand that have that entity (field 0) or label (1); 0 is all."""
        if not number:
            return np.arange(len(self._week))
        have = np.array([number in kind[field] for kind in self._rows.kinds], bool)
        return np.flatnonzero(have[self._rows.kind])

    def _whole(self, chosen: Places) -> Tally:
        seen = _seen(self._story[chosen], len(self._stories))
        return Tally(int(np.count_nonzero(seen & self._stories)), int(chosen.size))

    def _by_week(self, name: str, chosen: Places) -> dict[tuple[int, str], Tally]:
        documents = np.bincount(self._week[chosen], minlength=self._weeks)
        seen = _seen(self._cell[chosen], len(self._cell_week))
        stories = np.bincount(self._cell_week[seen], minlength=self._weeks)
        return {
            (week, name): Tally(int(stories[week]), int(documents[week])) for week in np.flatnonzero(documents).tolist()
        }


def _seen(places: Places, length: int) -> Chosen:
    seen = np.zeros(length, bool)
    seen[places] = True
    return seen
