"""Tells Kafka what the ledger holds: delivered alerts and dead letters, each marked after the answer."""

import threading
from collections.abc import Sequence
from typing import Protocol

from services.alerter.application.ports import Ledger, Wire
from shared.errors import TransientError
from shared.messages import AlertDelivered
from shared.messages.codec import encode
from shared.messages.topics import ALERTS, DEAD_LETTERS
from shared.runtime.logs import get_logger

log = get_logger(__name__)

_MOST = 100
"""Messages a round."""
_GATHERS = 0.1
"""Seconds that a round waits for more when something woke it: nobody waits for AlertDelivered as for the alert itself,
and a round for each of fifty alerts a second would take the processor from those who send them."""
_SWEEP = 2.0
"""Seconds between rounds that nothing woke: what another alerter left behind."""


class Watched(Protocol):
    """Who wants to know how the relay goes."""

    def beat(self) -> None:
        """The loop has come round."""

    def trouble(self, what: str) -> None:
        """Kafka is away; empty: it is back."""


class Relay:
    """Sends in the order of the rows and marks what was acknowledged."""

    def __init__(self, ledger: Ledger, wire: Wire, watched: Watched) -> None:
        self._ledger = ledger
        self._wire = wire
        self._watched = watched
        self._wake = threading.Event()

    def wake(self) -> None:
        """Something was delivered."""
        self._wake.set()

    def run(self, stop: threading.Event) -> None:
        """Relay until `stop` is set, and once more after it."""
        while True:
            ending = stop.is_set()
            self._watched.beat()
            self._wake.clear()
            try:
                full = self.step() >= _MOST
                self._watched.trouble("")
            except TransientError as error:
                full = False
                self._watched.trouble(str(error))
                log.warning("cannot tell Kafka now", error=str(error))
                stop.wait(1.0)
            if ending:
                return
            if not full and self._wake.wait(_SWEEP):
                stop.wait(_GATHERS)

    def step(self) -> int:
        """One round; how many messages it found. Raises TransientError when nothing could be sent."""
        letters = self._ledger.bury(_MOST, lambda found: self._wire.send(DEAD_LETTERS.name, found))
        return max(letters, self._ledger.announce(_MOST, self._tell))

    def _tell(self, alerts: Sequence[AlertDelivered]) -> int:
        return self._wire.send(ALERTS.name, [(alert.thread_id.encode(), encode(alert)) for alert in alerts])
