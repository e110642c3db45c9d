"""Users are deleted and erased with all that opens in their name; what opens nothing any more goes in its time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from services.maintenance.__main__ import app as maintenance
from services.maintenance.adapters.rows import SqlRows
from services.maintenance.application.prune import prune
from services.maintenance.domain.readers import user_names
from services.maintenance.domain.retention import Retention
from services.portal.__main__ import app as portal
from services.portal.application.feed_keys import FeedKeys
from services.portal.domain.accounts import READ
from services.portal.web.doorman import Doors
from shared.store.audit import digest
from shared.store.engine import make_engine
from tests.integration.portal_accounts_rig import BY, Clock, add, audited, doors_of, sign_in
from tests.integration.portal_web_rig import Client, Site
from tests.integration.test_rights_of_a_service import as_role, roles

__all__ = ["roles"]
pytestmark = pytest.mark.integration

TABLES = ("portal_users", "portal_sessions", "portal_keys", "portal_visits")


@pytest.fixture
def doors(engine: Engine) -> Doors:
    made = doors_of(engine, Clock())
    for name in ("anna", "annabel", "bo"):
        add(made, name)
    return made


@pytest.fixture
def site(engine: Engine, config_dir: Path, doors: Doors) -> Site:
    return Site(engine, config_dir, doors)


def of_each(engine: Engine) -> dict[str, list[str]]:
    """Whose rows stand in each table: names of users, or identifiers of those who are gone."""
    asked = "select coalesce(u.name, t.{0}) from {1} t left join portal_users u on u.id = t.{0} order by 1"
    columns = dict(zip(TABLES, ("id", "user_id", "user_id", "reader"), strict=True))
    with engine.connect() as db:
        return {
            table: list(db.execute(text(asked.format(column, table))).scalars()) for table, column in columns.items()
        }


def busy(site: Site, doors: Doors, name: str) -> tuple[Client, list[str]]:
    """A browser of that user, who was on the page of what is new, and a key and the secret of a feed."""
    client = site.client(signed_in=False)
    assert sign_in(client, name).status_code == 303
    assert client.get("/new").status_code == 200
    user = doors.accounts.store.user(name)
    assert user is not None
    key = doors.accounts.new_key(user, "script", frozenset({READ}), timedelta(days=30), BY)
    return client, [key, FeedKeys(doors.accounts.store, doors.accounts.clock).new(user, "医鹿 anna", BY)]


def opens(site: Site, client: Client, secrets: Sequence[str]) -> list[int]:
    """What session, key and feed are answered."""
    stranger, (key, feed) = site.client(signed_in=False), secrets
    return [
        client.get("/account").status_code,
        stranger.get("/api/v1/openapi.json", headers={"Authorization": f"Bearer {key}"}).status_code,
        stranger.get("/feed.atom", params={"q": "医鹿 anna", "token": feed}).status_code,
    ]


def command(url: str, app: Any, *arguments: str) -> tuple[int, str]:
    """Exit code, and what was said."""
    ended = CliRunner().invoke(app, arguments, env={"DATABASE_URL": url})
    return ended.exit_code, ended.output


def test_a_deleted_user_is_out_and_leaves_nothing_but_an_entry(
    site: Site, doors: Doors, engine: Engine, database_url: str
) -> None:
    client, secrets = busy(site, doors, "anna")
    other = busy(site, doors, "bo")
    user = doors.accounts.store.user("anna")
    assert user is not None
    assert opens(site, client, secrets) == [200, 200, 200]
    code, said = command(database_url, portal, "user", "delete", "Anna")
    assert code == 0, said
    assert user.id in said
    assert opens(site, client, secrets) == [303, 401, 401]
    assert opens(site, *other) == [200, 200, 200]
    left = of_each(engine)
    assert user.id not in str(left)
    assert {name for names in left.values() for name in names} == {"annabel", "bo"}
    (entry,) = audited(engine, "user.delete")
    assert entry.subject == user.id
    assert entry.who.endswith("(command)")
    assert {"sessions": 1, "keys": 2}.items() <= entry.detail.items()
    with engine.connect() as db:
        before = db.execute(text("select before from audit_log where what = 'user.delete'")).scalar_one()
    assert before == digest("anna"), "who it was can be proven, not read"
    assert command(database_url, portal, "user", "delete", "anna")[0] == 1
    add(doors, "anna")
    assert opens(site, client, secrets) == [303, 401, 401], "another of the name is another"


@pytest.mark.parametrize("own", [True, False])
def test_an_erased_person_is_no_user_any_more(
    site: Site, doors: Doors, engine: Engine, database_url: str, roles: str, own: bool
) -> None:
    url = as_role(roles, "maintenance") if own else database_url
    client, secrets = busy(site, doors, "anna")
    other, others = busy(site, doors, "bo")
    code, said = command(url, maintenance, "erase", "--person", "ANNA")
    assert (code, "user of the portal: anna\n" in said, "annabel" in said) == (0, True, False), said
    assert opens(site, client, secrets) == [200, 200, 200], "that was a look"
    code, said = command(url, maintenance, "erase", "--person", "ANNA", "--yes", "--who", "w", "--reason", "request 7")
    assert code == 3, said  # the audit log keeps its names for six months, and annabel's name holds this one
    assert "rows of audit_log" in said
    assert "rows of portal_users" in said
    assert "rows of portal_keys" not in said
    assert opens(site, client, secrets) == [303, 401, 401]
    assert opens(site, other, others) == [200, 200, 200], "a key is only called otherwise"
    assert of_each(engine)["portal_users"] == ["annabel", "bo"]
    with engine.connect() as db:
        assert set(db.execute(text("select name from portal_keys")).scalars()) == {"script", "[erased]"}
    (entry,) = audited(engine, "user.delete")
    assert (entry.who, entry.reason) == ("w", "request 7")
    assert "anna" not in str(entry).lower()


def test_under_which_names_a_person_is_looked_for() -> None:
    assert user_names(" Ａnna Li ") == ("anna li", "anna-li")
    assert user_names("欧阳测试") == ("欧阳测试",)
    assert user_names("!!") == ("!!",)


@pytest.mark.parametrize("own", [True, False])
def test_what_opens_nothing_any_more_goes_in_its_time(
    site: Site, doors: Doors, engine: Engine, roles: str, own: bool
) -> None:
    for name in ("anna", "annabel", "bo"):
        busy(site, doors, name)
    key_of = "user_id = (select id from portal_users where name = '{}') and name = 'script'"
    visits = "insert into portal_visits (reader, page, seen) values ('{}', 'any', now() - interval '{} days')"
    with engine.begin() as db:
        for change in (
            "update portal_users set disabled = now() - interval '80 days' where name = 'anna'",
            "update portal_sessions set until = now() - interval '1 hour'"
            " where user_id = (select id from portal_users where name = 'bo')",
            f"update portal_keys set revoked = now() - interval '91 days' where {key_of.format('annabel')}",
            f"update portal_keys set until = now() - interval '89 days' where {key_of.format('bo')}",
            "update portal_visits set seen = now() - interval '399 days'"
            " where reader = (select id from portal_users where name = 'annabel')",
            "update portal_visits set seen = now() - interval '401 days'"
            " where reader = (select id from portal_users where name = 'bo')",
            visits.format("nobody", 1),
        ):
            db.execute(text(change))
    pruning = make_engine(as_role(roles, "maintenance")) if own else engine
    rows = SqlRows(pruning)

    def run(ahead: int = 0) -> dict[str, list[str]]:
        cutoffs = Retention().cutoffs(datetime.now(UTC) + timedelta(days=ahead))
        shown = {one.name: one.rows for one in rows.overdue(cutoffs) if one.rows}
        done = prune(rows, rows.order, cutoffs, sleep=lambda _: None)
        assert (done.left, done.rows) == ({}, shown)
        return of_each(engine)

    assert run() == {
        "portal_users": ["anna", "annabel", "bo"],
        "portal_sessions": ["annabel"],
        "portal_keys": ["anna", "anna", "annabel", "bo", "bo"],
        "portal_visits": ["anna", "anna", "annabel", "annabel"],
    }
    assert run(11)["portal_keys"] == ["annabel", "bo"], "of a user who is disabled for so long, and one that ended"
    if own:
        pruning.dispose()


def test_maintenance_sees_nothing_that_opens(roles: str) -> None:
    with psycopg.connect(as_role(roles, "maintenance"), autocommit=True) as db:
        for column, table in (("password", TABLES[0]), ("*", TABLES[0]), ("id", TABLES[1]), ("hash", TABLES[2])):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute(f"select {column} from {table}".encode())
        for table in TABLES:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute(f"insert into {table} default values".encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute(b"update portal_users set role = 'admin'")
