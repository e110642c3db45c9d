"""What waits in the ledger, seen and decided upon by people: PostgreSQL's side of application/release.py."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, RowMapping, text

from services.alerter.adapters.database import transaction
from services.alerter.application.release import RELEASED, Chosen, Paused, Waiting
from shared.store.audit import digest, record

_ALL = "all channels"
_NAMED = 200
"""Numbers of deliveries that an entry of the audit log names at most; the digest stands for all."""
_PAUSED = "(select min(p.since) from pauses p where p.channel in ('', d.channel_kind, d.channel))"
"""Null for a delivery that no pause stops."""
_WAITING = text(
    f"""
    select d.id, d.state, d.channel, d.subscription, d.content->>'title' as title, d.decided, d.held_until, d.reason,
           (d.content->>'importance')::int as importance, {_PAUSED} as paused
    from deliveries d
    where d.state in ('held', 'digest')
       or (d.due is not null and d.state in ('due', 'unknown') and {_PAUSED} is not null)
    order by d.id
    """  # noqa: S608  constants of this file
)
_CHOSEN = (
    "(cast(:channel as text) is null or :channel in (d.channel, d.channel_kind))"
    " and (cast(:ids as bigint[]) is null or d.id = any(:ids))"
)
_RELEASE = text(
    f"""
    update deliveries d set state = 'held', held_until = now(),
           reason = concat_ws('; ', nullif(reason, ''), cast(:reason as text))
    where (d.state = 'held' or (d.state = 'digest' and cast(:ids as bigint[]) is not null)) and {_CHOSEN}
    returning d.id
    """  # noqa: S608  constants of this file
)
_DROP = text(
    f"""
    with dropped as (
        update deliveries d set state = 'suppressed', due = null, reason = :reason,
               held_until = case when d.state <> 'digest' then now() end
        where {_CHOSEN}
          and (d.state = 'held' or (d.state = 'digest' and cast(:ids as bigint[]) is not null)
               or (d.state = 'due' and d.lease_by is null and {_PAUSED} is not null))
        returning id, kind
    ), members as (
        update deliveries m set state = 'suppressed', held_until = now(),
               reason = case when dropped.kind = 'digest' then m.reason || '; ' else '' end || :reason
        from dropped where m.bundle = dropped.id and m.state = 'bundled' returning m.id
    )
    select (select array_agg(id order by id) from dropped) as dropped, (select count(*) from members) as members
    """  # noqa: S608  constants of this file
)
_RESUMED = text(
    """
    with ended as (delete from pauses where channel = :channel returning channel)
    update deliveries d set released = now() from ended
    where d.due is not null and ended.channel in ('', d.channel_kind, d.channel)
    """
)


class SqlDesk:
    """See application/release.py."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def waiting(self) -> Sequence[Waiting]:
        """Held, for a digest, or paused."""
        with transaction(self._engine) as db:
            return [_waiting(row) for row in db.execute(_WAITING).mappings()]

    def release(self, chosen: Chosen, reason: str, who: str) -> int:
        """The loop of any alerter sends them within a second. Who and why stands in each row's reason to its end."""
        words = f"{RELEASED}{who}: {reason}".replace("\x00", "")
        with transaction(self._engine) as db:
            released = sorted(db.execute(_RELEASE, {**_asked(chosen), "reason": words}).scalars())
            if released:
                detail = {"ids": released[:_NAMED], "count": len(released)}
                record(db, who, "held.release", _named(chosen), reason, after=digest(released), detail=detail)
            return len(released)

    def drop(self, chosen: Chosen, reason: str, who: str) -> int:
        """With a rollup its members end too. Who and why stand in each row's reason."""
        words = f"dropped by {who}: {reason}".replace("\x00", "")
        with transaction(self._engine) as db:
            dropped = db.execute(_DROP, {**_asked(chosen), "reason": words}).one().dropped or []
            if dropped:
                detail = {"ids": dropped[:_NAMED], "count": len(dropped)}
                record(db, who, "held.drop", _named(chosen), reason, before=digest(dropped), detail=detail)
            return len(dropped)

    def pause(self, channel: str, reason: str, who: str) -> bool:
        """A row that every lease looks at."""
        with transaction(self._engine) as db:
            made = db.execute(
                text(
                    "insert into pauses (channel, who, reason, since) values (:channel, :who, :reason, now())"
                    " on conflict do nothing"
                ),
                {"channel": channel, "who": who, "reason": reason},
            )
            if made.rowcount:
                record(db, who, "channel.pause", channel or _ALL, reason)
            return bool(made.rowcount)

    def resume(self, channel: str, who: str) -> bool:
        """The day of retries begins anew for what waited."""
        with transaction(self._engine) as db:
            known = db.execute(text("select 1 from pauses where channel = :channel"), {"channel": channel}).first()
            db.execute(_RESUMED, {"channel": channel})
            if known is not None:
                record(db, who, "channel.resume", channel or _ALL)
            return known is not None

    def pauses(self) -> Sequence[Paused]:
        """The oldest first."""
        with transaction(self._engine) as db:
            rows = db.execute(text("select channel, who, reason, since from pauses order by since, channel"))
            return [Paused(**row) for row in rows.mappings()]


def _asked(chosen: Chosen) -> dict[str, Any]:
    return {"channel": chosen.channel, "ids": list(chosen.ids) or None}


def _named(chosen: Chosen) -> str:
    """What was asked for, in words."""
    return ", ".join(f"{one}" for one in chosen.ids) if chosen.ids else chosen.channel or "all that is held"


def _waiting(row: RowMapping) -> Waiting:
    why = row["reason"]
    if row["paused"] is not None:
        paused = f"paused since {row['paused']:%Y-%m-%d %H:%M:%S %Z}"
        why = f"{why}; {paused}" if why else paused
    return Waiting(
        id=row["id"],
        state=row["state"],
        channel=row["channel"],
        subscription=row["subscription"],
        title=row["title"],
        importance=row["importance"],
        decided=row["decided"],
        until=row["held_until"],
        why=why,
    )
