"""Cutting all times into windows from the newest document backwards, each as large as is wanted just then.

A window ends where quarters begin or anywhere between: documents are taken to lie evenly in a quarter, up to the newest
one of all. The first window has no upper end and the last no lower one, so that a document that came since the quarters
were counted is in one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from services.portal.domain.windows import Quarter, Window, begin_of, end_of

EVER = datetime(9999, 1, 1, tzinfo=UTC)
NEVER = datetime(1, 1, 1, tzinfo=UTC)
SMALL_REST = 0.5
"""A window takes what is left beyond it too, where that is less than this share of what was wanted."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    since: datetime
    until: datetime
    documents: float

    def after(self, moment: datetime) -> float:
        """How many of its documents are of that moment or later, nearly."""
        if moment <= self.since:
            return self.documents
        if moment >= self.until:
            return 0.0
        return self.documents * ((self.until - moment) / (self.until - self.since))


class Timeline:
    """The documents over time, between two moments."""

    def __init__(
        self,
        quarters: Sequence[Quarter],
        newest: datetime | None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> None:
        """`quarters`: the newest first; `newest`: the time of the newest document."""
        self.since = since or NEVER
        self.until = until or EVER
        self._stretches = [_stretch(quarter, newest) for quarter in quarters]

    def documents(self, window: tuple[datetime, datetime] | None = None) -> int:
        """How many lie between two moments, nearly; without them: in all."""
        since, until = window or (self.since, self.until)
        return round(sum(max(0.0, one.after(since) - one.after(until)) for one in self._stretches))

    def take(self, until: datetime, wanted: float) -> Window:
        """About `wanted` documents older than `until`, and all that is older still where that is not much."""
        left = self.documents((self.since, until))
        if left <= wanted * (1 + SMALL_REST):
            return Window(self.since, until, left)
        missing = wanted
        for one in self._stretches:
            here = one.documents - one.after(until)
            if here >= missing:
                upper = min(one.until, until)
                cut = upper - (upper - one.since) * (missing / here)
                return Window(max(self.since, cut.replace(microsecond=0)), until, round(wanted))
            missing -= here
        return Window(self.since, until, left)


def _stretch(quarter: Quarter, newest: datetime | None) -> _Stretch:
    since, until = begin_of(quarter), end_of(quarter)
    if newest is not None and since < newest < until:
        until = newest
    return _Stretch(since, until, float(quarter.documents))
