"""Decides, in the transaction that takes in a document, when each of its alerts goes, and makes messages of what waits.

A budget cannot be overdrawn by two alerters: alerts are placed under the lock of the threads, one document at a time.
"""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from services.alerter.application.hold_ports import Filed, Placing
from services.alerter.domain.budget import Spent, budget_day
from services.alerter.domain.content import Alert
from services.alerter.domain.inhibition import Gist
from services.alerter.domain.retry import pause
from services.alerter.domain.routing import Match
from services.alerter.domain.schedule import Past, place
from services.alerter.domain.silences import Telling, silence_on
from shared.errors import TransientError
from shared.messages import DocumentClassified
from shared.runtime.logs import get_logger

log = get_logger(__name__)

SWEEP = 1.0
"""Seconds between two looks for held deliveries that come due."""


def filed(
    placing: Placing, document: DocumentClassified, match: Match, alert: Alert, channel: str, now: datetime
) -> Filed:
    """Where the alert of `document` for `channel` of the matched route is put at `now`."""
    route = match.subscription
    named = {found.entity for found in document.entities}
    acting = frozenset(entity for event in match.events for entity in (event.entities or named))
    events = frozenset((event.label, event.status) for event in match.events)
    gist = Gist(alert.thread_id, acting, events, alert.importance)
    telling = Telling(route.path, channel, alert.thread_id, document, match.events)
    silence = silence_on(placing.silences(), telling, now)
    zone = ZoneInfo(route.timezone)
    past = _past(placing, match, channel, zone, now)
    return Filed(
        place((alert.fact_version, gist), route.rhythm, zone, past, silence, now), route.team, tuple(sorted(acting))
    )


def placed_words(filed: Sequence[Filed], names: str) -> str:
    """What became of a document's alerts for the routes of those `names`, for the decision's reason."""
    count: Counter[str] = Counter(one.placed.state for one in filed)
    said = [f"told to {count['due']} channels of {names}"] if count["due"] or not filed else []
    for state, words in (("held", "held for"), ("digest", "left to the digest in"), ("suppressed", "suppressed in")):
        if count[state]:
            whys = dict.fromkeys(one.placed.reason for one in filed if one.placed.state == state)
            said.append(f"{words} {count[state]} channels of {names}: {'; '.join(whys)}")
    return "; ".join(said)


def _past(placing: Placing, match: Match, channel: str, zone: ZoneInfo, now: datetime) -> Past:
    """Only what the route's rhythm asks for is read."""
    route = match.subscription
    rhythm, here = route.rhythm, (route.name, channel)
    paced = rhythm.throttle is not None or rhythm.group is not None
    longest = max((rule.within for rule in rhythm.inhibit), default=None)
    return Past(
        spent=Spent(placing.spent(route.team, budget_day(zone, now))),
        sent=placing.sent_since(*here, now - rhythm.throttle.per) if rhythm.throttle else (),
        waits_until=placing.waits_until(*here) if paced else None,
        told=placing.told_since(*here, now - longest) if longest else (),
    )


class Shelf(Protocol):
    """The held deliveries."""

    def come_due(self, now: datetime) -> frozenset[str]:
        """Put what has waited long enough on its way: what comes due together for a channel as one message.

        The kinds of channel that have something to send now. Raises TransientError.
        """


class Watched(Protocol):
    """Who wants to know that the loop comes round."""

    def beat(self) -> None:
        """It has."""


class Release:
    """The loop that looks for held deliveries that come due; with several alerters one of them makes the messages."""

    def __init__(
        self, shelf: Shelf, watched: Watched, now: Callable[[], datetime], wake: Callable[[str], None]
    ) -> None:
        """`wake` is called with each kind of channel that has something to send."""
        self._shelf = shelf
        self._watched = watched
        self._now = now
        self._wake = wake
        self._failures = 0

    def run(self, stop: threading.Event) -> None:
        """Look until `stop` is set."""
        while not stop.wait(self.step()):
            self._watched.beat()

    def step(self) -> float:
        """One look; the seconds until the next."""
        try:
            for kind in self._shelf.come_due(self._now()):
                self._wake(kind)
        except TransientError as error:
            self._failures += 1
            wait = min(pause(self._failures, None), 5.0)
            log.warning("held deliveries cannot be looked for now", error=str(error), again_in=wait)
            return wait
        self._failures = 0
        return SWEEP
