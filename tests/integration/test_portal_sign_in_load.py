"""Many sign in at once: two passwords are hashed at a time, pages are served beside, and who is too many is told so."""

import asyncio
import re
import threading
import time
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine

from services.portal.adapters.account_store import SqlAccounts
from services.portal.adapters.passwords import Argon2
from services.portal.application.accounts import Accounts
from services.portal.web.doorman import HASHINGS
from services.portal.web.doors import WAITING
from tests.integration.portal_accounts_rig import BY, Clock, add, doors_of
from tests.integration.portal_web_rig import Site

pytestmark = pytest.mark.integration


class Slow(Argon2):
    """Takes its time, and counts how often it is asked, and by how many at once."""

    def __init__(self) -> None:
        super().__init__(PasswordHasher(1, 8, 1))
        self.asked = self.most = self._now = 0
        self._lock = threading.Lock()

    def verify(self, hashed: str | None, password: str) -> bool:
        """As Argon2, after 0.3 s."""
        with self._lock:
            self.asked += 1
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(0.3)
        with self._lock:
            self._now -= 1
        return super().verify(hashed, password)


def test_few_hash_at_once_and_pages_go_on(engine: Engine, config_dir: Path) -> None:
    hasher, clock = Slow(), Clock()
    doors = doors_of(engine, clock, accounts=Accounts(SqlAccounts(engine), hasher, clock))
    add(doors, "anna", "admin")
    app = Site(engine, config_dir, doors).app
    crowd = 2 * WAITING

    async def all_at_once() -> tuple[list[int], float]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://portal.test", timeout=60) as web:
            page = await web.get("/sign-in")
            token = re.search(r'name="csrf" value="(\w+)"', page.text)
            assert token is not None
            form = {"csrf": token[1], "name": "anna", "password": "wrong"}
            tries = [asyncio.create_task(web.post("/sign-in", data=form)) for _ in range(crowd)]
            await asyncio.sleep(0.2)
            began = time.monotonic()
            assert (await web.get("/sign-in")).status_code == 200
            beside = time.monotonic() - began
            return [(await each).status_code for each in tries], beside

    answers, beside = asyncio.run(all_at_once())
    assert hasher.most == HASHINGS
    assert answers.count(403) == WAITING, "those who could wait"
    assert answers.count(503) == crowd - WAITING
    assert beside < 0.3 * WAITING / HASHINGS * 2, "the page did not wait for all of them"


def test_a_name_that_nobody_has_costs_the_same(engine: Engine) -> None:
    hasher = Slow()
    accounts = Accounts(SqlAccounts(engine), hasher, Clock())
    doors = doors_of(engine, Clock(), accounts=accounts)
    add(doors, "anna")
    user = accounts.store.user("anna")
    assert user is not None
    accounts.disable(user, BY)
    for name in ("anna", "nobody", "a b", "", "local"):
        before = hasher.asked
        assert accounts.check(name, "wrong", "here") is None
        assert hasher.asked == before + 1, name
