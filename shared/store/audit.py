"""The audit log: who changed, exported, released or approved what, and when. Writers: all. All may read.

Only added to: the database itself refuses to change a row, and to delete one that is younger than `KEPT_DAYS`
(migration 0011). The entry stands in the transaction of what it tells of, so neither is there without the other. What
was before and after stands as SHA-256: it proves which version was meant and holds no text that anybody must erase.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, Index, insert, text
from sqlmodel import Field, SQLModel

from shared.store.base import document_json, instant

KEPT_DAYS = 184
"""Six months, whichever they are."""
LONGEST = 500
"""Characters of a reason or a name that are kept."""


class AuditEntry(SQLModel, table=True):
    """One act of a person, or of a program in somebody's name. Never updated."""

    __tablename__ = "audit_log"
    __table_args__ = (Index("audit_log_at", "at"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    at: datetime = instant(sa_column_kwargs={"server_default": text("now()")})
    """By the database's clock, whatever the writer says."""
    who: str
    role: str = Field(sa_column_kwargs={"server_default": text("session_user")})
    """The database's role that wrote it, whatever the writer says."""
    what: str
    """The act: `silence.add`, `config.import`, … : the thing, a full stop, and what was done with it."""
    subject: str
    """Which one: its number, name or address."""
    reason: str = ""
    before: str | None = None
    after: str | None = None
    """`digest` of what it was and what it became; None where there was nothing, or nothing is left."""
    detail: dict[str, object] = document_json(default_factory=dict)
    """Numbers and counts, for people; no texts and no secrets."""


def record(
    db: Connection,
    who: str,
    what: str,
    subject: str,
    reason: str = "",
    before: str | None = None,
    after: str | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Write an entry in the transaction of the act itself. Raises SQLAlchemy's errors, so that the act fails too."""
    values = {
        "who": _plain(who) or "unknown",
        "what": what,
        "subject": _plain(subject),
        "reason": _plain(reason),
        "before": before,
        "after": after,
        "detail": dict(detail or {}),
    }
    db.execute(insert(AuditEntry.__table__).values(values))  # type: ignore[attr-defined]  # SQLModel sets it on tables


def digest(content: object) -> str:
    """SHA-256 of a text, or of values as JSON with sorted keys; times as ISO 8601."""
    plain = (
        content if isinstance(content, str) else json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    )
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def entries(db: Connection, since: datetime, until: datetime | None = None, what: str = "") -> Sequence[AuditEntry]:
    """Those of the span, the oldest first; `what` is an act (`silence.add`) or a thing (`silence`)."""
    asked = text(
        "select id, at, who, role, what, subject, reason, before, after, detail from audit_log"
        " where at >= :since and (cast(:until as timestamptz) is null or at < :until)"
        " and (:what in ('', what, split_part(what, '.', 1))) order by id"
    )
    rows = db.execute(asked, {"since": since, "until": until, "what": what}).mappings()
    return [AuditEntry(**row) for row in rows]


def _plain(told: str) -> str:
    """One line of text that the database takes."""
    return " ".join(told.replace("\x00", "").encode("utf-8", "replace").decode().split())[:LONGEST]
