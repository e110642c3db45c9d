"""The portal with users: quick hashes, a clock that one can move, entries of the audit log."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from argon2 import PasswordHasher
from sqlalchemy import Engine, text

from services.portal.adapters.account_store import SqlAccounts
from services.portal.adapters.passwords import Argon2
from services.portal.application.account_ports import Edit
from services.portal.application.accounts import Accounts
from services.portal.domain.accounts import Role
from services.portal.web.doorman import Doors
from services.portal.web.limits import Limits
from tests.integration.portal_web_rig import Client

PASSWORD = "correct horse 医鹿 battery"  # of users that tests make
BY = Edit("test")


@dataclass
class Clock:
    """Now, moved by tests."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        """The machine's time and what the test added."""
        return datetime.now(UTC) + self.ahead


def accounts_of(engine: Engine, clock: Clock) -> Accounts:
    """Accounts whose hashes take no time."""
    return Accounts(SqlAccounts(engine), Argon2(PasswordHasher(1, 8, 1)), clock)


def doors_of(engine: Engine, clock: Clock, **more: Any) -> Doors:
    """Doors over them, without limits unless told."""
    no_limit = "100000/minute"
    return Doors(
        **{"accounts": accounts_of(engine, clock), "limits": Limits(0, no_limit, no_limit, no_limit)} | more  # type: ignore[arg-type]  # as told
    )


def add(doors: Doors, name: str, role: Role = "reader", *teams: str) -> None:
    """A user with the usual password."""
    doors.accounts.add_user(name, PASSWORD, role, teams, BY)


def sign_in(client: Client, name: str, password: str = PASSWORD, there: str = "/", **more: Any) -> httpx.Response:
    """Fill in the sign-in page and send it."""
    page = client.get("/sign-in", params={"next": there})
    token = re.search(r'name="csrf" value="(\w+)"', page.text)
    assert token is not None
    fields = {"csrf": token[1], "next": there, "name": name, "password": password}
    return client.ask("POST", "/sign-in", data=fields, **more)


def audited(engine: Engine, what: str) -> list[Any]:
    """Entries of the audit log of one act, the oldest first."""
    with engine.connect() as db:
        asked = text("select who, subject, reason, detail from audit_log where what = :what order by id")
        return list(db.execute(asked, {"what": what}))
