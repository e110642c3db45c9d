"""Documents as the crawler stored them; read only, for corrections."""

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from shared.errors import ConfigError, TransientError
from shared.messages import DocumentFound, Published, Times
from shared.store.crawler import Document


def stored_document(engine: Engine, document_id: str, revision: int | None = None) -> DocumentFound:
    """A revision of a document, without a number the newest; `document_id` or its beginning. Raises ConfigError when
    it is none or many, TransientError when the database is away.
    """
    wanted = select(Document).where(col(Document.document_id).startswith(document_id, autoescape=True))
    try:
        with Session(engine) as session:
            rows = session.exec(wanted.order_by(col(Document.revision).desc())).all()
    except OperationalError as error:
        raise TransientError(str(error.orig)) from error
    names = {row.document_id for row in rows}
    if len(names) != 1:
        wrong = "no stored document has it" if not names else f"it begins {len(names)} documents"
        raise ConfigError(f"document {document_id}", None, wrong, "an id as alerts and `explain` print it")
    row = next((one for one in rows if one.revision == revision), rows[0])
    published = None
    if row.published is not None:
        published = Published.model_validate({"at": row.published, "precision": row.published_precision or "minute"})
    return DocumentFound.model_validate(
        {
            "document_id": row.document_id,
            "revision": row.revision,
            "url": row.url,
            "source": row.source,
            "outlet": row.outlet,
            "title": row.title,
            "paragraphs": tuple(row.paragraphs),
            "language": row.language,
            "published": published,
            "times": Times(first_seen=row.first_seen),
        }
    )
