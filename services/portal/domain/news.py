"""What changed since a moment: new stories, new facts on known ones, changed statuses, revised documents."""

from dataclasses import dataclass
from datetime import datetime, timedelta

AWAY = timedelta(minutes=30)
"""A reader who asks for nothing so long has gone: the next request begins another visit."""
FIRST = timedelta(days=7)
"""How far a first visit looks back."""
STATUS = "status"
"""Kind of a fact that moves a story from one status to the next."""


@dataclass(frozen=True, slots=True)
class Happened:
    """Label and status of an event."""

    label: str
    status: str


@dataclass(frozen=True, slots=True)
class NewStory:
    """A thread that opened."""

    thread_id: str
    title: str
    opened: datetime
    importance: int
    entities: tuple[str, ...]
    events: tuple[Happened, ...]
    """Of its first report."""
    reports: int
    """Documents in it by now."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a story was not known to say: its kind, and what was known before where something was."""

    kind: str
    """status | label | amount | counterparty | regulator | effective_date | correction"""
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A report that told new facts of a story that was known."""

    thread_id: str
    title: str
    at: datetime
    document_id: str
    facts: tuple[Fact, ...]

    @property
    def steps(self) -> tuple[Fact, ...]:
        """Changes of its status."""
        return tuple(one for one in self.facts if one.kind == STATUS)


@dataclass(frozen=True, slots=True)
class Revised:
    """A document whose text its outlet changed."""

    document_id: str
    revision: int
    title: str
    before: str
    """Its title before; empty where that is the same."""
    outlet: str
    at: datetime
    """When the new revision was fetched."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many changed."""

    stories: int = 0
    moved: int = 0
    """Known stories with new facts, those with a changed status among them."""
    statuses: int = 0
    """Known stories whose status changed."""
    revised: int = 0

    @property
    def all(self) -> int:
        """What a badge says."""
        return self.stories + self.moved + self.revised


@dataclass(frozen=True, slots=True)
class News:
    """What changed, each kind the newest first and cut at a hundred; the counts are of all."""

    since: datetime
    counts: Counts
    stories: tuple[NewStory, ...]
    moved: tuple[Moved, ...]
    revised: tuple[Revised, ...]
