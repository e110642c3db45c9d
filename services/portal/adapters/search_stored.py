"""What is shown of found documents, read from the tables of those who write them."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row

from services.portal.adapters.index_load import message_of
from services.portal.adapters.search_held import Held
from services.portal.domain.entry import EARLY
from services.portal.domain.page import Result, Stored, ThreadLink
from services.portal.domain.query import Query
from services.portal.domain.shown import result_of

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
_STAMPS = """
    select d.document_id, concat(
        string_agg(concat(d.revision, ' ', d.xmin::text), ',' order by d.revision), '/',
        (select string_agg(concat(c.revision, ' ', c.xmin::text), ',' order by c.revision)
            from classifications c where c.document_id = d.document_id), '/',
        (select concat(i.thread_id, ' ', t.xmin::text, ' ',
                (select count(*) from thread_documents m where m.thread_id = i.thread_id))
            from thread_documents i left join threads t on t.thread_id = i.thread_id
            where i.document_id = d.document_id))
    from documents d where d.document_id = any(%s) group by d.document_id
"""
"""The transactions that wrote what `_STORED` reads of a document: where they are the same, so is that."""
RESULT = 2_000
"""Bytes of a result beside its texts, nearly."""


def results(
    connection: psycopg.Connection[Any], documents: Sequence[str], query: Query, held: Held
) -> dict[str, Result]:
    """The documents as results; one that is gone is left out. What `held` has of the same state is not read again."""
    with connection.cursor() as cursor:
        stamps: dict[str, str] = dict(cursor.execute(_STAMPS, (list(documents),)) if documents else ())
    known = {document: held.get((document, query.terms)) for document in stamps}
    found = {document: one[1] for document, one in known.items() if one is not None and one[0] == stamps[document]}
    for document, read in stored(connection, [each for each in stamps if each not in found]).items():
        found[document] = result_of(read, query)
        held.put((document, query.terms), (stamps[document], found[document]), _weight(found[document]))
    return found


def _weight(result: Result) -> int:
    texts = [one.text for one in result.passages] + [one.text for group in result.summary for one in group.points]
    return RESULT + 2 * sum(map(len, texts))


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
