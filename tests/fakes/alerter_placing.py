"""What was told before, in memory: what TakeIn and the schedule ask of the store."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from services.alerter.application.hold_ports import Filed
from services.alerter.domain.content import Alert
from services.alerter.domain.inhibition import Gist
from services.alerter.domain.silences import Silence


@dataclass
class MemoryPlacing:
    """Deliveries with where they were put, in their order."""

    open: list[Silence] = field(default_factory=list)
    deliveries: list[tuple[Alert, str, Filed, datetime]] = field(default_factory=list)

    def __copy__(self) -> "MemoryPlacing":
        """Of its own lists, for a transaction that may be rolled back."""
        return MemoryPlacing(list(self.open), list(self.deliveries))

    def silences(self) -> Sequence[Silence]:
        return self.open

    def spent(self, team: str, day: date) -> frozenset[tuple[str, int]]:
        return frozenset(
            (alert.thread_id, alert.fact_version)
            for alert, _, filed, _ in self.deliveries
            if filed.team == team and filed.placed.counts_on == day
        )

    def sent_since(self, subscription: str, channel: str, since: datetime) -> Sequence[datetime]:
        here = self._of(subscription, channel)
        return [when for _, filed, when in here if filed.placed.state == "due" and when > since]

    def waits_until(self, subscription: str, channel: str) -> datetime | None:
        here = [filed.placed for _, filed, _ in self._of(subscription, channel) if filed.placed.counts_on]
        return min((placed.until for placed in here if placed.until), default=None)

    def told_since(self, team: str, channel: str, since: datetime) -> Sequence[tuple[datetime, Gist]]:
        return [
            (when, gist_of(alert, filed))
            for alert, where, filed, when in self.deliveries
            if (filed.team, where) == (team, channel) and filed.placed.state in ("due", "held") and when > since
        ]

    def _of(self, subscription: str, channel: str) -> list[tuple[Alert, Filed, datetime]]:
        return [
            (alert, filed, when)
            for alert, where, filed, when in self.deliveries
            if (alert.subscription, where) == (subscription, channel)
        ]


def gist_of(alert: Alert, filed: Filed) -> Gist:
    """What an alert that was filed is about."""
    events = frozenset((event.label, event.status) for event in alert.happened)
    return Gist(alert.thread_id, frozenset(filed.entities), events, alert.importance)
