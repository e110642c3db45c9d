"""Digests on PostgreSQL: the rows that they are made of, and their own.

A digest's messages and the end of what they tell stand in one transaction with the mark that it is built, so that a
crash leaves all of it undone or all of it done, and of several alerters one builds it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, RowMapping, text

from services.alerter.adapters.database import transaction
from services.alerter.adapters.digests_heard import heard_in, record
from services.alerter.adapters.holding import insert_delivery
from services.alerter.application.digest_ports import Heard, Message
from services.alerter.application.hold_ports import Filed
from services.alerter.domain.content import Alert
from services.alerter.domain.digest import Row, Way
from services.alerter.domain.digest_period import Period
from services.alerter.domain.schedule import Placed

SETTLE = 60.0
"""Seconds from a period's end until it is built: a transaction that decided before the end has ended by then (one that
idles is cut after 10 s, see database.py)."""
_AT_ONCE = "('new', 'update')"
_TOLD_IN = "; told in the "
"""Begins what a row's reason says once it is told: before it stands why it waited."""
_ROWS = text(
    f"""
    select d.id, d.channel, d.content, d.state, d.reason, d.decided, d.held_until, d.entities,
           b.kind as told_by, b.thread_id as told_in
    from deliveries d left join deliveries b on b.id = d.bundle
    where d.team = :team and d.kind in {_AT_ONCE} and d.decided < :end
      and d.state <> 'backfill'
      and (d.decided >= :start or :left and d.state = 'digest' or b.kind = 'digest' and b.thread_id = :thread)
    order by d.id
    """  # noqa: S608  constants of this file
)
_PLAN = text(
    "insert into digests (subscription, period, span, starts, ends, outcome)"
    " values (:subscription, :period, :span, :starts, :ends, '') on conflict do nothing"
)
_UNPLAN = text(
    "delete from digests where subscription = :subscription and built is null and ends > now()"
    " and not (period = any(:periods))"
)
_MOVE = text(
    "update digests set starts = :starts, ends = :ends where subscription = :subscription and period = :period"
    " and built is null and (starts <> :starts or ends <> :ends)"
)
_DUE = text(
    "select subscription, period, span, starts, ends from digests"
    " where built is null and ends + make_interval(secs => :settle) <= now() order by ends, subscription limit 100"
)
_NEWEST = text("select max(ends) from digests where subscription = :subscription and span = :span and starts < :starts")
_MINE = text(
    "select 1 from digests where subscription = :subscription and period = :period and built is null"
    " for update skip locked"
)
_BUILT = text(
    "update digests set built = now(), outcome = :outcome where subscription = :subscription and period = :period"
)
_TOLD = text(
    "update deliveries set state = 'bundled', bundle = :bundle, reason = reason || :reason"
    " where id = any(:ids) and state = 'digest'"
)


class SqlDigests:
    """See application/digest_ports.py."""

    def __init__(self, engine: Engine, settle: float = SETTLE) -> None:
        self._engine = engine
        self._settle = settle

    def rows(self, team: str, period: Period, tells: bool, left_behind: bool) -> Sequence[tuple[str, Row]]:
        """What was decided in the period, and what was decided before it and told in its digest."""
        asked = {"team": team, "start": period.start, "end": period.end, "left": tells and left_behind}
        with transaction(self._engine) as db:
            found = db.execute(_ROWS, {**asked, "thread": f"digest-{period.name}"}).mappings().all()
        return [(row["channel"], _row(row, period, tells)) for row in found]

    def heard(self, period: Period) -> Heard:
        """By the classified documents that had come by its end."""
        with transaction(self._engine) as db:
            return heard_in(db, period)

    def record_standings(self) -> None:
        """From the crawler's table of sources."""
        with transaction(self._engine) as db:
            record(db)

    def plan(self, subscription: str, periods: Sequence[Period]) -> None:
        """One that was built stays as it is."""
        with transaction(self._engine) as db:
            names = [period.name for period in periods]
            db.execute(_UNPLAN, {"subscription": subscription, "periods": names})
            for period in periods:
                db.execute(_PLAN, _values(subscription, period))
                db.execute(_MOVE, _values(subscription, period))

    def newest(self, subscription: str, period: Period) -> datetime | None:
        """By the planned ones before it."""
        with transaction(self._engine) as db:
            found: datetime | None = db.execute(_NEWEST, _values(subscription, period)).scalar_one()
            return found

    def due(self) -> Sequence[tuple[str, Period]]:
        """By the database's clock, SETTLE seconds after their end."""
        with transaction(self._engine) as db:
            rows = db.execute(_DUE, {"settle": self._settle}).mappings().all()
        return [(row["subscription"], Period(row["starts"], row["ends"], row["period"], row["span"])) for row in rows]

    def built(self, subscription: str, period: Period, messages: Sequence[Message], now: datetime) -> bool:
        """Under the lock of the period's row."""
        key = {"subscription": subscription, "period": period.name}
        with transaction(self._engine) as db:
            if db.execute(_MINE, key).first() is None:
                return False
            for message in messages:
                _put(db, subscription, period, message, now)
            outcome = f"{len(messages)} messages" if messages else "nothing to tell"
            db.execute(_BUILT, {**key, "outcome": outcome})
            return True


def _put(db: Connection, subscription: str, period: Period, message: Message, now: datetime) -> None:
    """The key stands there already only where somebody took the mark of a built digest away: then nothing is told."""
    number = insert_delivery(db, message.alert, message.channel, now, Filed(Placed("due"), subscription))
    if number is not None and message.tells:
        reason = f"{_TOLD_IN}{period.span} digest {period.name}, delivery {number}"
        db.execute(_TOLD, {"bundle": number, "reason": reason, "ids": list(message.tells)})


def _values(subscription: str, period: Period) -> Mapping[str, object]:
    return {
        "subscription": subscription,
        "period": period.name,
        "span": period.span,
        "starts": period.start,
        "ends": period.end,
    }


def _row(row: RowMapping, period: Period, tells: bool) -> Row:
    waited = row["state"] == "digest" or row["told_by"] == "digest"
    way: Way = "digest" if waited else "suppressed" if _ended_within(row, period) else "at_once"
    here = row["told_in"] in (None, f"digest-{period.name}")
    return Row(
        id=row["id"],
        alert=Alert.model_validate(row["content"]),
        way=way,
        reason=row["reason"].partition(_TOLD_IN)[0],
        decided=row["decided"],
        entities=tuple(row["entities"]),
        listed=waited and tells and here,
    )


def _ended_within(row: RowMapping, period: Period) -> bool:
    """Suppressed when the period ended: what was dropped or silenced after that was about to go then, and counts so."""
    return row["state"] == "suppressed" and not (row["held_until"] and row["held_until"] >= period.end)
