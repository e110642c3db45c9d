"""The search index as columns in memory, by quarter: when each document was published, its story, what it is about.

Counting distinct stories of every week and value is done over these, since the database would sort or hash each
document once for every pair of its entities and labels. 24 bytes a document; a quarter that has changed is read again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, text

from services.portal.adapters import overview_sql as sql
from services.portal.adapters.search_held import VERSIONS, Held, Versions

HELD = 96 << 20
"""Bytes of columns that a process keeps: those of four million documents."""
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""From which PostgreSQL counts microseconds."""
_MICROSECOND = timedelta(microseconds=1)
_HEAD = 20
"""Bytes of an array with one dimension before its elements, as array_recv() reads it."""
_ELEMENT = np.dtype([("size", ">i4"), ("value", ">i8")])
Numbers = npt.NDArray[np.int64]
Kind = tuple[tuple[int, ...], tuple[int, ...]]
"""Numbers of entities and of labels of one document."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Documents in the order of their time."""

    at: Numbers
    """Microseconds, as `micros` makes them."""
    story: Numbers
    """0 for none."""
    kind: Numbers
    """Place in `kinds`."""
    kinds: Sequence[Kind]


class Shelf:
    """The columns that a process holds; threads may share it."""

    def __init__(self) -> None:
        self._held = Held(HELD)

    def between(self, db: Connection, since: datetime, until: datetime) -> Columns:
        """The documents from `since` to before `until`, as the transaction sees them."""
        versions = Versions.of(db.execute(_VERSIONS).all())
        parts = [
            self._quarter(db, first, end, times)
            for first, end, times in versions.quarters
            if end > since and first < until
        ]
        return _joined([_cut(part, micros(since), micros(until)) for part in parts])

    def _quarter(self, db: Connection, first: datetime, end: datetime, times: int) -> Columns:
        known: Columns | None = self._held.get((first, times))
        if known is None:
            known = _read(db.execute(sql.COLUMNS, {"first": first, "end": end}))
            self._held.put((first, times), known, sum(each.nbytes for each in (known.at, known.story, known.kind)))
        return known


_VERSIONS = text(VERSIONS)


def micros(at: datetime) -> int:
    """Microseconds since 2000."""
    return (at - _EPOCH) // _MICROSECOND


def moment(at: int) -> datetime:
    """The other way round."""
    return _EPOCH + at * _MICROSECOND


def _read(rows: Iterable[Any]) -> Columns:
    kinds: list[Kind] = []
    ats, stories, lengths = [], [], []
    for row in rows:
        kinds.append((tuple(row.entities), tuple(row.labels)))
        ats.append(_array(row.moments))
        stories.append(_array(row.stories))
        lengths.append(len(ats[-1]))
    at = _concatenated(ats)
    order = np.argsort(at, kind="stable")
    kind = np.repeat(np.arange(len(kinds), dtype=np.int64), lengths)
    return Columns(at[order], _concatenated(stories)[order], kind[order], kinds)


def _array(sent: bytes) -> Numbers:
    return np.frombuffer(sent, _ELEMENT, offset=_HEAD)["value"].astype(np.int64)


def _concatenated(parts: Sequence[Numbers]) -> Numbers:
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _cut(part: Columns, since: int, until: int) -> Columns:
    first, end = np.searchsorted(part.at, [since, until])
    return Columns(part.at[first:end], part.story[first:end], part.kind[first:end], part.kinds)


def _joined(parts: Sequence[Columns]) -> Columns:
    """One after the other, as the quarters are."""
    places: dict[Kind, int] = {}
    kinds = []
    for part in parts:
        own = np.array([places.setdefault(kind, len(places)) for kind in part.kinds], dtype=np.int64)
        kinds.append(own[part.kind])
    at, story = (_concatenated([getattr(part, name) for part in parts]) for name in ("at", "story"))
    return Columns(at, story, _concatenated(kinds), list(places))
