"""What searches of a process found before, as long as the database would say the same again.

Each quarter of the index has a number that goes up in the transaction that changes it (migration 0020). What was found
in a stretch of time is kept together with the numbers of the quarters that it touches, as the same transaction saw
them: where they are the same again, so is what would be found.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from services.portal.domain.windows import Quarter, begin_of, end_of

FOUND = 32 << 20
"""Bytes, nearly, of what was found and weighed: a thousand windows, fewer where all have hundreds of hits."""
TEXTS = 48 << 20
"""Of the texts that were scored last: of the newest twenty thousand documents."""
RESULTS = 16 << 20
"""Of results as they were shown: three thousand."""
VERSIONS = """
    select m.number, v.quarter, v.times, m.names
    from (select max(number) as number, (select min(names) from search_places) as names
        from search_marks where name = 'documents') as m
    left join (select quarter, cast(sum(times) as bigint) as times from search_versions group by quarter) as v on true
"""
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Versions:
    """The index as one transaction sees it."""

    up_to: int
    """The highest number of an indexed document."""
    quarters: Sequence[tuple[datetime, datetime, int]]
    """First moment, one after the last, how often it was changed."""
    names: int
    """Every document tells which watched names it holds, of those up to this number."""

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]]) -> "Versions":
        """From the rows of `VERSIONS`."""
        held: list[tuple[date, int]] = sorted((row[1], row[2]) for row in rows if row[1] is not None)
        quarters = [(Quarter(first, 0), times) for first, times in held]
        return cls(rows[0][0] or 0, [(begin_of(one), end_of(one), times) for one, times in quarters], rows[0][3] or 0)

    def between(self, since: datetime, until: datetime) -> Hashable:
        """What has changed when, and only when, something of that stretch may have."""
        return tuple((first, times) for first, end, times in self.quarters if end > since and first < until)


class Held:
    """Values by key, those used last; threads may share it. What is given out is not to be changed."""

    def __init__(self, most: int) -> None:
        """`most`: the weight of all of them, in bytes."""
        self._most = most
        self._weight = 0
        self._held: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        """The value; None where none is held."""
        with self._lock:
            found = self._held.get(key)
            if found is None:
                return None
            self._held.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: Any, weight: int) -> None:
        """Keep a value that is not None; those that were not used for longest go."""
        with self._lock:
            before = self._held.pop(key, None)
            self._weight += weight - (before[1] if before else 0)
            self._held[key] = (value, weight)
            while self._weight > self._most:
                self._weight -= self._held.popitem(last=False)[1][1]

    def __len__(self) -> int:
        """How many values are held."""
        return len(self._held)


class Shelves:
    """All that the searches of a process hold."""

    def __init__(self) -> None:
        self.found = Held(FOUND)
        self.texts = Held(TEXTS)
        """Words of documents and the stamps of their rows, by document."""
        self.results = Held(RESULTS)


class HeldReading:
    """What is held, as one transaction may use it."""

    def __init__(self, held: Held, versions: Callable[[], Sequence[Sequence[Any]]]) -> None:
        """`versions` gives the rows of `VERSIONS` in that transaction; it is asked at most once."""
        self._held = held
        self._ask = versions
        self._versions: Versions | None = None

    @property
    def versions(self) -> Versions:
        """The index as this transaction sees it."""
        if self._versions is None:
            self._versions = Versions.of(self._ask())
        return self._versions

    def found(
        self,
        key: Hashable,
        since: datetime,
        until: datetime,
        find: Callable[[], Found],
        weight: Callable[[Found], int],
    ) -> Found:
        """What `find` finds in the rows from `since` to before `until`, which `key` says all about."""
        whole = (key, self.versions.between(since, until))
        known: Found | None = self._held.get(whole)
        if known is None:
            known = find()
            self._held.put(whole, known, weight(known))
        return known


def key_of(statement: str, asked: dict[str, Any]) -> Hashable:
    """A statement and its parameters."""
    values = ((name, tuple(value) if isinstance(value, list) else value) for name, value in asked.items())
    return statement, tuple(values)
