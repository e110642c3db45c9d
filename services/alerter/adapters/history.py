"""Stored classifications with what became of them, in the order of their arrival; read only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Engine, RowMapping, text

from services.alerter.adapters.database import transaction
from services.alerter.adapters.silences import all_silences
from services.alerter.domain.history import Past, Placement
from services.alerter.domain.news import NewFact
from services.alerter.domain.silences import Silence
from shared.errors import PermanentError
from shared.messages import DocumentClassified

_ROWS = 200
"""Fetched at a time."""
_IDLE = 900.0
"""Seconds that the reading transaction may wait for the replay of one batch."""
_FROM = """
    from classifications c
    left join alert_decisions d using (document_id, revision)
    left join thread_documents t using (document_id)
    where c.received < :until and (
        c.received >= :warm
        or t.thread_id in (select thread_id from alert_decisions where at >= :warm and at < :until)
        or (c.received >= :deep and t.thread_id is not null)
    )
"""
_COUNT = text(f"select count(*) {_FROM}")
_READ = text(
    "select c.document_id, c.revision, c.message, c.received, d.detail, d.id is not null as decided,"
    f" t.thread_id {_FROM} order by c.received, d.id, c.document_id, c.revision"
)


@dataclass(frozen=True)
class Span:
    """What of the past is wanted. All times in UTC."""

    warm: datetime
    """From here on every document is wanted, and the earlier ones of their threads."""
    until: datetime
    deep: datetime
    """From here on every document that is in a thread is wanted; `until` for none."""


class SqlHistory:
    """Reads the past in one transaction of its own. Raises TransientError when the database is away."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def count(self, span: Span) -> int:
        """How many classifications there are."""
        with transaction(self._engine, _IDLE) as db:
            _read_only(db)
            return int(db.execute(_COUNT, vars(span)).scalar_one())

    def pasts(self, span: Span) -> Iterator[Past]:
        """One after the other, of one moment of the database. Raises PermanentError for a row that nobody can read."""
        with transaction(self._engine, _IDLE) as db:
            _read_only(db)
            rows = db.execution_options(stream_results=True, yield_per=_ROWS).execute(_READ, vars(span))
            for row in rows.mappings():
                yield _past(row)

    def silences(self) -> Sequence[Silence]:
        """All that ever were, each with the end that it came to."""
        with transaction(self._engine) as db:
            return [
                replace(one, until=min(one.until, one.ended), ended=None) if one.ended else one
                for one in all_silences(db)
            ]


def _read_only(db: Connection) -> None:
    """The database itself refuses to write, and all is read as of one moment."""
    db.execute(text("set transaction isolation level repeatable read, read only"))


def _past(row: RowMapping) -> Past:
    detail: dict[str, Any] = row["detail"] or {}
    try:
        placement = None
        if row["decided"]:
            news = tuple(NewFact.model_validate(fact) for fact in detail.get("news") or ())
            placement = Placement(row["thread_id"], news, tuple(detail.get("why") or ()))
        document = DocumentClassified.model_validate(row["message"])
    except ValidationError as error:
        raise PermanentError(f"the stored classification of {row['document_id']} cannot be read: {error}") from error
    return Past(document, row["received"], placement, answers=detail.get("conditions") or {})
