"""What deciding when an alert goes needs from the store, and what it gives to the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from services.alerter.domain.inhibition import Gist
from services.alerter.domain.schedule import Placed
from services.alerter.domain.silences import Silence


@dataclass(frozen=True)
class Filed:
    """Where a delivery is put, and what later decisions ask of it."""

    placed: Placed = field(default_factory=lambda: Placed("due"))
    team: str = ""
    """The subscription at the root of its route."""
    entities: tuple[str, ...] = ()
    """Identifiers of those who act in what it tells."""


AT_ONCE = Filed()
"""Of a delivery that nobody decided about: it goes now, and no budget counts it."""


class Placing(Protocol):
    """What was told and decided before; read in the transaction that takes in the document, under its lock."""

    def silences(self) -> Sequence[Silence]:
        """Those in force, in their order."""

    def spent(self, team: str, day: date) -> frozenset[tuple[str, int]]:
        """Thread and fact version of the alerts that took from the team's budget of that day."""

    def sent_since(self, subscription: str, channel: str, since: datetime) -> Sequence[datetime]:
        """When messages that tell something of the route were put on their way to the channel."""

    def waits_until(self, subscription: str, channel: str) -> datetime | None:
        """Until when the first of the held alerts there waits."""

    def told_since(self, team: str, channel: str, since: datetime) -> Sequence[tuple[datetime, Gist]]:
        """What the channel was told, or is about to be told, by any route of the team."""
