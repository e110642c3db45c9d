"""An export from the wish to the last piece of its file: found, noted in the audit log, written as it is read."""

import re
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, get_args

from services.portal.application.export import Export, Prepared, Wish
from services.portal.domain.exported import Columns, Row
from services.portal.domain.query import Problem
from shared.errors import TransientError

Form = Literal["csv", "jsonl", "parquet"]
FORMS: tuple[Form, ...] = get_args(Form)
AT_ONCE = 2
"""Exports of one process that may run beside each other: each reads all its documents."""
_NO_NAME = re.compile(r"[^\w.-]+")


class Busy(TransientError):
    """As many exports are running as may."""


class Twice(Busy):
    """One who asks has an export under way."""


class File(Protocol):
    """A file that is written piece by piece."""

    media: str

    def begin(self) -> bytes:
        """What stands before the rows."""
        ...

    def add(self, rows: Sequence[Row]) -> bytes:
        """Some rows; perhaps nothing yet."""
        ...

    def end(self) -> bytes:
        """What is left."""
        ...


class Book(Protocol):
    """The audit log."""

    def note(self, who: str, what: str, subject: str, detail: Mapping[str, object]) -> None:
        """Write that somebody did something. Raises TransientError when the database is away."""
        ...


Files = Mapping[Form, Callable[[Columns, Mapping[str, str]], File]]
"""Makes a file of columns and of what is said about it."""


@dataclass(frozen=True)
class Opened:
    """An export that may be written; `pieces` is to be read to its end, or closed."""

    name: str
    """Of the file."""
    media: str
    documents: int
    capped: str
    """That there are more, in words; empty where all are in it."""
    pieces: Generator[tuple[int, bytes], None, None]
    """How many documents were read for a piece, and its bytes."""

    def close(self) -> None:
        """Give its place to the next; what was not written stays so."""
        self.pieces.close()


class Exporting:
    """Opens exports."""

    def __init__(self, export: Export, files: Files, book: Book, at_once: int = AT_ONCE) -> None:
        self._export = export
        self._files = files
        self._book = book
        self._free = threading.BoundedSemaphore(at_once)
        self._under_way: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, wish: Wish, form: Form, who: str, now: datetime) -> Opened | Problem:
        """The export, noted as `who`'s before its first byte; one at a time of each.

        Raises Twice, Busy, TransientError when the database is away.
        """
        self._take(who)
        opened = False
        try:
            prepared = self._export(wish, now)
            if isinstance(prepared, Problem):
                return prepared
            capped = capped_words(prepared)
            detail = {"form": form, "shape": wish.shape, "text": wish.text, "documents": prepared.documents}
            self._book.note(who, "export.make", wish.query or "everything", detail | {"capped": bool(capped)})
            about = {"query": wish.query, "at": now.isoformat(timespec="seconds"), "capped": capped}
            file = self._files[form](prepared.columns, about)
            pieces = self._pieces(prepared, file, who)
            next(pieces)  # it holds the place from here on, until it is closed
            opened = True
        finally:
            if not opened:
                self._give_back(who)
        return Opened(_name(wish, form, now, bool(capped)), file.media, prepared.documents, capped, pieces)

    def _take(self, who: str) -> None:
        with self._lock:
            if who in self._under_way:
                raise Twice("an export of yours is under way")
            if not self._free.acquire(blocking=False):
                raise Busy("as many exports are running as may; try again when one of them has ended")
            self._under_way.add(who)

    def _give_back(self, who: str) -> None:
        with self._lock:
            self._under_way.discard(who)
            self._free.release()

    def _pieces(self, prepared: Prepared, file: File, who: str) -> Generator[tuple[int, bytes], None, None]:
        try:
            yield 0, b""
            yield 0, file.begin()
            for documents, rows in prepared.batches():
                yield documents, file.add(rows)
            yield 0, file.end()
        finally:
            self._give_back(who)


def capped_words(prepared: Prepared) -> str:
    """That only the newest are in it, and how to get the others; empty where all are."""
    oldest = prepared.places.oldest
    if not prepared.places.capped or oldest is None:
        return ""
    # A day begins what `before:` leaves out: the rest of the oldest day comes with the next export, some of it again.
    day = f"{oldest.astimezone(prepared.wish.zone) + timedelta(days=1):%Y-%m-%d}"
    return f"only the newest {prepared.documents} are in it; ask again with before:{day} for those that are older"


def _name(wish: Wish, form: Form, now: datetime, capped: bool) -> str:
    asked = _NO_NAME.sub("-", wish.query)[:60].strip("-.") or "all"
    rest = f"-newest-{wish.most}" if capped else ""
    return f"luming-{asked}-{now.astimezone(wish.zone):%Y-%m-%d}{rest}.{form}"
