"""What the page of a company shows of it: its newest events, its important stories, who told, what is to come."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

IMPORTANT = 4
"""Importance (1 to 5) from which a story stands in the timeline."""
SILENT = timedelta(weeks=4)
"""An outlet that told at least twice in a year, and nothing for so long, counts as silent."""


@dataclass(frozen=True, slots=True)
class Line:
    """One report. Title and our own line may be shown whatever the rights in its text."""

    document_id: str
    label: str
    status: str
    title: str
    outlet: str
    at: datetime
    thread_id: str | None
    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """One thread."""

    thread_id: str
    title: str
    first: datetime
    """When its first report of the period was published."""
    latest: datetime
    reports: int
    importance: int
    labels: tuple[str, ...]
    statuses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Teller:
    """An outlet that told of the company."""

    outlet: str
    documents: int
    stories: int
    latest: datetime

    def silent(self, now: datetime) -> bool:
        """Whether it told more than once, and nothing for a while."""
        return self.documents > 1 and self.latest < now - SILENT


@dataclass(frozen=True, slots=True)
class Coming:
    """A date of effect that a report names and that has not come yet."""

    day: date
    label: str
    document_id: str
    title: str
    paragraph: int


@dataclass(frozen=True, slots=True)
class Record:
    """All of it, of one period."""

    lines: tuple[Line, ...]
    """The newest of each label, by label."""
    stories: tuple[Story, ...]
    """The important ones, the newest first."""
    tellers: tuple[Teller, ...]
    """Who told most first."""
    never: tuple[str, ...]
    """Sources that are polled and told nothing of it."""
    coming: tuple[Coming, ...]
    """In the order of their days."""
