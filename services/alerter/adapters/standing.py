"""How the ledger stands, read from the database: what waits for Kafka and for channels, and since when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine, text

from services.alerter.adapters.database import transaction
from shared.messages.topics import ALERTS, DEAD_LETTERS

_OUTBOX = text(
    f"""
    select '{ALERTS.name}' as topic, count(*) as unsent,
           coalesce(extract(epoch from now() - min(delivered)), 0)::float as age
    from deliveries where delivered is not null and announced is null
    union all
    select '{DEAD_LETTERS.name}', count(*), coalesce(extract(epoch from now() - min(created)), 0)::float
    from alerter_dead_letters where sent is null
    """  # noqa: S608  names of topics, constants of the code
)
_OLDEST_DUE = text(
    "select channel_kind, extract(epoch from now() - min(coalesce(released, decided)))::float as age "
    "from deliveries where due is not null group by 1"
)
_LAST = text(
    "select channel_kind, kind, max(delivered) as delivered from deliveries where state = 'delivered' group by 1, 2"
)


@dataclass(frozen=True)
class Standing:
    """What waits, of all alerters together. Ages in seconds, 0 where nothing waits."""

    outbox: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    """Topic to the messages that Kafka has not acknowledged, and the age of the oldest."""
    oldest_due: Mapping[str, float] = field(default_factory=dict)
    """Kind of channel to the time since the oldest waiting delivery was decided, or released after it was held."""


class SqlStanding:
    """Asks the ledger."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def now(self) -> Standing:
        """How it stands. Raises TransientError."""
        with transaction(self._engine) as db:
            outbox = {row.topic: (row.unsent, row.age) for row in db.execute(_OUTBOX)}
            return Standing(outbox, {row.channel_kind: row.age for row in db.execute(_OLDEST_DUE)})

    def last_deliveries(self) -> dict[tuple[str, str], datetime]:
        """(kind of channel, kind of alert) to the last delivery. Reads the whole ledger. Raises TransientError."""
        with transaction(self._engine) as db:
            return {(row.channel_kind, row.kind): row.delivered for row in db.execute(_LAST)}
