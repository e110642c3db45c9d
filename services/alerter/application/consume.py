"""The loop that takes in the stream: what fails for a time is read again, what is done is hinted to Kafka."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import structlog

from services.alerter.application.ports import Incoming, Stream
from services.alerter.application.take_in import Outcome
from services.alerter.domain.retry import pause
from shared.errors import TransientError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

TOGETHER = 16
"""Records that are taken in together at most, where so many wait: the first is told when the last is decided, and at
fifty a second one costs some 10 ms."""
_LONGEST_PAUSE = 5.0
"""Seconds between two tries of one message: the database is back soon after it is back."""


class Watched(Protocol):
    """Who wants to know how the loop goes."""

    def beat(self) -> None:
        """The loop has come round."""

    def taken_in(self, outcome: Outcome, seconds: float) -> None:
        """A message was taken in."""

    def trouble(self, what: str) -> None:
        """Something is away; empty: it is back."""

    def lag(self, messages: int) -> None:
        """So many messages wait."""


class Taking(Protocol):
    """The step; see TakeIn."""

    def __call__(self, record: Incoming) -> Outcome:
        """Take in one record. Raises TransientError: nothing has happened."""

    def together(self, records: Sequence[Incoming]) -> Sequence[Outcome] | None:
        """Take in several; None: each is to be taken in by itself. Raises TransientError: nothing has happened."""


class Consume:
    """Takes in record after record until stopped, several together where they wait."""

    def __init__(self, stream: Stream, take_in: Taking, watched: Watched, wake: Callable[[str], None]) -> None:
        """`wake` is called with each kind of channel that has something to send."""
        self._stream = stream
        self._take_in = take_in
        self._watched = watched
        self._wake = wake
        self._failures = 0

    def run(self, stop: threading.Event) -> None:
        """Go on until `stop` is set."""
        while not stop.is_set():
            self._watched.beat()
            try:
                self.step(0.2)
            except TransientError as error:
                self._failures += 1
                self._watched.trouble(str(error))
                wait = min(pause(self._failures, error.retry_after), _LONGEST_PAUSE)
                log.warning("cannot take in now", error=str(error), again_in=wait, failures=self._failures)
                stop.wait(wait)

    def step(self, seconds: float) -> int:
        """Take in what comes within `seconds`; how many. Raises TransientError after rewinding to what failed."""
        records = self._stream.poll(seconds)
        ends: dict[tuple[str, int], Incoming] = {}
        try:
            for start in range(0, len(records), TOGETHER):
                some = records[start : start + TOGETHER]
                try:
                    for record in self._some(some):
                        ends[record.topic, record.partition] = record
                except TransientError:
                    self._rewind(records, ends)
                    raise
        finally:
            for record in ends.values():
                self._stream.done(record)
        self._watched.lag(self._stream.lag())
        if self._failures:
            self._failures = 0
            self._watched.trouble("")
        return len(records)

    def _some(self, records: Sequence[Incoming]) -> Iterator[Incoming]:
        """Take them in; each as soon as it is. Raises TransientError for the first that is not."""
        self._watched.beat()
        began = time.perf_counter()
        together = self._take_in.together(records) if len(records) > 1 else None
        if together is not None:
            each = (time.perf_counter() - began) / len(records)
            for record, outcome in zip(records, together, strict=True):
                self._tell(record, outcome, each)
                yield record
            return
        for record in records:
            self._watched.beat()  # one with a condition may take seconds, and there may be many
            began = time.perf_counter()
            outcome = self._take_in(record)
            self._tell(record, outcome, time.perf_counter() - began)
            yield record

    def _tell(self, record: Incoming, outcome: Outcome, seconds: float) -> None:
        for kind in outcome.kinds:
            self._wake(kind)
        document = outcome.document
        structlog.contextvars.bind_contextvars(
            document_id=document.document_id if document else None, revision=document.revision if document else None
        )
        log.info(
            "taken in",
            outcome=outcome.outcome or "repeated",
            reason=outcome.reason,
            deliveries=outcome.deliveries,
            partition=record.partition,
            offset=record.offset,
        )
        structlog.contextvars.unbind_contextvars("document_id", "revision")
        self._watched.taken_in(outcome, seconds)

    def _rewind(self, records: Sequence[Incoming], ends: dict[tuple[str, int], Incoming]) -> None:
        """From the first record of each partition that was not taken in."""
        rewound: set[tuple[str, int]] = set()
        for record in records:
            place = record.topic, record.partition
            last = ends.get(place)
            if place not in rewound and (last is None or record.offset > last.offset):
                rewound.add(place)
                self._stream.rewind(record)
