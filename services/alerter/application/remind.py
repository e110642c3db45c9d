"""Reminds teams of the days that their threads announce, each once; and finds those days for the calendar."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from services.alerter.application.digest_ports import Team
from services.alerter.domain.calendar_words import reminder_alert, reminders
from services.alerter.domain.content import Alert
from services.alerter.domain.routes_reading import current
from services.alerter.domain.routing import matches
from services.alerter.domain.silences import Silence, Telling, silence_on
from services.alerter.domain.wording import Names
from shared.calendar.entries import Entry, Filed, entries_of
from shared.messages import DocumentClassified

EVERY = 20
"""Looks of the digests' loop from one reading of the calendar to the next: five minutes."""


@dataclass(frozen=True)
class Reminding:
    """A reminder for a channel."""

    channel: str
    alert: Alert
    silence: Silence | None = None
    """What stops it: it ends as suppressed, and does not come when the silence is over."""


class Shelf(Protocol):
    """The stored documents, and the ledger. Raises TransientError."""

    def documents(self, today: date) -> Sequence[Filed]:
        """Those in threads that announce a day from `today` on, in any timezone, each in its newest revision."""

    def told(self, team: str, threads: Collection[str]) -> frozenset[str]:
        """Those of the threads that the team was told of."""

    def silences(self) -> Sequence[Silence]:
        """Those in force, in their order."""

    def remind(self, alerts: Sequence[Reminding]) -> frozenset[str]:
        """Put them into the ledger where they do not stand yet; kinds of channel that have something to send."""


def entries_for(team: Team, documents: Sequence[Filed], told: frozenset[str]) -> tuple[Entry, ...]:
    """The days of the documents that the team wants, and of the threads that it was told of."""
    return entries_of(one for one in documents if one.thread_id in told or _wanted(team, one.document))


def _wanted(team: Team, document: DocumentClassified) -> bool:
    """A route with a condition is only sure of what it was told: the second reader was asked then, not now."""
    found = matches(document, [team.root]) if document.relevant else ()
    asked = {route.name for route in team.root.below() if route.only_if}
    return any(not asked & set(match.subscription.path) for match in found)


class Remind:
    """The step; called at every look of the loop that builds digests."""

    def __init__(self, shelf: Shelf, names: Names, now: Callable[[], datetime]) -> None:
        self._shelf = shelf
        self._names = names
        self._now = now
        self._looks = 0

    def __call__(self, teams: Sequence[Team]) -> frozenset[str]:
        """Kinds of channel that have a reminder to send. Raises TransientError."""
        wanting = [team for team in teams if team.plan.remind]
        self._looks += 1
        if not wanting or self._looks % EVERY != 1 % EVERY:
            return frozenset()
        now = self._now()
        documents = self._shelf.documents(now.date())
        silences = self._shelf.silences() if documents else ()
        return self._shelf.remind([one for team in wanting for one in self._remindings(team, documents, silences, now)])

    def _remindings(
        self, team: Team, documents: Sequence[Filed], silences: Sequence[Silence], now: datetime
    ) -> Iterator[Reminding]:
        """A silence on one of the cited document's events stops none, as with its alert."""
        told = self._shelf.told(team.name, {one.thread_id for one in documents})
        entries = entries_for(team, documents, told)
        known = {one.document.document_id: one.document for one in documents}
        for found in reminders(entries, team.plan, team.zone, now):
            document, thread = known[found.entry.cited[0].document_id], found.entry.thread_id
            for channel in team.root.targets():
                telling = Telling((team.name,), channel, thread, document, current(document))
                where = team.name, channel, team.zone
                alert = reminder_alert(found, where, team.plan.language, self._names, now)
                yield Reminding(channel, alert, silence_on(silences, telling, now))
