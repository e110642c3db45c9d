"""`user` and `key` commands over the real database: passwords by standard input, refusals in a line."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner, Result

from services.portal.__main__ import app
from services.portal.signing_in import make_accounts
from tests.integration.portal_accounts_rig import PASSWORD, audited

pytestmark = pytest.mark.integration


@pytest.fixture
def run(database_url: str) -> Any:
    """Runs one command; `told` is its standard input."""

    def command(*arguments: str, told: str = "") -> Result:
        return CliRunner().invoke(app, arguments, input=told, env={"DATABASE_URL": database_url})

    return command


def test_a_user_is_added_listed_changed_and_disabled(run: Any, engine: Engine) -> None:
    accounts = make_accounts(engine)
    added = run("user", "add", "Maya", "--role", "editor", "--teams", "strategy,legal", told=f"{PASSWORD}\n")
    assert (added.exit_code, added.stdout) == (0, "maya may sign in as editor\n")
    assert accounts.check("maya", PASSWORD, "here") is not None
    user = accounts.store.user("maya")
    assert user is not None
    accounts.enter(user, "password", "a browser")
    listed = run("user", "list").stdout
    assert listed == "maya\teditor\tstrategy,legal\tpassword\tmay sign in\t1 sessions\n"
    assert run("user", "role", "maya", "reader").exit_code == 0
    assert run("user", "role", "maya", "admin", "--teams", "").exit_code == 0
    changed = accounts.store.user("maya")
    assert changed is not None
    assert (changed.role, changed.teams) == ("admin", ())
    assert run("user", "password", "maya", told="another good password\n").exit_code == 0
    assert accounts.store.sessions(user.id, datetime.now(UTC)) == []
    assert accounts.check("maya", PASSWORD, "here") is None
    assert accounts.check("maya", "another good password", "here") is not None
    assert run("user", "disable", "maya").exit_code == 0
    assert accounts.check("maya", "another good password", "here") is None
    assert run("user", "enable", "maya").exit_code == 0
    assert accounts.check("maya", "another good password", "here") is not None
    acts = ("user.add", "user.role", "user.password", "user.disable", "user.enable")
    assert [len(audited(engine, act)) for act in acts] == [1, 2, 1, 1, 1]
    assert all(entry.who.endswith("(command)") for act in acts for entry in audited(engine, act))


@pytest.mark.parametrize(
    ("arguments", "told", "code", "said"),
    [
        (("user", "add", "maya"), "short\n", 2, "a password has 12"),
        (("user", "add", "maya"), "", 2, "a password has 12"),
        (("user", "add", "a b"), f"{PASSWORD}\n", 2, "a name has"),
        (("user", "add", "Local"), f"{PASSWORD}\n", 2, "the name local is reserved"),
        (("user", "add", "oidc"), f"{PASSWORD}\n", 2, "the name oidc is reserved"),
        (("user", "add", "maya", "--role", "owner"), f"{PASSWORD}\n", 2, "there is no role"),
        (("user", "role", "nobody", "admin"), "", 1, "there is no user nobody"),
        (("user", "disable", "nobody"), "", 1, "there is no user nobody"),
        (("user", "password", "local"), f"{PASSWORD}\n", 2, "signs in without a password"),
        (("key", "add", "x", "--user", "nobody"), "", 1, "there is no user nobody"),
        (("key", "add", "x", "--user", "local", "--scopes", "all"), "", 2, "scopes are"),
        (("key", "revoke", "made-up"), "", 1, "there is no such key"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(
    run: Any, arguments: tuple[str, ...], told: str, code: int, said: str
) -> None:
    answer = run(*arguments, told=told)
    assert answer.exit_code == code
    assert said in answer.stderr
    assert "Traceback" not in answer.output


def test_a_name_is_taken_once(run: Any) -> None:
    assert run("user", "add", "maya", told=f"{PASSWORD}\n").exit_code == 0
    again = run("user", "add", "MAYA", told=f"{PASSWORD}\n")
    assert again.exit_code == 1
    assert "already" in again.stderr


def test_a_key_is_printed_once(run: Any, engine: Engine) -> None:
    made = run("key", "add", "nightly export", "--user", "local", "--scopes", "read,export", "--days", "7")
    assert made.exit_code == 0
    key = made.stdout.strip()
    assert key.startswith("luming_")
    accounts = make_accounts(engine)
    found = accounts.key(key)
    assert found is not None
    assert (found.user.role, sorted(found.scopes)) == ("admin", ["export", "read"])
    listed = run("key", "list").stdout
    assert "nightly export" in listed
    assert key not in listed
    assert run("key", "revoke", found.id).exit_code == 0
    assert accounts.key(key) is None
    assert "revoked" in run("key", "list").stdout
    with engine.connect() as db:
        everything = str(db.execute(text("select * from audit_log")).all())
    assert key not in everything


def test_a_database_that_is_away_is_said(run: Any) -> None:
    away = CliRunner().invoke(app, ("user", "list"), env={"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/luming"})
    assert away.exit_code == 1
    assert "cannot be asked" in away.stderr
    unset = CliRunner().invoke(app, ("user", "list"), env={"DATABASE_URL": ""})
    assert unset.exit_code == 2
