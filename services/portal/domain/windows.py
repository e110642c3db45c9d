"""Which stretches of time are looked at one after the other: the newest first, each larger than the one before.

Measured on 50,000 documents, count and newest 300 take 1 ms in the middle and 18 ms at the 95th percentile; a word that
most documents hold is counted to its end in the first window, a rare one costs little in all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

SMALLEST = 50_000
"""Documents of the first window; each further one holds twice as many."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """Three months by UTC."""

    first: date
    documents: int


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` (inclusive) to `until` (exclusive)."""

    since: datetime
    until: datetime
    documents: int
    """How many there are in it, nearly."""


@dataclass(frozen=True, slots=True)
class Matches:
    """What one window holds."""

    found: int
    """Verified documents among those looked at."""
    looked: int
    """Documents that were verified or needed no verifying."""
    matched: int
    """Documents that have all codes."""
    newest: Sequence[tuple[datetime, str]]
    """Times and ids of the newest verified ones, the newest first."""
    titled: Sequence[tuple[datetime, str]] = ()
    """The newest of those matched whose titles have all codes of the words; not verified."""
    about: Sequence[tuple[datetime, str]] = ()
    """The newest of those matched that are about an entity which the words name; not verified."""
    facets: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    """Field to number to count: of the verified where all were looked at, else of those matched."""
    up_to: int = 0
    """The highest number of an indexed document."""

    @property
    def complete(self) -> bool:
        """Whether every document that has the codes was looked at."""
        return self.looked >= self.matched


def windows(
    quarters: Sequence[Quarter], since: datetime | None = None, until: datetime | None = None, smallest: int = SMALLEST
) -> list[Window]:
    """Windows without a gap from the newest to the oldest, between two moments. `quarters`: the newest first, all."""
    if not quarters:
        return []
    oldest, newest = begin_of(quarters[-1]), end_of(quarters[0])
    lower, upper = max(since or oldest, oldest), min(until or newest, newest)
    if lower >= upper:
        return []
    found: list[Window] = []
    end, held, wanted = upper, 0, smallest
    for quarter in quarters:
        first = begin_of(quarter)
        if first >= upper:
            continue
        held += quarter.documents
        if first <= lower:
            break
        if held >= wanted:
            found.append(Window(first, end, held))
            end, held, wanted = first, 0, wanted * 2
    return [*found, Window(lower, end, held)]


def begin_of(quarter: Quarter) -> datetime:
    """Its first moment."""
    return datetime(quarter.first.year, quarter.first.month, 1, tzinfo=UTC)


def end_of(quarter: Quarter) -> datetime:
    """The first moment after it."""
    year, month = quarter.first.year, quarter.first.month + 3
    return datetime(year + (month > 12), month - 12 * (month > 12), 1, tzinfo=UTC)
