"""What the steps need from outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from services.maintenance.domain.spellings import Sought


@dataclass(frozen=True)
class Amount:
    """Rows of one rule that are past their time."""

    name: str
    table: str
    period: str
    rows: int
    oldest: datetime | None = None


class Rows(Protocol):
    """What the database keeps. Every method raises TransientError while it is away or somebody else holds a lock."""

    def overdue(self, cutoffs: Mapping[str, datetime]) -> Sequence[Amount]:
        """What would go, by rule, in the order in which it goes."""
        ...

    def delete(self, name: str, cutoff: datetime) -> int:
        """Delete one batch of the rule `name`; how many rows. Zero: there are no more."""
        ...


@dataclass(frozen=True)
class Target:
    """One document that is to be erased."""

    document_id: str
    title: str
    url: str
    revisions: int = 0


@dataclass
class Removed:
    """What was done, by place."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, place: str, count: int) -> None:
        """Count what a place lost."""
        if count:
            self.counts[place] = self.counts.get(place, 0) + count


class Erasure(Protocol):
    """The database, for erasing. Every method raises TransientError while it is away or locked for too long."""

    def find(self, asked: str) -> Sequence[Target]:
        """The documents of an address (as listed, or canonical) or of a document_id."""
        ...

    def naming(self, person: str) -> Sequence[Target]:
        """The documents whose title, author or text names the person, in any revision, however it is written."""
        ...

    def erase(self, target: Target, who: str, reason: str) -> Removed:
        """Take one document out of every table and leave its tombstone, in one transaction."""
        ...

    def erase_listings(self, person: str, who: str, reason: str) -> Removed:
        """Take what was listed but not stored, and names the person, out of the queue and the index."""
        ...

    def readers(self, person: str) -> Sequence[str]:
        """Names of the portal's users whose name is the person's."""
        ...

    def erase_readers(self, person: str, who: str, reason: str) -> Removed:
        """Delete those users with sessions, keys and visits, and take the name off others' keys."""
        ...

    def erase_raw(self, sought: Sought) -> Removed:
        """Delete kept listings that hold any of it."""
        ...

    def buried(self) -> Sequence[Target]:
        """Documents that have a tombstone and came back all the same: on their way while they were erased."""
        ...

    def left(self, sought: Sought) -> Mapping[str, int]:
        """Rows in which any of it still stands, by table."""
        ...


class Letters(Protocol):
    """Dead letters on Kafka."""

    def holding(self, sought: Sought) -> int:
        """How many letters hold any of it. Raises TransientError without a broker."""
        ...

    def erase(self, sought: Sought) -> int:
        """Take those letters off their topics; the others keep their order. Raises as `holding`."""
        ...


class Exports(Protocol):
    """Files that were written out."""

    def holding(self, sought: Sought) -> Sequence[str]:
        """Names of the files that hold any of it."""
        ...

    def erase(self, sought: Sought) -> int:
        """Delete those files."""
        ...
