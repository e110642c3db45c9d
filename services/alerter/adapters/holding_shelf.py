"""The held deliveries on PostgreSQL: what comes due together for one channel of a team becomes one message.

The same look finds what waits for another attempt and was silenced since, or has a channel that is down
(holding_waiting.py).

The message and the end of its members stand in one transaction, so that a crash leaves them held or told of, never
both. One alerter at a time makes messages: two would each make one of half of them.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, Engine, RowMapping, text

from services.alerter.adapters.database import transaction
from services.alerter.adapters.holding import insert_delivery
from services.alerter.adapters.holding_waiting import hold_while_down, silence_waiting
from services.alerter.application.hold_ports import Filed
from services.alerter.application.release import RELEASED
from services.alerter.domain.content import Alert
from services.alerter.domain.rollup import most_for, rollup_of

_LOCK = 7_215_434
"""Key of the advisory lock under which messages are made of what was held (its neighbours stand in store.py)."""
_LOOKED_AT = 600
"""Held deliveries of one look; the others come in the next."""
_DUE = text(
    """
    select id, subscription, channel, channel_kind, content, reason, team, entities from deliveries
    where state = 'held' and held_until <= now()
    order by team, channel, id limit :most for update
    """
)
_GO = (
    "update deliveries set state = 'due', due = now(), released = now(), held_until = null,"  # noqa: S608  constant
    f" reason = coalesce(substring(reason from '{RELEASED}.*'), '')"
)
_ALONE = text(f"{_GO} where id = :id")
_BUNDLED = text(
    "update deliveries set state = 'bundled', bundle = :bundle, held_until = null, reason = :reason"
    " where id = any(:ids)"
)
_KNOWN = text(
    "select id from deliveries where thread_id = :thread and fact_version = 1 and subscription = :subscription"
    " and channel = :channel"
)


class SqlShelf:
    """See application/hold.py."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def come_due(self, now: datetime) -> frozenset[str]:
        """One look, by the database's clock; `now` is when the messages were made."""
        with transaction(self._engine) as db:
            if not db.execute(text("select pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}).scalar_one():
                return frozenset()
            silence_waiting(db, now)
            hold_while_down(db)
            found = db.execute(_DUE, {"most": _LOOKED_AT}).mappings().all()
            for rows in _together(found):
                _send_on(db, rows, now)
            return frozenset(row["channel_kind"] for row in found)


def _together(found: Sequence[RowMapping]) -> Iterator[Sequence[RowMapping]]:
    """What goes out as one: the same team and channel, by whatever route, as many as a message of the channel holds."""
    for (_, channel), same in groupby(found, lambda row: (row["team"], row["channel"])):
        rows, most = list(same), most_for(channel)
        yield from (rows[first : first + most] for first in range(0, len(rows), most))


def _send_on(db: Connection, rows: Sequence[RowMapping], now: datetime) -> None:
    if len(rows) == 1:
        db.execute(_ALONE, {"id": rows[0]["id"]})
        return
    first = rows[0]
    why = "; ".join(dict.fromkeys(row["reason"] for row in rows if row["reason"]))
    alerts = [Alert.model_validate(row["content"]) for row in rows]
    waited = "; ".join(dict.fromkeys(said for row in rows if (said := _waited_for(row["reason"]))))
    alert = rollup_of(alerts, first["channel"], waited, now, first["team"])
    entities = sorted({entity for row in rows for entity in row["entities"]})
    bundle = insert_delivery(db, alert, first["channel"], now, Filed(team=first["team"], entities=tuple(entities)))
    if bundle is None:
        place = {"thread": alert.thread_id, "subscription": alert.subscription, "channel": first["channel"]}
        bundle = db.execute(_KNOWN, place).scalar_one()
    told = {"bundle": bundle, "reason": f"told with {len(rows) - 1} others by delivery {bundle}; {why}"}
    db.execute(_BUNDLED, {**told, "ids": [row["id"] for row in rows]})


def _waited_for(reason: str) -> str:
    """What readers are told of a reason: who let it go is between operators."""
    return reason.partition(RELEASED)[0].removesuffix("; ")
