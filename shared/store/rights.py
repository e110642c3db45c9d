"""Which role of the database may do what: one writer a table, all may read, and nothing else. `PRIVATE` alone is read
by its writer only.

Each service logs in as a role of its own (or as a member of it) that owns nothing. The owner's login migrates, and then
grants: a role that does not exist here is passed over, so a database with one user for all needs no roles.
deploy/postgres/roles.sql is written from this file.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import BigInteger, Engine, Identity, Table, text
from sqlmodel import SQLModel

from shared.store import (
    alerter,
    alerter_desk,
    audit,
    classifier,
    crawler,
    maintenance,
    portal,
    portal_accounts,
    portal_desk,
    portal_visits,
    recall,
)

TABLES = (
    alerter,
    alerter_desk,
    audit,
    classifier,
    crawler,
    maintenance,
    portal,
    portal_accounts,
    portal_desk,
    portal_visits,
    recall,
)
"""Importing them makes their tables known to SQLModel.metadata."""

SERVICES = ("crawler", "classifier", "alerter", "portal", "maintenance")
PREFIX = "luming_"
"""Before a service's name stands the role's."""

_ALL = ("insert", "update", "delete")
_ADDED_TO = ("insert",)
_CLEARED = ("update", "delete")
"""What pruning and erasing need."""

WRITERS: dict[str, tuple[str, ...]] = {
    "alerter": ("alerter",),
    "alerter_desk": ("alerter",),
    "classifier": ("classifier",),
    "crawler": ("crawler",),
    "maintenance": ("maintenance",),
    "portal": ("portal",),
    "portal_accounts": ("portal",),
    "portal_desk": ("portal",),
    "portal_visits": ("portal",),
    "recall": ("crawler",),
}
"""Who writes the tables of a file of shared/store, where `OWN` names nobody else."""
OWN: dict[str, dict[str, tuple[str, ...]]] = {
    "audit_log": {**dict.fromkeys(SERVICES, _ADDED_TO), "maintenance": ("insert", "delete")},
    "recall_days": {"alerter": _ALL},
    "tombstones": {"maintenance": ("insert", "update", "delete"), "crawler": _ADDED_TO},
    # Never updated, as their docstrings say.
    "alert_decisions": {"alerter": _ADDED_TO},
    "corrections": {"portal": _ADDED_TO},
    "crawl_decisions": {"crawler": _ADDED_TO, "maintenance": _ALL},
    "desk_requests": {"portal": _ADDED_TO},
    "recall_polls": {"crawler": _ADDED_TO},
    "source_standings": {"alerter": _ADDED_TO},
    "subscription_versions": {"alerter": _ADDED_TO},
}
PRIVATE = {
    "desk_rights": "alerter",
    "portal_keys": "portal",
    "portal_sessions": "portal",
    "portal_users": "portal",
    "portal_visits": "portal",
}
"""Tables that hold how people and programs are known, and the one service that may read them. `desk_rights` is a view
of what those may who ask the alerter for something."""
UNCLEARED = frozenset({"audit_log", "subscription_versions", "tombstones", *PRIVATE})
"""Tables that maintenance does not clear, or only as `OWN` and `SEEN` say."""
SEEN: dict[str, tuple[str, ...]] = {
    "portal_keys": ("ctid", "name", "revoked", "until", "user_id"),
    "portal_sessions": ("ctid", "until", "user_id"),
    "portal_users": ("disabled", "id", "name", "subject"),
    "portal_visits": ("ctid", "reader", "seen"),
}
"""Columns of private tables that maintenance reads, to delete what is past its time and whom it erases. No hash and no
password is among them: who runs it cannot come in by what it sees. `ctid` is the place of a row."""
RENAMED = {"portal_keys": "name"}
"""Columns of those that maintenance blanks: a feed's key is called after its query, which may name a person."""


@dataclass(frozen=True)
class Grant:
    """Rights of a service on a table."""

    table: str
    service: str
    rights: tuple[str, ...]


def grants() -> Iterator[Grant]:
    """All rights to write, by table."""
    for name, table in sorted(SQLModel.metadata.tables.items()):
        owned = OWN.get(name) or dict.fromkeys(WRITERS[_file_of(table)], _ALL)
        for service, rights in owned.items():
            yield Grant(name, service, rights)
        if name in SEEN:
            yield Grant(name, "maintenance", ("delete",))
        elif name not in UNCLEARED and "maintenance" not in owned:
            yield Grant(name, "maintenance", _CLEARED)


def statements(service: str) -> Iterator[str]:
    """What gives a service's role its rights and takes all others from it; to be run by the tables' owner."""
    role = PREFIX + service
    yield f"grant usage on schema public to {role}"
    yield f"revoke all on all tables in schema public from {role}"
    yield f"revoke all on all sequences in schema public from {role}"
    yield f"grant select on all tables in schema public to {role}"
    hidden = sorted(table for table, reader in PRIVATE.items() if reader != service)
    if hidden:
        yield f"revoke all on {', '.join(hidden)} from {role}"
    yield f"alter default privileges in schema public grant select on tables to {role}"
    for grant in grants():
        if grant.service == service:
            yield f"grant {', '.join(grant.rights)} on {grant.table} to {role}"
            if service == "maintenance" and grant.table in SEEN:
                yield f"grant select ({', '.join(SEEN[grant.table])}) on {grant.table} to {role}"
                if grant.table in RENAMED:
                    yield f"grant update ({RENAMED[grant.table]}) on {grant.table} to {role}"
            if "insert" in grant.rights and (counter := _sequence(SQLModel.metadata.tables[grant.table])):
                yield f"grant usage on sequence {counter} to {role}"


def grant_rights(engine: Engine) -> list[str]:
    """Give every service's role that exists its rights; the roles. Raises SQLAlchemy's errors when that is refused."""
    given = []
    with engine.begin() as db:
        for service in SERVICES:
            role = PREFIX + service
            if db.execute(text("select 1 from pg_roles where rolname = :role"), {"role": role}).first():
                for statement in statements(service):
                    db.execute(text(statement))
                given.append(role)
    return given


def _file_of(table: Table) -> str:
    """The file of shared/store that the table stands in."""
    for module in TABLES:
        for thing in vars(module).values():
            if getattr(thing, "__table__", None) is table and thing.__module__ == module.__name__:
                return module.__name__.rpartition(".")[2]
    raise KeyError(table.name)


def _sequence(table: Table) -> str | None:
    """The counter of the table's key, where PostgreSQL asks for a right to it (one of `identity` asks for none)."""
    for column in table.primary_key:
        if (
            isinstance(column.type, BigInteger)
            and column.autoincrement is True
            and not isinstance(column.server_default, Identity)
        ):
            return f"{table.name}_{column.name}_seq"
    return None
