"""The relay's thread: it wakes at once when something was stored, and sweeps for what others stored."""

import threading
import time

from services.crawler.adapters.outbox import BATCH
from services.crawler.application.progress import Progress
from services.crawler.application.relay import Relay
from services.crawler.application.telemetry import Conditions
from shared.errors import LumingError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

SWEEP = 1.0
"""Seconds between two looks at the outbox when nothing wakes the relay."""
SAYS_EVERY = 5.0
"""Seconds between two lines that say what is waited for."""


class Relaying:
    """Runs a relay in a thread of its own."""

    def __init__(self, relay: Relay, conditions: Conditions, progress: Progress) -> None:
        self._relay = relay
        self._conditions = conditions
        self._progress = progress
        self._wake = threading.Event()
        self._stop = False
        self._said = 0.0
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Something was stored. May be called from any thread."""
        self._wake.set()

    def stop(self, timeout: float) -> bool:
        """Send what there is once more and end; false when that took longer than `timeout` seconds."""
        self._stop = True
        self._wake.set()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._relay.open()
        except LumingError as error:
            log.warning("the broker is away; messages will wait in the outbox", error=str(error))
        while True:
            last = self._stop
            self._progress.turned("relay")
            more = self._turn()
            if last:
                return
            if not more:
                self._wake.wait(SWEEP)
            self._wake.clear()

    def _turn(self) -> bool:
        """Send a batch; true when there may be more."""
        try:
            count = self._relay()
        except LumingError as error:
            self._conditions.unready("broker", str(error))
            if time.monotonic() - self._said > SAYS_EVERY:
                self._said = time.monotonic()
                log.warning("messages wait in the outbox: they could not be handed to Kafka", error=str(error))
            return False
        except Exception as error:
            # The thread must go on: without it nothing is sent until the next start.
            self._conditions.unready("broker", f"{type(error).__name__}: {error}")
            log.exception("the relay broke and tries again")
            return False
        self._conditions.ready("broker")
        if count and self._said:
            self._said = 0.0
            log.info("messages go out again", count=count)
        return count >= BATCH
