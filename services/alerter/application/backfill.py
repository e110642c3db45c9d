"""A change of the rules is taken over for what is stored already: nobody is told of it, and nobody will be again.

Whoever would have been told under the changed rules counts as told, so that a later report of the same story tells
only what is new. Each batch is one transaction, and a key that is taken stays as it is: a run that was interrupted is
simply run again, and a second run changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.alerter.application.ports import Incoming
from services.alerter.application.preview import Failed, Replay
from services.alerter.application.preview_memory import Made
from services.alerter.application.take_in import TakeIn
from services.alerter.domain.history import Key, Past, reclassified
from shared.errors import PermanentError
from shared.messages import DocumentClassified
from shared.messages.codec import encode

BATCH = 200
"""Deliveries of one transaction: some tenths of a second of work."""


class Books(Protocol):
    """Where told deliveries stand."""

    def count_as_told(self, made: Sequence[Made]) -> int:
        """Write what is not written yet, in one transaction; how many rows that were. Raises TransientError."""


@dataclass
class Backfilled:
    """What a run did."""

    documents: int = 0
    """Replayed."""
    written: int = 0
    """Deliveries that count as told from now on."""
    known: int = 0
    """Deliveries that stood there before, told or counted as told."""
    reclassified: int = 0
    """Documents whose stored classification was replaced."""
    failed: tuple[Failed, ...] = ()


def backfill(
    pasts: Iterable[Past], replay: Replay, books: Books, progress: Callable[[], None] = lambda: None
) -> Backfilled:
    """Replay, and write what the rules would have told. Raises TransientError: what was written by then stays."""
    found, waiting = Backfilled(), list[Made]()
    for past in pasts:
        found.documents += 1
        waiting += (made for made in replay.take(past) if made.filed.placed.state != "suppressed")
        progress()
        if len(waiting) >= BATCH:
            _write(found, books, waiting)
            waiting = []
    _write(found, books, waiting)
    found.failed = tuple(replay.failed)
    return found


def _write(found: Backfilled, books: Books, waiting: Sequence[Made]) -> None:
    if waiting:
        written = books.count_as_told(waiting)
        found.written += written
        found.known += len(waiting) - written


def take_over(
    pasts: Iterable[Past],
    again: Mapping[Key, DocumentClassified],
    take_in: TakeIn,
    progress: Callable[[], None] = lambda: None,
) -> Backfilled:
    """Take in again, in the order of their arrival, what a changed taxonomy reads otherwise.

    `take_in` works on a store that replaces classifications and counts deliveries as told.
    """
    found, failed = Backfilled(), list[Failed]()
    for number, past in enumerate(pasts):
        found.documents += 1
        progress()
        other = reclassified(past, again.get(past.key))
        if not other.changed:
            continue
        try:
            take_in(Incoming("taxonomy", 0, number, None, encode(other.document)))
        except PermanentError as error:
            failed.append(Failed(past.document.document_id, str(error)))
        else:
            found.reclassified += 1
    found.failed = tuple(failed)
    return found
