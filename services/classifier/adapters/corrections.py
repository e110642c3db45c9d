"""Readers' corrections in PostgreSQL: read from the portal's table, settled in the classifier's own."""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from services.classifier.adapters.documents import stored_document
from services.classifier.application.corrections import Told
from shared.errors import TransientError
from shared.messages import DocumentFound
from shared.store.audit import record

_WAITING = text(
    "select c.id, c.at, c.who, c.wrong, c.document_id, c.revision, c.event, c.answer, c.note from corrections c"
    " where not exists (select from correction_cases k where k.correction = c.id) order by c.id"
)
_SETTLE = text(
    "insert into correction_cases (correction, state, place, who, why, at)"
    " values (:number, :state, :place, :who, :why, now()) on conflict (correction) do nothing"
)


class SqlBox:
    """As Box."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def waiting(self) -> Sequence[Told]:
        """As Box's."""
        try:
            with self._engine.connect() as db:
                return [Told(**row) for row in db.execute(_WAITING).mappings()]
        except OperationalError as error:
            raise TransientError(str(error.orig)) from error

    def document(self, document_id: str, revision: int | None) -> DocumentFound:
        """As Box's."""
        return stored_document(self._engine, document_id, revision)

    def settle(self, number: int, state: Literal["case", "refused"], place: str, who: str, why: str) -> None:
        """As Box's."""
        told = {"number": number, "state": state, "place": place, "who": who, "why": why}
        try:
            with self._engine.begin() as db:
                if db.execute(_SETTLE, told).rowcount:
                    record(db, who, f"correction.{state}", f"correction {number}", why)
        except OperationalError as error:
            raise TransientError(str(error.orig)) from error
