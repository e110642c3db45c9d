"""What stored documents announce, read once for each state of a document: calendar programs ask again and again."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from threading import Lock, Thread
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, text

from services.portal.adapters.database import snapshot
from services.portal.adapters.index_load import message_of
from services.portal.application.calendar import NotYet
from shared.calendar.days import AHEAD
from shared.calendar.entries import Announced, Filed, announced
from shared.errors import TransientError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

BATCH = 200
"""Documents that are read at once."""
SPAN = 20.0
"""Seconds of one request that go into reading what is not known yet: calendar programs give up after 30 or 60. It is
long only for the first request of a process."""
PATIENCE = 5.0
"""Seconds that a request waits for another one which reads."""
_WINDOW = """
    from classifications c join thread_documents t using (document_id)
         left join documents d on d.document_id = c.document_id and d.revision = c.revision
    where c.received > cast(:since as timestamptz) {} order by c.document_id, c.revision desc
"""
_STAMPS = text(
    "select distinct on (c.document_id) c.document_id,"
    " concat(c.revision, ' ', c.xmin::text, ' ', t.xmin::text, ' ', d.xmin::text) as stamp" + _WINDOW.format("")
)
"""The transactions that wrote what `_DOCUMENTS` reads of a document: where they are the same, so is that."""
_DOCUMENTS = text(
    "select distinct on (c.document_id) c.document_id, c.message, c.received, t.thread_id, d.paragraphs"
    + _WINDOW.format("and c.document_id = any(:documents)")
)


class SqlCalendar:
    """The tables in PostgreSQL, and what was found in them before; several threads may ask at once."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = monotonic) -> None:
        """`clock` counts seconds."""
        self._engine = engine
        self._clock = clock
        self._lock = Lock()
        self._known: dict[str, tuple[str, Announced | None]] = {}
        """By document: the state that was read, and what it announces."""
        self._rest: Thread | None = None
        """Reads what a request had no time for."""

    def announced(self, today: date) -> Sequence[Announced]:
        """As CalendarShelf's. A document that is gone, or is in no thread any more, announces nothing from then on."""
        try:
            return self._read(today)
        except NotYet:
            self._go_on(today)
            raise

    def _go_on(self, today: date) -> None:
        """Read the rest behind the answer, so that who asks again need not wait for the same once more."""
        if self._rest is None or not self._rest.is_alive():
            self._rest = Thread(target=self._read_on, args=(today,), name="calendar", daemon=True)
            self._rest.start()

    def _read_on(self, today: date) -> None:
        while True:
            try:
                self._read(today)
            except NotYet:
                continue  # a transaction as short as a request's, so that vacuum is not held back
            except TransientError as error:
                log.warning("the calendar's documents are read on when it is asked for", error=str(error))
            return

    def _read(self, today: date) -> Sequence[Announced]:
        since = {"since": today - timedelta(days=AHEAD)}
        with self._alone(), snapshot(self._engine) as db:
            stamps: dict[str, str] = {row.document_id: row.stamp for row in db.execute(_STAMPS, since)}
            self._known = {document: held for document, held in self._known.items() if stamps.get(document) == held[0]}
            self._learn(db, since, stamps, [document for document in stamps if document not in self._known])
            return [found for _, found in self._known.values() if found is not None]

    def _learn(self, db: Connection, since: dict[str, Any], stamps: dict[str, str], unread: Sequence[str]) -> None:
        """Read those documents. Raises NotYet when it takes too long."""
        end = self._clock() + SPAN
        for start in range(0, len(unread), BATCH):
            if self._clock() >= end:
                raise NotYet(f"{len(unread) - start} of {len(stamps)} documents are still to be read")
            batch = unread[start : start + BATCH]
            for row in db.execute(_DOCUMENTS, {**since, "documents": batch}).mappings():
                self._known[row["document_id"]] = (stamps[row["document_id"]], _announced(row))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One request reads, so that nothing is read twice. Raises NotYet."""
        if not self._lock.acquire(timeout=PATIENCE):
            raise NotYet("another request is reading the documents")
        try:
            yield
        finally:
            self._lock.release()


def _announced(row: Any) -> Announced | None:
    """What the document announces; None where that is nothing, or its answer cannot be read."""
    message = message_of(row["document_id"], row["message"])
    if message is None:
        return None
    found = announced(Filed(message, row["thread_id"], row["paragraphs"] or (), row["received"]))
    return found if found.days else None
