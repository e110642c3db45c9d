"""Whom the provider's claims let in no more is out at once; names that mean something; answers nobody asked for."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from services.portal.application.account_ports import Vouched
from services.portal.application.feed_keys import FeedKeys
from services.portal.domain.accounts import READ
from services.portal.domain.claims import Mapping
from services.portal.web.doorman import Doors
from services.portal.web.limits import Limits
from tests.integration.portal_accounts_rig import BY, Clock, audited, doors_of
from tests.integration.portal_web_rig import Client, Site
from tests.integration.test_portal_oidc import ADDRESS, MAYA, inside, issuer, provider, travel

__all__ = ["issuer"]
pytestmark = pytest.mark.integration

ONLY_EDITORS = Mapping("groups", {"luming-editors": "editor"}, None)
OUT = MAYA | {"groups": ["another"]}


@pytest.fixture
def doors(engine: Engine, issuer: str) -> Doors:
    return doors_of(engine, Clock(), provider=provider(issuer), claims=ONLY_EDITORS, address=ADDRESS)


@pytest.fixture
def site(engine: Engine, config_dir: Path, doors: Doors) -> Site:
    return Site(engine, config_dir, doors)


def test_whom_the_claims_let_in_no_more_is_out_everywhere(site: Site, doors: Doors, engine: Engine) -> None:
    at_home, at_work, other = (site.client(signed_in=False) for _ in range(3))
    assert travel(at_home).status_code == travel(at_work).status_code == 303
    assert travel(other, MAYA | {"sub": "another"}).status_code == 303
    accounts = doors.accounts
    user = accounts.store.user("maya.li@example.com")
    assert user is not None
    key = accounts.new_key(user, "script", frozenset({READ}), None, BY)
    feeds = FeedKeys(accounts.store, accounts.clock)
    feed = feeds.new(user, "医鹿", BY)
    program = {"Authorization": f"Bearer {key}"}
    stranger = site.client(signed_in=False)
    assert stranger.get("/api/v1/openapi.json", headers=program).status_code == 200
    assert stranger.get("/feed.atom", params={"q": "医鹿", "token": feed}).status_code == 200

    assert travel(at_work, OUT).status_code == 403
    assert not inside(at_work)
    assert not inside(at_home), "the session of another browser ended too"
    assert stranger.get("/api/v1/openapi.json", headers=program).status_code == 401
    assert stranger.get("/feed.atom", params={"q": "医鹿", "token": feed}).status_code == 401
    assert inside(other), "somebody else's"
    (entry,) = audited(engine, "sign_in.refuse")
    assert (entry.who, entry.subject, entry.reason) == (user.name, user.name, "no claim gives this person a role")
    assert (entry.detail["sessions"], entry.detail["keys"]) == (2, 2)

    assert travel(at_work).status_code == 303, "who may again, comes in again"
    assert stranger.get("/api/v1/openapi.json", headers=program).status_code == 401, "with new keys"


def test_a_person_who_was_never_in_is_refused_and_leaves_no_user(site: Site, doors: Doors, engine: Engine) -> None:
    assert travel(site.client(signed_in=False), OUT).status_code == 403
    assert doors.accounts.store.users() == []
    (entry,) = audited(engine, "sign_in.refuse")
    assert entry.who == "unknown"


@pytest.mark.parametrize("name", ["local", "LOCAL", "ｌｏｃａｌ", "(local)", "oidc", "Unknown"])
def test_a_person_of_a_reserved_name_is_called_otherwise(site: Site, doors: Doors, name: str) -> None:
    assert travel(site.client(signed_in=False), MAYA | {"preferred_username": name}).status_code == 303
    (user,) = doors.accounts.store.users()
    assert user.name == "4711"
    by_link = site.client()
    assert inside(by_link)
    found = doors.accounts.store.user_by_id("local")
    assert found is not None
    assert (found.name, found.role) == ("local", "admin")


def test_who_is_called_local_from_before_takes_nothing_of_the_link(
    site: Site, doors: Doors, engine: Engine, issuer: str
) -> None:
    store, now = doors.accounts.store, datetime.now(UTC)
    old = store.vouched(Vouched(issuer, "4711", "maya", "reader", True, None), "0123456789abcdef", now)
    with engine.begin() as db:
        db.execute(text("update portal_users set name = 'local' where id = :id"), {"id": old.id})
    admin = store.local(now)
    assert (admin.id, admin.name, admin.role) == ("local", "local", "admin")
    renamed = store.user_by_id(old.id)
    assert renamed is not None
    assert (renamed.name, renamed.role) == ("local+012345", "reader")
    assert [row.subject for row in audited(engine, "user.rename")] == ["local+012345"]
    assert inside(site.client())


def back(client: Client, cookie: str = "", state: str = "guess") -> int:
    """The status of an answer that the provider never gave."""
    if cookie:
        client.cookies.set("portal_oidc", cookie, "portal.test", "/sign-in")
    return client.get("/sign-in/oidc/back", params={"state": state, "code": "made-up"}).status_code


def test_answers_that_nobody_asked_for_leave_no_entry_and_are_counted(
    engine: Engine, config_dir: Path, doors: Doors
) -> None:
    limited = replace(doors, limits=Limits(0, address="12/hour"))
    site = Site(engine, config_dir, limited)
    stranger = site.client(signed_in=False)
    made_up = b"s n v /".hex()
    assert [back(stranger) for _ in range(4)] == [403] * 4
    assert [back(stranger, made_up) for _ in range(3)] == [403] * 3
    assert back(stranger, b" n v /".hex(), "") == 403
    assert audited(engine, "sign_in.refuse") == []
    assert [back(stranger, made_up, "s") for _ in range(3)] == [403] * 3
    assert len(audited(engine, "sign_in.refuse")) == 3, "those that fit what the browser was sent away with"
    assert travel(site.client(signed_in=False)).status_code == 303, "who comes in is not counted"
    assert back(stranger, made_up, "s") == 403
    answers = [stranger.get("/sign-in/oidc/back", params={"state": "s", "code": "made-up"}) for _ in range(3)]
    assert {each.status_code for each in answers} == {429}
    assert all(int(each.headers["Retry-After"]) > 0 for each in answers)
    assert len(audited(engine, "sign_in.refuse")) == 4
