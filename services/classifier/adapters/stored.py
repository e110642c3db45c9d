"""The newest revisions of stored documents, read only, in the order in which they were fetched."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, Engine, RowMapping, text
from sqlalchemy.exc import DBAPIError, OperationalError

from shared.errors import PermanentError, TransientError
from shared.messages import DocumentFound, Published, Times

_ROWS = 100
"""Fetched at a time: some megabytes of text."""
_NEWEST = """
    from documents d where fetched >= :since and duplicate_of is null
    and not exists (
        select 1 from documents later where later.document_id = d.document_id and later.revision > d.revision
    )
"""
_COUNT = text(f"select count(*) {_NEWEST}")
_READ = text(f"select * {_NEWEST} order by fetched, document_id")
_READ_ONLY = text("set transaction isolation level repeatable read, read only")


class StoredDocuments:
    """Those fetched at `since` (UTC) or later; reprints are left out, since the crawler sends them to nobody.

    All raise TransientError when the database is away, PermanentError when it holds no documents.
    """

    def __init__(self, engine: Engine, since: datetime) -> None:
        self._engine = engine
        self._since = since

    def count(self) -> int:
        """How many there are."""
        try:
            with self._engine.connect() as db:
                return int(db.execute(_COUNT, {"since": self._since}).scalar_one())
        except DBAPIError as error:
            raise _typed(error) from error

    def read(self) -> Iterator[DocumentFound]:
        """One after the other, of one moment of the database."""
        try:
            with self._engine.connect() as db:
                db.execute(_READ_ONLY)
                yield from _documents(db, self._since)
        except DBAPIError as error:
            raise _typed(error) from error


def _documents(db: Connection, since: datetime) -> Iterator[DocumentFound]:
    rows = db.execution_options(stream_results=True, yield_per=_ROWS).execute(_READ, {"since": since})
    yield from map(_found, rows.mappings())


def _typed(error: DBAPIError) -> TransientError | PermanentError:
    said = str(error.orig).strip()
    return TransientError(said) if isinstance(error, OperationalError) else PermanentError(said)


def _found(row: RowMapping) -> DocumentFound:
    published = None
    if row["published"] is not None:
        published = Published(at=row["published"], precision=row["published_precision"] or "minute")
    return DocumentFound(
        document_id=row["document_id"],
        revision=row["revision"],
        url=row["url"],
        source=row["source"],
        outlet=row["outlet"],
        role=row["role"],
        rights=row["rights"],
        title=row["title"],
        paragraphs=tuple(row["paragraphs"]),
        language=row["language"],
        author=row["author"],
        published=published,
        matched=tuple(row["matched"]),
        times=Times(first_seen=row["first_seen"], fetched=row["fetched"]),
    )
