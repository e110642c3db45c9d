"""The silences on PostgreSQL: made and ended by commands, read by every alerter."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, text

from services.alerter.domain.silences import Matcher, Silence
from shared.store.alerter_desk import SilenceRow
from shared.store.audit import digest, record

_ALL = "id, matcher, until, reason, who, created, ended from silences"
_OPEN = text(f"select {_ALL} where ended is null and until > now() order by id")
_EVERY = text(f"select {_ALL} order by id")
_END = text(
    "update silences set ended = now(), ended_by = :who where id = :id and ended is null and until > now()"
    " returning matcher, until"
)


def open_silences(db: Connection) -> Sequence[Silence]:
    """Those in force by the database's clock."""
    return [_silence(row) for row in db.execute(_OPEN).mappings()]


def all_silences(db: Connection) -> Sequence[Silence]:
    """Every one that was ever made."""
    return [_silence(row) for row in db.execute(_EVERY).mappings()]


def add_silence(db: Connection, matcher: Matcher, until: datetime, reason: str, who: str) -> int:
    """Make one, from now on; its number."""
    values: dict[str, Any] = {"matcher": matcher.given(), "until": until, "reason": reason, "who": who}
    made = db.execute(
        insert(SilenceRow).values(**values, created=func.now(), ended=None, ended_by=None).returning(text("id"))
    )
    number = int(made.scalar_one())
    record(
        db,
        who,
        "silence.add",
        f"silence {number}",
        reason,
        after=digest({"matcher": matcher.given(), "until": until.astimezone(UTC)}),
    )
    return number


def end_silence(db: Connection, number: int, who: str) -> bool:
    """End it before its time; False for one that is not in force."""
    ended = db.execute(_END, {"id": number, "who": who}).mappings().first()
    if ended is not None:
        was = digest({"matcher": ended["matcher"], "until": ended["until"].astimezone(UTC)})
        record(db, who, "silence.end", f"silence {number}", before=was)
    return ended is not None


def _silence(row: RowMapping) -> Silence:
    return Silence(
        id=row["id"],
        matcher=Matcher(**row["matcher"]),
        until=row["until"],
        reason=row["reason"],
        who=row["who"],
        created=row["created"],
        ended=row["ended"],
    )
