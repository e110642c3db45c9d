"""The alerter's threads, each with a heartbeat: a loop that stands still makes the process unhealthy."""

import math
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from services.alerter.adapters.metrics import Metrics
from services.alerter.application.ports import Leased
from services.alerter.application.take_in import Outcome
from shared.runtime.health import Health
from shared.runtime.logs import get_logger

log = get_logger(__name__)

STANDSTILL = 150.0
"""Seconds without a heartbeat: longer than any bounded wait of a loop (SMTP's steps of five seconds, and a minute for
the answer to a message)."""
SILENT = 12.0
"""Seconds after which a database that neither answers nor refuses counts as away: who keeps the leases asks it every
2.5, and a lock is waited for 5 at most."""

SWITCH_EVERY = 0.0005
"""Seconds after which a thread that waits for Python's interpreter gets it from one that computes. At Python's own 5 ms
the dozen short waits for the database in one document's transaction each cost up to that while alerts are sent."""


class Loop:
    """What one loop reports."""

    def __init__(
        self,
        name: str,
        health: Health,
        metrics: Metrics,
        condition: str | None = None,
        silent: float = math.inf,
    ) -> None:
        """`condition` is the readiness that the loop's troubles take away, and `silent` seconds without a heartbeat."""
        self.name = name
        self._health = health
        self._metrics = metrics
        self._condition = condition
        self._silent = silent
        self._beat = time.monotonic()

    @property
    def still_for(self) -> float:
        """Seconds since the last heartbeat."""
        return time.monotonic() - self._beat

    def beat(self) -> None:
        """The loop has come round."""
        self._beat = time.monotonic()

    def listen(self) -> None:
        """Say so when it waits for somebody who neither answers nor refuses: a session that hangs raises nothing."""
        if self.still_for > self._silent:
            self.trouble(f"has not answered for {self.still_for:.0f} s")

    def trouble(self, what: str) -> None:
        """Something is away; empty: it is back."""
        if self._condition is None:
            return
        if what:
            self._health.unready(self._condition, what)
        else:
            self._health.ready(self._condition)

    def lag(self, messages: int) -> None:
        """So many messages wait."""
        self._metrics.lag(messages)

    def in_force(self, version: int, routes: int) -> None:
        """That version of the subscriptions is in force."""
        self._metrics.in_force(version, routes)

    def refused(self, version: int) -> None:
        """That version of the subscriptions cannot be used."""
        self._metrics.version_refused()

    def taken_in(self, outcome: Outcome, seconds: float) -> None:
        """A message was taken in."""
        self._metrics.taken_in(outcome, seconds, datetime.now(UTC))

    def sent(self, leased: Leased, state: str, seconds: float) -> None:
        """A send ended."""
        now = datetime.now(UTC)
        self._metrics.sent(leased, state, seconds, now)
        log.info(
            "sent" if state == "delivered" else "not sent",
            document_id=leased.alert.document_id,
            delivery=leased.alert.delivery_key,
            state=state,
            attempts=leased.attempts,
            seconds=round(seconds, 3),
            since_first_seen=round((now - leased.alert.times.first_seen).total_seconds(), 3),
        )


class Loops:
    """Starts the threads, watches their heartbeats, and waits for their end."""

    def __init__(self, health: Health, stop: threading.Event) -> None:
        sys.setswitchinterval(SWITCH_EVERY)
        self._health = health
        self._stop = stop
        self._threads: list[threading.Thread] = []
        self._loops: list[Loop] = []
        self.crashed = ""
        """Name of the first loop that ended by a defect."""

    def start(self, loop: Loop, work: Callable[[], None]) -> None:
        """Run `work` in a thread; a defect in it stops the process, to be started again from outside."""

        def run() -> None:
            try:
                work()
            except Exception:
                log.exception("a loop ended by a defect", loop=loop.name)
                self.crashed = self.crashed or loop.name
                self._stop.set()

        thread = threading.Thread(target=run, name=loop.name, daemon=True)
        self._threads.append(thread)
        self._loops.append(loop)
        thread.start()

    def look(self) -> None:
        """Say which loop stands still, or that none does."""
        for loop in self._loops:
            loop.listen()
        still = [f"{loop.name} for {loop.still_for:.0f} s" for loop in self._loops if loop.still_for > STANDSTILL]
        self._health.ill(f"no progress: {', '.join(still)}" if still else "")

    def join(self, seconds: float) -> list[str]:
        """Wait for all ends, `seconds` in all; the names of those that still run."""
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        return [thread.name for thread in self._threads if thread.is_alive()]
