"""Readers of the portal who are erased: users with their sessions, keys and visits, and what keys are called."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from services.maintenance.application.ports import Removed
from services.maintenance.domain.readers import user_names
from services.maintenance.domain.scrub import GONE
from services.maintenance.domain.spellings import pattern
from shared.store.audit import digest, record

_NAMED = text(
    "select id, name from portal_users where id <> 'local' and (lower(subject) = any(:names)"
    " or exists (select 1 from unnest(cast(:written as text[])) one where name ~ ('^(?:' || one || ')$')))"
    " order by name"
)
"""`local` is whoever opens the one-time link: nobody's name."""
_GOES = (
    ("portal_sessions", text("delete from portal_sessions where user_id = :user")),
    ("portal_keys", text("delete from portal_keys where user_id = :user")),
    ("portal_visits", text("delete from portal_visits where reader = :user")),
    ("portal_users", text("delete from portal_users where id = :user")),
)
_CALLED = text("update portal_keys set name = :gone where name ~ :person")


def named(db: Connection, person: str) -> Sequence[str]:
    """Names of the users that the person's name is of."""
    return [row.name for row in db.execute(_NAMED, _names(person))]


def erase(db: Connection, person: str, who: str, reason: str) -> Removed:
    """Delete those users, each with an entry in the audit log; take the name off keys of others, as feeds have it."""
    removed = Removed()
    for row in db.execute(_NAMED, _names(person)).all():
        gone = {table: db.execute(statement, {"user": row.id}).rowcount for table, statement in _GOES}
        record(db, who, "user.delete", row.id, reason, digest(row.name), detail=gone)
        for table, count in gone.items():
            removed.add(table, count)
    called = db.execute(_CALLED, {"person": pattern(person), "gone": GONE}).rowcount
    if called:
        record(db, who, "key.rename", f"{called} keys", reason, detail={"keys": called})
        removed.add("names of keys", called)
    return removed


def _names(person: str) -> dict[str, list[str]]:
    names = list(user_names(person))
    return {"names": names, "written": [pattern(name) for name in names]}
