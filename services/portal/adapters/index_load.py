"""Reading what the index is made from: documents with all revisions, the newest classification, the thread."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, RowMapping, text

from services.portal.domain.entry import StoredDocument, StoredRevision
from shared.messages import DocumentClassified
from shared.runtime.logs import get_logger

log = get_logger(__name__)

_REVISIONS = text(
    "select document_id, revision, number, title, paragraphs, source, outlet, language, published, first_seen,"
    " duplicate_of is not null as repeats from documents where document_id = any(:documents)"
    " order by document_id, revision"
)
_CLASSIFIED = text(
    "select distinct on (document_id) document_id, message,"
    " max(received) over (partition by document_id) as received"
    " from classifications where document_id = any(:documents) order by document_id, revision desc"
)
_THREADS = text("select document_id, thread_id from thread_documents where document_id = any(:documents)")


def load(connection: Connection, documents: Sequence[str]) -> list[StoredDocument]:
    """What is stored of those that are there still, in the order of their ids."""
    wanted = {"documents": list(documents)}
    revisions: dict[str, list[StoredRevision]] = {}
    for row in connection.execute(_REVISIONS, wanted).mappings():
        revisions.setdefault(row["document_id"], []).append(_revision(row))
    classified = {row.document_id: row for row in connection.execute(_CLASSIFIED, wanted)}
    threads = {row.document_id: row.thread_id for row in connection.execute(_THREADS, wanted)}
    return [
        StoredDocument(
            document_id,
            tuple(held),
            message_of(document_id, classified[document_id].message) if document_id in classified else None,
            classified[document_id].received if document_id in classified else None,
            threads.get(document_id),
        )
        for document_id, held in revisions.items()
    ]


def message_of(document_id: str, stored: Mapping[str, Any] | str) -> DocumentClassified | None:
    """The stored answer, as values or as JSON; None where a later program wrote it in a way that is not known here."""
    try:
        if isinstance(stored, str):
            return DocumentClassified.model_validate_json(stored)
        return DocumentClassified.model_validate(stored)
    except ValidationError as error:
        # The document is found by its words all the same, and takes its labels when the program is brought up to date.
        log.warning("a classification cannot be read", document_id=document_id, errors=error.error_count())
        return None


def _revision(row: RowMapping) -> StoredRevision:
    return StoredRevision(
        revision=row["revision"],
        number=row["number"],
        title=row["title"],
        paragraphs=tuple(str(each) for each in row["paragraphs"]),
        source=row["source"],
        outlet=row["outlet"],
        language=row["language"],
        published=row["published"],
        first_seen=row["first_seen"],
        repeats=row["repeats"],
    )
