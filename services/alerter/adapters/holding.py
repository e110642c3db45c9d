"""What was told and held before, on PostgreSQL; part of the transaction that takes in a document."""

import json
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from services.alerter.adapters.quick import Quick
from services.alerter.adapters.silences import open_silences
from services.alerter.adapters.store_sql import DELIVERY
from services.alerter.application.hold_ports import Filed
from services.alerter.domain.content import Alert
from services.alerter.domain.inhibition import Gist
from services.alerter.domain.silences import Silence

_SPENT = Quick("select distinct thread_id, fact_version from deliveries where team = :team and budget_day = :day")
_SENT = Quick(
    """
    select distinct coalesce(b.id, d.id), coalesce(b.released, b.decided, d.released, d.decided) as sent
    from deliveries d left join deliveries b on b.id = d.bundle and b.kind = 'rollup'
    where d.subscription = :subscription and d.channel = :channel and d.decided > :since - interval '31 days'
      and d.kind in ('new', 'update')
      and (d.state not in ('held', 'bundled', 'digest', 'suppressed', 'backfill') or b.id is not null)
      and coalesce(b.released, b.decided, d.released, d.decided) > :since
    """
)
"""A message of several, which may tell of other routes of the team too, is one of each route that it tells of."""
_WAITS = Quick(
    "select min(held_until) from deliveries where subscription = :subscription and channel = :channel"
    " and state = 'held' and budget_day is not null"
)
_TOLD = Quick(
    "select decided, thread_id, entities, content from deliveries where team = :team"
    " and channel = :channel and decided > :since and state not in ('digest', 'suppressed', 'backfill')"
    " and kind in ('new', 'update')"
)


class SqlPlacing:
    """See application/hold_ports.py."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self._silences: Sequence[Silence] | None = None
        self._spent: dict[tuple[str, date], frozenset[tuple[str, int]]] = {}

    def silences(self) -> Sequence[Silence]:
        """Read once a transaction."""
        if self._silences is None:
            self._silences = open_silences(self._db)
        return self._silences

    def spent(self, team: str, day: date) -> frozenset[tuple[str, int]]:
        """Read once a transaction for each team; what is added in it is counted by `added`."""
        if (team, day) not in self._spent:
            self._spent[team, day] = frozenset(_SPENT(self._db, {"team": team, "day": day}))
        return self._spent[team, day]

    def sent_since(self, subscription: str, channel: str, since: datetime) -> Sequence[datetime]:
        """By when it became sendable; the message of several held ones counts once."""
        asked = {"subscription": subscription, "channel": channel, "since": since}
        return [sent for _, sent in _SENT(self._db, asked)]

    def waits_until(self, subscription: str, channel: str) -> datetime | None:
        """Of those that quiet hours do not hold."""
        found: datetime | None
        ((found,),) = _WAITS(self._db, {"subscription": subscription, "channel": channel})
        return found

    def told_since(self, team: str, channel: str, since: datetime) -> Sequence[tuple[datetime, Gist]]:
        """By when it was decided."""
        told = []
        for decided, thread_id, entities, content in _TOLD(
            self._db, {"team": team, "channel": channel, "since": since}
        ):
            events = frozenset((event["label"], event["status"]) for event in content["happened"])
            told.append((decided, Gist(thread_id, frozenset(entities), events, content["importance"])))
        return told

    def added(self, alert: Alert, filed: Filed) -> None:
        """Count what was added in this transaction."""
        day = filed.placed.counts_on
        if day is not None and (filed.team, day) in self._spent:
            self._spent[filed.team, day] |= {(alert.thread_id, alert.fact_version)}


def insert_delivery(db: Connection, alert: Alert, channel: str, now: datetime, filed: Filed) -> int | None:
    """Insert under the unique key; the id, None when the key stands there. The database's clock says when it is due."""
    placed = filed.placed
    values = {
        "thread": alert.thread_id,
        "fact_version": alert.fact_version,
        "subscription": alert.subscription,
        "channel": channel,
        "channel_kind": channel.partition(":")[0],
        "document": alert.document_id,
        "revision": alert.revision,
        "kind": alert.kind,
        "state": placed.state,
        "content": alert.model_dump_json(),
        "reason": placed.reason.replace("\x00", ""),
        "now": now,
        "team": filed.team or alert.subscription,
        "budget_day": placed.counts_on,
        "held_until": placed.until,
        "entities": json.dumps(list(filed.entities)),
    }
    made: tuple[int] | None = DELIVERY(db, values).fetchone()
    return made[0] if made else None
