"""The daily budget of a team: so many immediate alerts between two midnights of its own clock. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.alerter.domain.rhythm import TOP


def budget_day(zone: ZoneInfo, now: datetime) -> date:
    """The team's day, which daylight saving makes 23 or 25 hours long: what counts is the date on its wall."""
    return now.astimezone(zone).date()


@dataclass(frozen=True)
class Spent:
    """What a team was told at once today: each version of a thread once, however many channels and routes it took."""

    alerts: Collection[tuple[str, int]] = ()
    """Thread and fact version."""

    def room(self, alert: tuple[str, int], importance: int, budget: int) -> bool:
        """Whether the alert may go at once: it is of the highest importance, counted already, or there is room."""
        return importance >= TOP or alert in self.alerts or len(self.alerts) < budget
