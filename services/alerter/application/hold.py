"""Decides, in the transaction that takes in a document, when each of its alerts goes, and makes messages of what waits.

A budget cannot be overdrawn by two alerters: alerts are placed under the lock of the threads, one after the other.
"""

import threading
from collections import Counter
from collections.abc import Callable, Sequence, Set
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from services.alerter.application.hold_ports import Filed, Placing
from services.alerter.application.interest import ForChannel
from services.alerter.domain.budget import Spent, budget_day
from services.alerter.domain.inhibition import Gist
from services.alerter.domain.retry import pause
from services.alerter.domain.routing import Match
from services.alerter.domain.schedule import Past, Placed, place
from services.alerter.domain.silences import Telling, silence_on
from shared.errors import TransientError
from shared.messages import DocumentClassified, EventFound
from shared.runtime.logs import get_logger

log = get_logger(__name__)

SWEEP = 1.0
"""Seconds between two looks for held deliveries that come due."""
_SOONEST = ("due", "held", "digest", "suppressed")
_NEVER = datetime.max.replace(tzinfo=UTC)


def filed(
    placing: Placing, document: DocumentClassified, telling: ForChannel, thread: tuple[str, int], now: datetime
) -> tuple[Match, Filed]:
    """Where the alert of `document` is put at `now`, and the route that tells it; `thread` is its id and fact version.

    Each route that leads to the channel is asked for its own events by its own rhythm. The one that tells the soonest
    tells all of it: a route that leaves its events to the digest delays none of another, and nothing is told twice.
    """
    found = [(match, _placed(placing, document, match, telling.channel, thread, now)) for match in telling.matches]
    match, placed = min(found, key=lambda pair: _wait(pair[1]))  # of equal ones the first in the file
    route, events = match.subscription, telling.events
    return Match(route, events), Filed(placed, route.team, tuple(sorted(_acting(document, events))))


def _placed(
    placing: Placing, document: DocumentClassified, match: Match, channel: str, thread: tuple[str, int], now: datetime
) -> Placed:
    route, (thread_id, version) = match.subscription, thread
    events = frozenset((event.label, event.status) for event in match.events)
    gist = Gist(thread_id, frozenset(_acting(document, match.events)), events, document.importance)
    silence = silence_on(placing.silences(), Telling(route.path, channel, thread_id, document, match.events), now)
    zone = ZoneInfo(route.timezone)
    past = _past(placing, match, channel, zone, now)
    return place((version, gist), route.rhythm, zone, past, silence, now)


def _acting(document: DocumentClassified, events: Sequence[EventFound]) -> Set[str]:
    """Who acts in the events; where one says nobody, whom the document names."""
    named = {found.entity for found in document.entities}
    return {entity for event in events for entity in (event.entities or named)}


def _wait(placed: Placed) -> tuple[int, datetime]:
    """Orders places by when the reader hears of it."""
    return _SOONEST.index(placed.state), placed.until or _NEVER


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
    """Only what the route's rhythm asks for is read.

    Throttle and group are the route's; what makes an alert superfluous is whatever the team was told in that channel.
    """
    route = match.subscription
    rhythm, here = route.rhythm, (route.name, channel)
    paced = rhythm.throttle is not None or rhythm.group is not None
    longest = max((rule.within for rule in rhythm.inhibit), default=None)
    return Past(
        spent=Spent(placing.spent(route.team, budget_day(zone, now))),
        sent=placing.sent_since(*here, now - rhythm.throttle.per) if rhythm.throttle else (),
        waits_until=placing.waits_until(*here) if paced else None,
        told=placing.told_since(route.team, channel, now - longest) if longest else (),
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
