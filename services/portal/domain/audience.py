"""For whom a page is: a team sees whom it was told to itself, and of other teams neither names nor channels. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from services.portal.domain.article import Decision, Delivery

NAMING = frozenset({"alerted", "updated", "suppressed"})
"""Outcomes whose reason names the subscriptions that wanted it, or did not."""


@dataclass(frozen=True, slots=True)
class Audience:
    """The teams of a reader; None: all, of admins. Without any nobody's alerts are shown."""

    teams: frozenset[str] | None = frozenset()

    def deliveries(self, told: Iterable[Delivery]) -> tuple[Delivery, ...]:
        """Those of its teams."""
        return tuple(one for one in told if self.teams is None or one.team in self.teams)

    def decisions(self, decided: Iterable[Decision]) -> tuple[Decision, ...]:
        """All, without reasons that name other teams' subscriptions."""
        if self.teams is None:
            return tuple(decided)
        return tuple(replace(one, reason="") if one.outcome in NAMING else one for one in decided)


NOBODY = Audience()
EVERYBODY = Audience(None)
