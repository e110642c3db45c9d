"""The outbox in PostgreSQL, read by the mark `sent`."""

from sqlalchemy import Engine, text

from services.crawler.adapters.database import transaction
from services.crawler.application.ports import HandOver
from shared.messages.topics import DOCUMENTS

BATCH = 200
"""Rows handed over at once."""

# Rows that commit late have lower ids than rows already sent: they are found by their mark, whatever their id.
_UNSENT = text(
    "select id, topic, key, value from outbox where sent is null and refused is null "
    "order by id limit :most for update skip locked"
)
_REFUSED = text("update outbox set refused = :why where id = :id")
_SENT = text("update outbox set sent = clock_timestamp() where id = any(:ids)")

# What the alerter never took in, though Kafka had taken it over: its topics lost it, or it waits there still. Sent once
# more it changes nothing where it was classified meanwhile, for document and revision stay the same.
_LOST = """
    from outbox where sent is not null and refused is null and topic = :topic and not exists (
        select 1 from classifications c where c.document_id = outbox.key
            and c.revision = (convert_from(outbox.value, 'UTF8')::jsonb->>'revision')::int)"""
_COUNT_LOST = text(f"select count(*) {_LOST}")
_REFILL = text(f"update outbox set sent = null where id in (select id {_LOST})")  # noqa: S608  constants of this file


class SqlOutbox:
    """The outbox of one database; several relays share it row by row."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def refill(self, dry_run: bool) -> int:
        """Take the mark from the documents that no alerter took in; how many there are."""
        with transaction(self._engine) as connection:
            if dry_run:
                return int(connection.execute(_COUNT_LOST, {"topic": DOCUMENTS.name}).scalar_one())
            return int(connection.execute(_REFILL, {"topic": DOCUMENTS.name}).rowcount)

    def send(self, hand_over: HandOver) -> int:
        """Give unsent rows in the order of their ids to `hand_over`; mark what it names; gives how many it named.

        The rows stay locked meanwhile, so that no second relay sends them too.
        """
        with transaction(self._engine) as connection:
            rows = connection.execute(_UNSENT, {"most": BATCH}).all()
            if not rows:
                return 0
            taken, refused = hand_over([(row.id, row.topic, row.key, bytes(row.value)) for row in rows])
            connection.execute(_SENT, {"ids": list(taken)})
            if refused:
                connection.execute(_REFUSED, [{"id": number, "why": why} for number, why in refused.items()])
        return len(taken) + len(refused)
