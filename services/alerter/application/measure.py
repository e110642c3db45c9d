"""The loop that keeps what the alerter measures of the whole: recall once a day, the canary all the time."""

import threading
import time
from collections.abc import Callable
from datetime import datetime

from shared.errors import TransientError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

EVERY = 15.0
"""Seconds between two looks at what is shown."""
MEASURE_EVERY = 600.0
"""Seconds between two looks at whether there is a day to measure: the first one finds it within ten minutes."""


class Measure:
    """Goes round until stopped; while the database is away the last figures stay."""

    name = "measuring"

    def __init__(
        self,
        once: Callable[[datetime, Callable[[], None]], None],
        shows: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """`once` measures the day that is due, if one is, and calls what it is given after each headline, since it may
        take minutes; `shows` sets the gauges. Both raise TransientError.
        """
        self._once = once
        self._shows = shows
        self._now = now
        self._due = 0.0

    def run(self, beat: Callable[[], None], stop: threading.Event) -> None:
        """Until `stop` is set."""
        while True:
            beat()
            try:
                self.step(beat)
            except TransientError as error:
                log.info("recall and canary cannot be read now", error=str(error))
            except Exception:  # measuring stops no alert: the day stays unmeasured, which the metrics say
                log.exception("measuring failed")
            if stop.wait(EVERY):
                return

    def step(self, beat: Callable[[], None]) -> None:
        """One round. Raises what the two raise; a day that cannot be measured is tried again a period later."""
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + MEASURE_EVERY
            self._once(self._now(), beat)
        self._shows()
