"""When the last canary arrived, from the ledger."""

from datetime import datetime

from sqlalchemy import Engine, text

from services.alerter.adapters.database import transaction
from shared.messages.common import CANARY

_LAST = text(
    "select max(delivered) from deliveries where subscription = :canary and kind = :canary and state = 'delivered'"
)


def last_canary(engine: Engine) -> datetime | None:
    """When the last one was taken over by its channel; None where none has. Raises TransientError."""
    with transaction(engine) as db:
        found: datetime | None = db.execute(_LAST, {"canary": CANARY}).scalar_one()
        return found
