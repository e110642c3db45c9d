"""What is shown of found documents, read from the tables of those who write them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, text

from services.portal.adapters.index_load import message_of
from services.portal.domain.entry import EARLY
from services.portal.domain.page import Stored, ThreadLink

_REVISIONS = text(
    "select document_id, revision, url, source, outlet, rights, title, paragraphs, language, published,"
    " published_precision, first_seen, duplicate_of from documents where document_id = any(:documents)"
    " order by document_id, revision desc"
)
_CLASSIFIED = text(
    "select distinct on (document_id) document_id, message from classifications"
    " where document_id = any(:documents) order by document_id, revision desc"
)
_THREADS = text(
    """
    select d.document_id, t.thread_id, t.title,
        (select count(*) from thread_documents m where m.thread_id = t.thread_id) as reports
    from thread_documents d join threads t using (thread_id) where d.document_id = any(:documents)
    """
)


def stored(connection: Connection, documents: Sequence[str]) -> dict[str, Stored]:
    """The documents by id; one that is gone is left out."""
    wanted = {"documents": list(documents)}
    revisions: dict[str, list[RowMapping]] = {}
    for row in connection.execute(_REVISIONS, wanted).mappings():
        revisions.setdefault(row["document_id"], []).append(row)
    classified = {row.document_id: row.message for row in connection.execute(_CLASSIFIED, wanted)}
    threads = {
        row.document_id: ThreadLink(row.thread_id, row.title, row.reports)
        for row in connection.execute(_THREADS, wanted)
    }
    return {
        document: _stored(held, classified.get(document), threads.get(document)) for document, held in revisions.items()
    }


def _stored(held: Sequence[RowMapping], message: Mapping[str, Any] | None, thread: ThreadLink | None) -> Stored:
    last = held[0]
    published, seen = last["published"], last["first_seen"]
    believed = published is not None and published <= seen + EARLY
    return Stored(
        document_id=last["document_id"],
        revision=last["revision"],
        url=last["url"],
        source=last["source"],
        outlet=(last["outlet"] or "").strip() or None,
        rights=last["rights"],
        title=last["title"],
        paragraphs=_paragraphs(last),
        language=last["language"],
        at=published if believed else seen,
        precision=(last["published_precision"] or "minute") if believed else "seen",
        repeats=last["duplicate_of"],
        earlier=tuple((row["revision"], _paragraphs(row)) for row in held[1:]),
        classified=message_of(last["document_id"], message) if message is not None else None,
        thread=thread,
    )


def _paragraphs(row: RowMapping) -> tuple[str, ...]:
    return tuple(str(each) for each in row["paragraphs"])
