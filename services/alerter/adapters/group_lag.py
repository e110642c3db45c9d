"""How far the group is behind, asked beside the loop that takes in: one that stands still cannot tell."""

import threading
import time
from collections.abc import Callable, Mapping

from kafka.errors import KafkaError

from shared.errors import LumingError
from shared.messages.topics import CLASSIFIED
from shared.runtime.kafka import admin_client
from shared.runtime.kafka_security import Brokers
from shared.runtime.lag import topic_bounds
from shared.runtime.logs import get_logger

log = get_logger(__name__)

LOOK_EVERY = 5.0
"""Seconds between two looks."""
TIMEOUT = 3.0
"""Seconds for each question to the broker; no longer, since the process waits for this loop when it ends."""

Positions = Callable[[str], Mapping[int, int]]
"""The group's next offset of each partition of a topic, as the database has it. Raises TransientError."""
Shows = Callable[[str, Mapping[int, int], Mapping[int, int], float], None]
"""(topic, next offsets to be read by partition, next offsets to be written, now in monotonic seconds)."""


class GroupLag:
    """Looks every few seconds; what cannot be asked keeps its last answer, so that a standstill is still counted."""

    name = "lag"

    def __init__(self, servers: Brokers, positions: Positions, shows: Shows) -> None:
        self._servers = servers
        self._positions = positions
        self._shows = shows
        self._committed: Mapping[int, int] | None = None
        self._end: Mapping[int, int] = {}

    def run(self, beat: Callable[[], None], stop: threading.Event) -> None:
        """Go on until `stop` is set; `beat` is called at every turn."""
        while not stop.is_set():
            beat()
            try:
                with admin_client(self._servers, timeout=TIMEOUT) as admin:
                    while not stop.wait(LOOK_EVERY):
                        beat()
                        first, self._end = topic_bounds(admin, CLASSIFIED.name)
                        self.look(first)
            except (LumingError, KafkaError) as error:
                log.info("the broker cannot be asked how many documents wait", error=str(error))
                self._show()
                stop.wait(LOOK_EVERY)

    def look(self, first: Mapping[int, int]) -> None:
        """Ask the database; a partition that was never read begins at its `first` message."""
        try:
            self._committed = {**first, **self._positions(CLASSIFIED.name)}
        except LumingError as error:
            log.info("the database cannot be asked how far the group has come", error=str(error))
        self._show()

    def _show(self) -> None:
        if self._committed is not None:
            self._shows(CLASSIFIED.name, self._committed, self._end, time.monotonic())
