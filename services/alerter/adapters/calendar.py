"""The calendar's documents on PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import Connection, Engine, text

from services.alerter.adapters.database import transaction
from shared.calendar.days import AHEAD
from shared.calendar.entries import Filed
from shared.messages import DocumentClassified

WINDOW = """
    from classifications c join thread_documents t using (document_id)
         left join documents d on d.document_id = c.document_id and d.revision = c.revision
    where c.received > cast(:since as timestamptz) {} order by c.document_id, c.revision desc
"""
"""The newest revision of each document in a thread that may announce a day to come."""
_READ = "select distinct on (c.document_id) c.message, c.received, t.thread_id, d.paragraphs"
_ALL = text(_READ + WINDOW.format(""))
_SOME = text(_READ + WINDOW.format("and c.document_id = any(:documents)"))
_TOLD = text("select distinct thread_id from deliveries where team = :team and state <> 'suppressed'")


class SqlCalendar:
    """What a calendar is written from."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def documents(self, today: date) -> Sequence[Filed]:
        """Those in threads that may announce a day from `today` on, each in its newest revision."""
        with transaction(self._engine) as db:
            return filed_in(db, today)

    def told(self, team: str) -> frozenset[str]:
        """Threads that the team was told of, or is to be."""
        with transaction(self._engine) as db:
            return frozenset(db.execute(_TOLD, {"team": team}).scalars())


def of_window(today: date) -> Mapping[str, object]:
    """What WINDOW is asked with."""
    return {"since": today - timedelta(days=AHEAD)}


def filed_in(db: Connection, today: date, documents: Sequence[str] | None = None) -> Sequence[Filed]:
    """The documents of the window, or of these those that stand in it."""
    asked = of_window(today)
    rows = db.execute(_ALL, asked) if documents is None else db.execute(_SOME, {**asked, "documents": list(documents)})
    return [
        Filed(DocumentClassified.model_validate(row["message"]), row["thread_id"], row["paragraphs"] or (),
              row["received"])
        for row in rows.mappings()
    ]  # fmt: skip
