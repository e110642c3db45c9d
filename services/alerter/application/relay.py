"""Tells Kafka what the ledger holds: delivered alerts and dead letters, each marked after the answer."""

import threading
from typing import Protocol

from services.alerter.application.ports import Ledger, Wire
from shared.errors import TransientError
from shared.messages.codec import encode
from shared.messages.topics import ALERTS, DEAD_LETTERS
from shared.runtime.logs import get_logger

log = get_logger(__name__)

_MOST = 100
"""Messages a round."""
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
            if not full:
                self._wake.wait(_SWEEP)

    def step(self) -> int:
        """One round; how many messages it found. Raises TransientError when nothing could be sent."""
        letters = self._ledger.letters(_MOST)
        if letters:
            sent = self._wire.send(DEAD_LETTERS.name, [(key, value) for _, key, value in letters])
            self._ledger.letters_sent([row for row, _, _ in letters[:sent]])
        alerts = self._ledger.unannounced(_MOST)
        if alerts:
            told = [(alert.thread_id.encode(), encode(alert)) for _, alert in alerts]
            sent = self._wire.send(ALERTS.name, told)
            self._ledger.announced([row for row, _ in alerts[:sent]])
        return max(len(letters), len(alerts))
