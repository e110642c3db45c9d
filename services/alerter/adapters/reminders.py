"""What reminders need on PostgreSQL: documents that announce a day to come, each state of a document read once."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import Connection, Engine, text

from services.alerter.adapters.calendar import WINDOW, filed_in, of_window
from services.alerter.adapters.database import transaction
from services.alerter.adapters.holding import insert_delivery
from services.alerter.adapters.silences import open_silences
from services.alerter.application.hold_ports import Filed as Placement
from services.alerter.application.remind import Reminding
from services.alerter.domain.schedule import Placed
from services.alerter.domain.silences import Silence
from shared.calendar.entries import Filed, announced

BATCH = 200
"""Documents that are read in one transaction."""
WEST = timedelta(days=1)
"""A team's day may begin so much later than the one in UTC."""
_STAMPS = text(
    "select distinct on (c.document_id) c.document_id,"
    " concat(c.revision, ' ', c.xmin::text, ' ', t.xmin::text, ' ', d.xmin::text) as stamp" + WINDOW.format("")
)
"""The transactions that wrote what is read of a document: where they are the same, so is that."""
_TOLD = text(
    "select distinct thread_id from deliveries"
    " where thread_id = any(:threads) and team = :team and state <> 'suppressed'"
)


class SqlReminders:
    """See application/remind.py. One thread asks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[str, str] = {}
        """By document: the state that was read."""
        self._announcing: dict[str, tuple[Filed, date]] = {}
        """Those that announce a day, with their last one; the many others are not kept."""

    def documents(self, today: date) -> Sequence[Filed]:
        """As Shelf's. The first call reads all of the window, each later one what was written since."""
        with transaction(self._engine) as db:
            stamps: dict[str, str] = {row.document_id: row.stamp for row in db.execute(_STAMPS, of_window(today))}
        for gone in self._known.keys() - stamps.keys():
            self._forget(gone)
        unread = [document for document, stamp in stamps.items() if self._known.get(document) != stamp]
        for start in range(0, len(unread), BATCH):
            self._learn(today, unread[start : start + BATCH], stamps)
        return [filed for filed, last in self._announcing.values() if last >= today - WEST]

    def _learn(self, today: date, documents: Sequence[str], stamps: dict[str, str]) -> None:
        with transaction(self._engine) as db:
            found = filed_in(db, today, documents)
        for document in documents:
            self._forget(document)
            self._known[document] = stamps[document]
        for filed in found:
            days = [day for _, day, _ in announced(filed).days]
            if days:
                self._announcing[filed.document.document_id] = filed, max(days)

    def _forget(self, document: str) -> None:
        self._known.pop(document, None)
        self._announcing.pop(document, None)

    def told(self, team: str, threads: Collection[str]) -> frozenset[str]:
        """Those of the threads that the team was told of, or is to be."""
        with transaction(self._engine) as db:
            return frozenset(db.execute(_TOLD, {"team": team, "threads": list(threads)}).scalars())

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
