"""Deliveries that count as told although nobody was told, on PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Engine, update
from sqlmodel import col

from services.alerter.adapters.database import transaction
from services.alerter.adapters.holding import insert_delivery
from services.alerter.adapters.store import SqlUnit, States
from services.alerter.application.hold_ports import AT_ONCE, Filed
from services.alerter.application.ports import Decided, Incoming
from services.alerter.application.preview_memory import Made
from services.alerter.domain.content import Alert
from services.alerter.domain.news import NewFact
from services.alerter.domain.schedule import Placed
from services.alerter.domain.state import ThreadState
from shared.errors import PermanentError
from shared.messages import DeadLetter, DocumentClassified
from shared.store.alerter import Classification, Delivery

STATE = "backfill"
"""Of such a row: it counts as told to its subscription, and neither for budget, throttle, inhibition nor digests."""


def _count_as_told(db: Connection, alert: Alert, channel: str, filed: Filed, now: datetime, reason: str) -> bool:
    quiet = replace(filed, placed=Placed("suppressed", reason))
    row = insert_delivery(db, alert, channel, now, quiet)
    if row is not None:
        db.execute(update(Delivery).where(col(Delivery.id) == row).values(state=STATE))
    return row is not None


class SqlBooks:
    """See application/backfill.py."""

    def __init__(self, engine: Engine, reason: str, now: datetime) -> None:
        self._engine = engine
        self._reason = reason
        self._now = now

    def count_as_told(self, made: Sequence[Made]) -> int:
        """Under the unique key of the ledger; what stands there stays."""
        with transaction(self._engine) as db:
            return sum(_count_as_told(db, one.alert, one.channel, one.filed, self._now, self._reason) for one in made)


class BackfillUnit(SqlUnit):
    """A transaction that takes a stored revision in again: its classification is replaced, its alerts count as told."""

    def __init__(self, connection: Connection, states: States, reason: str) -> None:
        super().__init__(connection, "", states)
        self._reason = reason

    def claim(self, record: Incoming, last: Incoming | None = None) -> bool:
        """It stands on no topic."""
        return record.value is not None

    def revisions(self, document_id: str) -> frozenset[int]:
        """None, so that it is not taken for known; only newest revisions are read again."""
        return frozenset()

    def add_classification(self, document: DocumentClassified, now: datetime) -> None:
        """Replace the stored one; when it was received stays."""
        self._db.execute(
            update(Classification)
            .where(
                col(Classification.document_id) == document.document_id,
                col(Classification.revision) == document.revision,
            )
            .values(message=document.model_dump(mode="json"))
        )

    def add_delivery(self, alert: Alert, channel: str, now: datetime, filed: Filed = AT_ONCE) -> bool:
        """As told."""
        return _count_as_told(self._db, alert, channel, filed, now, self._reason)

    def refresh(self, thread: ThreadState, news: Sequence[NewFact], now: datetime) -> None:
        """Messages that were sent stay as they are."""

    def decide(self, document: DocumentClassified, decided: Decided, now: datetime) -> None:
        """What was decided when it came stays as it was; the delivery's reason tells of this."""
        self.write()

    def add_letter(self, letter: DeadLetter) -> None:
        """Nothing failed on a topic: whoever runs this is told. Raises PermanentError."""
        raise PermanentError(f"{letter.error}: {letter.reason}")


class BackfillStore:
    """Begins such transactions."""

    def __init__(self, engine: Engine, reason: str) -> None:
        self._engine = engine
        self._reason = reason
        self._states = States()

    @contextmanager
    def begin(self) -> Iterator[BackfillUnit]:
        """Raises TransientError or PermanentError for what the database refuses."""
        with transaction(self._engine) as connection:
            yield BackfillUnit(connection, self._states, self._reason)
