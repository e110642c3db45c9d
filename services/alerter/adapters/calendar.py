"""The calendar's documents on PostgreSQL, and its reminders in the ledger."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Connection, Engine, text

from services.alerter.adapters.database import transaction
from services.alerter.adapters.holding import insert_delivery
from services.alerter.adapters.silences import open_silences
from services.alerter.application.hold_ports import Filed as Placement
from services.alerter.application.remind import Reminding
from services.alerter.domain.schedule import Placed
from services.alerter.domain.silences import Silence
from shared.calendar.days import AHEAD
from shared.calendar.entries import Filed
from shared.messages import DocumentClassified

_DOCUMENTS = text(
    """
    select distinct on (c.document_id) c.message, c.received, t.thread_id, d.paragraphs
    from classifications c join thread_documents t using (document_id)
         left join documents d on d.document_id = c.document_id and d.revision = c.revision
    where c.received > cast(:since as timestamptz) order by c.document_id, c.revision desc
    """
)
_TOLD = text("select distinct thread_id from deliveries where team = :team and state <> 'suppressed'")


class SqlCalendar:
    """See application/remind.py."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def documents(self, today: date) -> Sequence[Filed]:
        """The newest revision of each document in a thread that may announce a day from `today` on."""
        with transaction(self._engine) as db:
            rows = db.execute(_DOCUMENTS, {"since": today - timedelta(days=AHEAD)}).mappings().all()
        return [
            Filed(DocumentClassified.model_validate(row["message"]), row["thread_id"], row["paragraphs"] or (),
                  row["received"])
            for row in rows
        ]  # fmt: skip

    def told(self, team: str) -> frozenset[str]:
        """Threads that the team was told of, or is to be."""
        with transaction(self._engine) as db:
            return frozenset(db.execute(_TOLD, {"team": team}).scalars())

    def silences(self) -> Sequence[Silence]:
        """By the database's clock."""
        with transaction(self._engine) as db:
            return open_silences(db)

    def remind(self, alerts: Sequence[Reminding]) -> frozenset[str]:
        """Under the ledger's unique key."""
        with transaction(self._engine) as db:
            return frozenset(one.channel.partition(":")[0] for one in alerts if _put(db, one) and not one.silence)


def _put(db: Connection, one: Reminding) -> bool:
    alert = one.alert
    placed = Placed("suppressed", one.silence.words()) if one.silence else Placed("due")
    decided = alert.times.decided or alert.times.first_seen
    return insert_delivery(db, alert, one.channel, decided, Placement(placed, alert.subscription)) is not None
