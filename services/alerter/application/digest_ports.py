"""What building digests needs from others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from services.alerter.domain.content import Alert, Chart
from services.alerter.domain.coverage import Standing
from services.alerter.domain.digest import Cell, Row
from services.alerter.domain.digest_period import Period
from services.alerter.domain.digest_plan import DigestPlan
from services.alerter.domain.routes import Route
from services.alerter.domain.wording import Names
from shared.messages.common import Language


@dataclass(frozen=True)
class Team:
    """A subscription with its plan."""

    root: Route
    plan: DigestPlan

    @property
    def name(self) -> str:
        """Of the subscription."""
        return self.root.name

    @property
    def zone(self) -> ZoneInfo:
        """The team's own."""
        return ZoneInfo(self.root.timezone)

    @property
    def wanted(self) -> tuple[str, ...]:
        """Identifiers of the companies that it or a route below it names, each once."""
        return tuple(dict.fromkeys(entity for route in self.root.below() for entity in route.when.entities))


@dataclass(frozen=True)
class Heard:
    """What was heard of the companies in a period."""

    articles: dict[str, int]
    """Articles by the company that they name; under "" all that came."""
    tellers: dict[str, frozenset[str]]
    """Sources that have told of a company before the period's end; under "" all sources that have told of anything."""
    standings: Sequence[Standing] = ()


@dataclass(frozen=True)
class Message:
    """One message of a digest."""

    channel: str
    alert: Alert
    tells: tuple[int, ...]
    """The deliveries that end as told in it."""


class Shelves(Protocol):
    """The stored rows that digests are made of. All calls raise TransientError."""

    def rows(self, team: str, period: Period, tells: bool, left_behind: bool) -> Sequence[tuple[str, Row]]:
        """The channel and delivery of all that the period has of the team.

        `tells`: the digest of this period tells what waited, else another one does. `left_behind`: so is what was
        decided before the period and that no digest has told, which is asked for once, when it is built to be sent.
        """

    def heard(self, period: Period) -> Heard:
        """Of all companies."""

    def record_standings(self) -> None:
        """Record the sources whose state has changed; one alerter does it at a time."""

    def plan(self, subscription: str, periods: Sequence[Period]) -> None:
        """Keep the periods, in the order of time; of those that run, the ones that no plan has any more go."""

    def newest(self, subscription: str, period: Period) -> datetime | None:
        """The end of the subscription's newest period of that span that ended; None where there was none."""

    def due(self) -> Sequence[tuple[str, Period]]:
        """The periods that have ended and are not built, the oldest first."""

    def built(self, subscription: str, period: Period, messages: Sequence[Message], now: datetime) -> bool:
        """Put the messages into the ledger and end what they tell, in one transaction; False where another did."""


class Draws(Protocol):
    """Draws the chart."""

    def __call__(self, name: str, cells: Sequence[Cell], names: Names, language: Language) -> Chart | None:
        """None where there is nothing to draw, or nothing to draw with."""
