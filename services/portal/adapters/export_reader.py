"""Reading for exports in PostgreSQL: places as they come, documents a batch at a time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import psycopg
from sqlalchemy import Connection, Engine, RowMapping, text

from services.portal.adapters.database import transaction
from services.portal.adapters.index_load import message_of
from services.portal.adapters.search_reader import SqlSearchReader
from services.portal.adapters.search_sql import SETTINGS, places_sql
from services.portal.domain.entry import EARLY
from services.portal.domain.exported import Exported
from services.portal.domain.plan import Plan
from services.portal.domain.windows import Window
from shared.store.connecting import LATER, waiting

SLOWEST = 60_000
"""Milliseconds until a statement is given up: an export may look at every document there is."""
AT_ONCE = 2_000
"""Places that are fetched at once."""
_DOCUMENTS = """
    select distinct on (document_id) document_id, revision, url, source, outlet, rights, title, {} as paragraphs,
        language, published, published_precision, first_seen, fetched, duplicate_of
    from documents where document_id = any(:documents) order by document_id, revision desc
"""
_WITH_TEXT, _WITHOUT = text(_DOCUMENTS.format("paragraphs")), text(_DOCUMENTS.format("'[]'::jsonb"))
_CLASSIFIED = text(
    "select distinct on (document_id) document_id, message from classifications"
    " where document_id = any(:documents) order by document_id, revision desc"
)
_THREADS = text("select document_id, thread_id from thread_documents where document_id = any(:documents)")


class SqlExportReader(SqlSearchReader):
    """One transaction that only reads."""

    def __init__(self, connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)  # noqa: S101  # the driver that shared.store.engine names
        super().__init__(driver)
        self._connection = connection

    def places(self, plan: Plan, window: Window, most: int) -> Iterator[tuple[datetime, str]]:
        """As ExportReader's."""
        statement, asked = places_sql(plan, window, most)
        with self._connection.execute(statement, asked, execution_options={"yield_per": AT_ONCE}) as found:
            for row in found:
                yield row.at, row.document_id


class SqlExportIndex:
    """The tables in PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def read(self) -> Iterator[SqlExportReader]:
        """As ExportIndex's."""
        with transaction(self._engine) as connection:
            connection.execute(text("set transaction isolation level repeatable read, read only"))
            connection.execute(SETTINGS, {"slowest": str(SLOWEST)})
            with waiting(connection.connection.driver_connection, SLOWEST / 1000 + LATER):
                yield SqlExportReader(connection)

    def exported(self, documents: Sequence[str], text: bool) -> list[Exported]:
        """As ExportIndex's."""
        asked = {"documents": list(documents)}
        with transaction(self._engine) as db:
            held = {row["document_id"]: row for row in db.execute(_WITH_TEXT if text else _WITHOUT, asked).mappings()}
            messages = {row.document_id: row.message for row in db.execute(_CLASSIFIED, asked)}
            threads = {row.document_id: row.thread_id for row in db.execute(_THREADS, asked)}
        return [
            _exported(held[document], messages.get(document), threads.get(document))
            for document in documents
            if document in held
        ]


def _exported(row: RowMapping, message: dict[str, object] | None, thread: str | None) -> Exported:
    published, seen = row["published"], row["first_seen"]
    believed = published is not None and published <= seen + EARLY
    return Exported(
        document_id=row["document_id"],
        revision=row["revision"],
        url=row["url"],
        source=row["source"],
        outlet=(row["outlet"] or "").strip() or row["source"],
        rights=row["rights"],
        title=row["title"],
        paragraphs=tuple(str(each) for each in row["paragraphs"]),
        language=row["language"],
        at=published if believed else seen,
        precision=(row["published_precision"] or "minute") if believed else "seen",
        first_seen=seen,
        fetched=row["fetched"],
        repeats=row["duplicate_of"],
        classified=message_of(row["document_id"], message) if message is not None else None,
        thread_id=thread,
    )
