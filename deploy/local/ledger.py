"""What the system has written down so far: decisions, classifications, deliveries, queues, read in one query."""

from datetime import datetime

from pydantic import AwareDatetime
from sqlalchemy import Engine, text

from shared.messages.common import Frozen, Times


class Look(Frozen):
    """What became of one listed address at one look (a row of crawl_decisions)."""

    id: int
    address: str
    source: str
    outcome: str
    reason: str
    document_id: str | None = None
    revision: int | None = None
    title: str | None = None
    duplicate_of: str | None = None
    first_seen: AwareDatetime
    at: AwareDatetime


class Event(Frozen):
    """A label with its status."""

    label: str
    status: str


class Classified(Frozen):
    """What the classifier said of one revision."""

    document_id: str
    revision: int
    url: str
    title: str
    kind: str
    events: tuple[Event, ...] = ()
    times: Times


class Judged(Frozen):
    """What became of one classified revision (a row of alert_decisions)."""

    document_id: str
    revision: int
    outcome: str
    reason: str
    thread_id: str | None = None
    at: AwareDatetime


class Told(Frozen):
    """One row of the ledger of deliveries."""

    key: str
    document_id: str
    revision: int
    channel: str
    kind: str
    state: str
    reason: str = ""
    repeated_on_the_wire: bool = False
    decided: AwareDatetime
    delivered: AwareDatetime | None = None


class SourceStanding(Frozen):
    """Where a source stands."""

    name: str
    failures: int = 0
    listed: int = 0
    last_success: AwareDatetime | None = None
    last_error: str | None = None


class Ledger(Frozen):
    """All of it, each in the order it came."""

    looks: tuple[Look, ...] = ()
    classified: tuple[Classified, ...] = ()
    judged: tuple[Judged, ...] = ()
    told: tuple[Told, ...] = ()
    sources: tuple[SourceStanding, ...] = ()
    to_fetch: int = 0
    unsent: int = 0
    """Rows of the outbox that Kafka has not acknowledged."""
    undelivered: int = 0
    """Deliveries that are still to be sent."""
    unannounced: int = 0
    """Deliveries whose AlertDelivered Kafka has not acknowledged."""

    @property
    def at_rest(self) -> bool:
        """Nothing waits to be sent anywhere (pages to be looked at again aside)."""
        return self.unsent == self.undelivered == self.unannounced == 0


_ROWS = {
    "looks": """
        select c.id, c.address, c.source, c.outcome, c.reason, c.document_id, c.revision, d.title, d.duplicate_of,
               c.first_seen, c.at
        from crawl_decisions c left join documents d using (document_id, revision)
        where c.at >= :since order by c.id""",
    "classified": """
        select document_id, revision, message->>'url' as url, message->>'title' as title, message->>'kind' as kind,
               coalesce(message->'events', '[]') as events, message->'times' as times
        from classifications where received >= :since order by received""",
    "judged": """
        select document_id, revision, outcome, reason, thread_id, at
        from alert_decisions where at >= :since order by id""",
    "told": """
        select thread_id || '/' || fact_version || '/' || subscription || '/' || channel as key, document_id, revision,
               channel, kind, state, reason, repeated_on_the_wire, decided, delivered
        from deliveries where decided >= :since order by id""",
    "sources": "select name, failures, listed, last_success, last_error from sources order by name",
}
_COUNTS = {
    "to_fetch": "select count(*) from listed_pages where due < now() + interval '1 hour'",  # not what rests for a day
    "unsent": "select count(*) from outbox where sent is null",
    "undelivered": "select count(*) from deliveries where due is not null or state in ('due', 'sending')",
    "unannounced": "select count(*) from deliveries where state = 'delivered' and announced is null",
}
_PARTS = [
    f"'{name}', (select coalesce(json_agg(x), '[]') from ({rows}) x)"  # noqa: S608  # the rows stand above
    for name, rows in _ROWS.items()
]
_PARTS += [f"'{name}', ({count})" for name, count in _COUNTS.items()]
_QUERY = text(f"select json_build_object({', '.join(_PARTS)})")


def read_ledger(engine: Engine, since: datetime) -> Ledger:
    """What was written since then, in one query. Raises sqlalchemy's DBAPIError when the database does not answer."""
    with engine.connect() as connection:
        return Ledger.model_validate(connection.execute(_QUERY, {"since": since}).scalar_one())
