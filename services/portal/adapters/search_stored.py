"""What is shown of found documents, read from the tables of those who write them."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row

from services.portal.adapters.index_load import message_of
from services.portal.domain.entry import EARLY
from services.portal.domain.page import Stored, ThreadLink

_STORED = """
    select d.document_id, d.revision, d.url, d.source, d.outlet, d.rights, d.title, d.paragraphs, d.language,
        d.published, d.published_precision, d.first_seen, d.duplicate_of, c.message, t.thread_id,
        t.title as thread_title,
        (select count(*) from thread_documents m where m.thread_id = t.thread_id) as reports
    from documents d
    left join lateral (
        select message::text as message from classifications where document_id = d.document_id
        order by revision desc limit 1
    ) c on true
    left join thread_documents i on i.document_id = d.document_id
    left join threads t on t.thread_id = i.thread_id
    where d.document_id = any(%s) order by d.document_id, d.revision desc
"""


def stored(connection: psycopg.Connection[Any], documents: Sequence[str]) -> dict[str, Stored]:
    """The documents by id; one that is gone is left out."""
    revisions: dict[str, list[Any]] = {}
    with connection.cursor(row_factory=namedtuple_row) as cursor:
        row: Any
        for row in cursor.execute(_STORED, (list(documents),)) if documents else ():
            revisions.setdefault(row.document_id, []).append(row)
    return {document: _stored(held) for document, held in revisions.items()}


def _stored(held: Sequence[Any]) -> Stored:
    last = held[0]
    believed = last.published is not None and last.published <= last.first_seen + EARLY
    return Stored(
        document_id=last.document_id,
        revision=last.revision,
        url=last.url,
        source=last.source,
        outlet=(last.outlet or "").strip() or None,
        rights=last.rights,
        title=last.title,
        paragraphs=_paragraphs(last),
        language=last.language,
        at=last.published if believed else last.first_seen,
        precision=(last.published_precision or "minute") if believed else "seen",
        repeats=last.duplicate_of,
        earlier=tuple((row.revision, _paragraphs(row)) for row in held[1:]),
        classified=message_of(last.document_id, last.message) if last.message is not None else None,
        thread=ThreadLink(last.thread_id, last.thread_title, last.reports) if last.thread_id else None,
    )


def _paragraphs(row: Any) -> tuple[str, ...]:
    return tuple(str(each) for each in row.paragraphs)
