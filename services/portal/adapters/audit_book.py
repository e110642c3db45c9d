"""Entries of the audit log for acts that change no table of the portal, such as an export."""

from collections.abc import Mapping

from sqlalchemy import Engine

from services.portal.adapters.database import transaction
from shared.store import audit


class SqlBook:
    """The audit log in PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def note(self, who: str, what: str, subject: str, detail: Mapping[str, object]) -> None:
        """As Book's."""
        with transaction(self._engine) as db:
            audit.record(db, who, what, subject, detail=detail)
