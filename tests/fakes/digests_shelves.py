"""The stored rows of digests, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.alerter.application.digest_ports import Heard, Message
from services.alerter.domain.digest import Row
from services.alerter.domain.digest_period import Period
from shared.errors import TransientError


@dataclass
class MemoryShelves:
    """Deliveries with their channels; what was planned and built is written down."""

    kept: list[tuple[str, Row]]
    found: Heard
    asked: list[bool] = field(default_factory=list)
    """Whether each digest that was made tells what waited."""
    planned: dict[str, list[Period]] = field(default_factory=dict)
    built_ones: dict[tuple[str, str], list[Message]] = field(default_factory=dict)
    recorded: int = 0
    failures: int = 0
    """How many looks the database refuses."""

    def rows(self, team: str, period: Period, tells: bool, left_behind: bool) -> Sequence[tuple[str, Row]]:
        self.asked.append(tells)
        return self.kept

    def heard(self, period: Period) -> Heard:
        return self.found

    def record_standings(self) -> None:
        if self.failures:
            self.failures -= 1
            raise TransientError("the database is away")
        self.recorded += 1

    def plan(self, subscription: str, periods: Sequence[Period]) -> None:
        known = self.planned.setdefault(subscription, [])
        known += [period for period in periods if period.name not in {one.name for one in known}]

    def newest(self, subscription: str, period: Period) -> datetime | None:
        ends = [one.end for one in self.planned.get(subscription, ()) if one.start < period.start]
        return max(ends, default=None)

    def due(self) -> Sequence[tuple[str, Period]]:
        return [
            (name, one) for name, found in self.planned.items() for one in found[:-1]
            if (name, one.name) not in self.built_ones
        ]  # fmt: skip

    def built(self, subscription: str, period: Period, messages: Sequence[Message], now: datetime) -> bool:
        return self.built_ones.setdefault((subscription, period.name), list(messages)) is not messages
