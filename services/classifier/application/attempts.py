"""A document that kills the process: counted over restarts, and after three deaths kept as a dead letter.

An exception is caught where it is raised; what ends the process itself (memory, a fault in native code, a loop that the
watchman has to end) leaves no line that could catch it. So what is being worked on is written down before.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from services.classifier.application.handle import Arrived, Outgoing, dead_letter
from shared.errors import PermanentError

MOST_DEATHS = 3
"""Deaths of the process over one message; one or two may be a machine's that was switched off."""
_DOCUMENT_ID = re.compile(rb"[0-9a-f]{32}")


class KilledTheWorker(PermanentError):
    """The process ended each time that it worked on this message."""


class Deaths(Protocol):
    """Remembers over restarts what was being worked on when the process ended."""

    def of(self, partition: int, offset: int) -> int:
        """How often the process ended while it worked on this message."""
        ...

    def begin(self, partition: int, offset: int) -> None:
        """This message is worked on from now."""
        ...

    def end(self) -> None:
        """The process has survived it."""
        ...


class Guarded:
    """(arrived, now) → outgoing, as `handle`; a message that killed the process too often is not worked on again."""

    def __init__(self, handle: Callable[[Arrived, datetime], Outgoing], deaths: Deaths) -> None:
        self._handle = handle
        self._deaths = deaths

    def __call__(self, arrived: Arrived, now: datetime) -> Outgoing:
        """Work on one message at `now` (UTC)."""
        deaths = self._deaths.of(arrived.partition, arrived.offset)
        if deaths >= MOST_DEATHS:
            key = arrived.key or b""
            document_id = key.decode() if _DOCUMENT_ID.fullmatch(key) else None
            counted = replace(arrived, failures=arrived.failures + deaths - 1)
            return dead_letter(counted, KilledTheWorker(f"killed the worker {deaths} times"), document_id, now)
        self._deaths.begin(arrived.partition, arrived.offset)
        outgoing = self._handle(arrived, now)
        self._deaths.end()
        return outgoing
