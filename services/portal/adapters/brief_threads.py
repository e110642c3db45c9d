"""The documents of threads, for briefs."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, text

from services.portal.adapters.database import transaction
from services.portal.application.brief import Members

MOST = 300
"""Documents of all threads together that are looked up."""
_MEMBERS = text(
    "select t.document_id, exists (select from documents d where d.document_id = t.document_id) as there,"
    " coalesce((select d.published from documents d where d.document_id = t.document_id order by d.revision desc"
    " limit 1), t.joined) as at from thread_documents t where t.thread_id = any(:threads)"
    " order by t.joined desc limit :most"
)


class SqlThreadMembers:
    """The tables in PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def members(self, threads: Sequence[str], after: datetime | None, before: datetime | None) -> Members:
        """As ThreadMembers'."""
        with transaction(self._engine) as db:
            rows = db.execute(_MEMBERS, {"threads": list(threads), "most": MOST}).all()
        within = [row for row in rows if (after is None or row.at >= after) and (before is None or row.at < before)]
        return Members([row.document_id for row in within if row.there], sum(not row.there for row in within))
