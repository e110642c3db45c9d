"""The calendar that programs subscribe to: the days that stored documents announce."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from shared.calendar.entries import Announced, Entry, entries_from


class NotYet(Exception):
    """The documents are still being read; what was read is kept, so that who asks again finds more of them done."""


class CalendarShelf(Protocol):
    """Where documents and their threads are stored."""

    def announced(self, today: date) -> Sequence[Announced]:
        """What the documents in threads that may announce a day from `today` on announce, each in its newest revision.

        Raises NotYet, and TransientError when the database is away.
        """
        ...


class Calendar:
    """Gives the entries: those of the alerter's calendar, with its identifiers."""

    def __init__(self, shelf: CalendarShelf) -> None:
        self._shelf = shelf

    def __call__(self, now: datetime, entity: str = "") -> tuple[Entry, ...]:
        """All days, or those about one watched entity. Raises NotYet, TransientError."""
        entries = entries_from(self._shelf.announced(now.date()))
        return tuple(one for one in entries if not entity or entity in one.entities)
