"""Counts of stories and documents by company, label and week, and the query that finds exactly those."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from services.portal.domain.weeks import Weeks

Axis = Literal["entity", "label"]
"""What stands beside the weeks."""
ALL = ""
"""Of an axis: whatever its value is, none included."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are."""

    stories: int = 0
    """Threads, each once however many outlets told it; a document in no thread is in none."""
    documents: int = 0


NONE = Tally()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is counted."""

    weeks: Weeks
    by: Axis = "entity"
    """What stands beside the weeks."""
    entity: str | None = None
    """Only documents about it."""
    label: str | None = None
    """Only documents with such an event."""


@dataclass(frozen=True, slots=True)
class Tallies:
    """What was counted. A story of two companies counts for both and once in all: columns do not add up to it."""

    weekly: Mapping[tuple[int, str], Tally]
    """Number of the week from 0 and value of the axis, `ALL` for all."""
    period: Mapping[tuple[str, str], Tally]
    """Entity and label over all weeks, `ALL` for all."""
    newest: Mapping[str, datetime] = field(default_factory=dict)
    """When the newest document of each entity was published."""

    def week(self, number: int, value: str = ALL) -> Tally:
        """Of one week."""
        return self.weekly.get((number, value), NONE)

    def whole(self, entity: str = ALL, label: str = ALL) -> Tally:
        """Of the whole period."""
        return self.period.get((entity, label), NONE)


def query_of(entity: str | None, label: str | None, first: date, following: date, stories: bool = True) -> str:
    """The search that finds what a cell counts, from the day `first` to before `following` by the reader's clock."""
    parts = (
        "kind:thread" if stories else "",
        f"entity:{entity}" if entity else "",
        f"label:{label}" if label else "",
        f"after:{first.isoformat()}",
        f"before:{following.isoformat()}",
    )
    return " ".join(part for part in parts if part)
