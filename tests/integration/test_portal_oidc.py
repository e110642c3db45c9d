"""Signing in by a real OIDC provider in a process of its own; every way in which its answer may be wrong is refused."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from services.portal.adapters.oidc import OidcProvider
from services.portal.domain.claims import Mapping
from services.portal.signing_in import BACK
from services.portal.web.doorman import Doors
from tests.integration.oidc_provider import CLIENT, SECRET
from tests.integration.portal_accounts_rig import BY, Clock, audited, doors_of
from tests.integration.portal_web_rig import Client, Site

pytestmark = pytest.mark.integration

ADDRESS = "http://portal.test"
MAPPING = Mapping("groups", {"luming-editors": "editor", "luming-admins": "admin"}, "reader", "teams", {})
MAYA = {"sub": "4711", "preferred_username": "Maya.Li@Example.com", "groups": ["luming-editors"], "teams": ["strategy"]}


@pytest.fixture(scope="module")
def issuer(project_root: Path) -> Iterator[str]:
    """The provider's process."""
    command = [sys.executable, "-m", "tests.integration.oidc_provider"]
    with subprocess.Popen(
        command, cwd=project_root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield process.stdout.readline().strip()
        process.stdin.close()
        process.wait(20)


def provider(issuer: str, secret: str = SECRET) -> OidcProvider:
    """The portal's side of it."""
    return OidcProvider(issuer, CLIENT, SecretStr(secret), ADDRESS + BACK, lambda: datetime.now(UTC))


@pytest.fixture
def doors(engine: Engine, issuer: str) -> Doors:
    return doors_of(engine, Clock(), provider=provider(issuer), claims=MAPPING, address=ADDRESS)


@pytest.fixture
def site(engine: Engine, config_dir: Path, doors: Doors) -> Site:
    return Site(engine, config_dir, doors)


def travel(client: Client, who: object = MAYA, fault: str = "", there: str = "/overview") -> httpx.Response:
    """A browser's way to the provider and back."""
    away = client.get("/sign-in/oidc", params={"next": there})
    assert away.status_code == 303, away.text
    told = urlencode({"who": json.dumps(who), "fault": fault})
    sent_back = httpx.get(f"{away.headers['location']}&{told}")
    assert sent_back.status_code == 302, sent_back.text
    back = urlsplit(sent_back.headers["location"])
    assert f"{back.scheme}://{back.netloc}" == ADDRESS
    return client.get(f"{back.path}?{back.query}")


def inside(client: Client) -> bool:
    """Whether pages are shown to this browser."""
    return client.get("/account").status_code == 200


def test_a_person_comes_in_with_the_role_and_teams_that_the_provider_says(
    site: Site, doors: Doors, engine: Engine
) -> None:
    client = site.client(signed_in=False)
    assert "公司账号" in client.get("/sign-in").text
    answer = travel(client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/overview")
    assert inside(client)
    (user,) = doors.accounts.store.users()
    assert (user.name, user.role, user.teams) == ("maya.li@example.com", "editor", ("strategy",))
    assert user.password is None
    assert travel(client, MAYA | {"groups": ["luming-admins", "luming-editors"], "teams": []}).status_code == 303
    (user,) = doors.accounts.store.users()
    assert (user.role, user.teams) == ("admin", ())
    assert travel(client, MAYA | {"sub": "another", "groups": []}).status_code == 303
    names = {each.name: each.role for each in doors.accounts.store.users()}
    assert len(names) == 2, "two people of one name stay two"
    assert sorted(names.values()) == ["admin", "reader"]
    assert [row.who for row in audited(engine, "user.role")] == ["oidc"]


@pytest.mark.parametrize(
    "fault",
    ["nonce", "no-nonce", "state", "issuer", "audience", "azp", "expired", "no-expiry", "future", "unsigned", "secret",
     "public", "foreign", "at_hash", "nobody", "no-subject", "mixed-up", "denied", "code", "no-token"],
)  # fmt: skip
def test_an_answer_that_is_wrong_in_any_way_is_refused(site: Site, engine: Engine, fault: str) -> None:
    client = site.client(signed_in=False)
    answer = travel(client, fault=fault)
    assert answer.status_code == 403
    assert "身份服务的回答无法确认" in answer.text
    assert not inside(client)
    entries = audited(engine, "sign_in.refuse")
    assert len(entries) == (0 if fault == "state" else 1), "anybody can make a state up, as often as one likes"
    assert all(entry.reason and SECRET not in entry.reason for entry in entries)


def test_a_new_key_of_the_provider_is_found(site: Site) -> None:
    client = site.client(signed_in=False)
    assert travel(client).status_code == 303
    assert travel(client, fault="rotated").status_code == 303


def test_only_the_browser_that_was_sent_comes_back_and_once(site: Site) -> None:
    victim, attacker = site.client(signed_in=False), site.client(signed_in=False)
    away = attacker.get("/sign-in/oidc")
    sent_back = urlsplit(httpx.get(f"{away.headers['location']}&who=%7B%22sub%22%3A%22x%22%7D").headers["location"])
    assert victim.get(f"{sent_back.path}?{sent_back.query}").status_code == 403
    assert not inside(victim)
    assert attacker.get(f"{sent_back.path}?{sent_back.query}").status_code == 303
    again = attacker.get(f"{sent_back.path}?{sent_back.query}")
    assert again.status_code == 403
    for cookie in ("", "zz", "00", "61" * 3_000):
        victim.cookies.set("portal_oidc", cookie, "portal.test", "/sign-in")
        assert victim.get("/sign-in/oidc/back?state=a&code=b").status_code == 403


def test_the_browser_is_sent_with_state_nonce_and_a_challenge(site: Site, issuer: str) -> None:
    client = site.client(signed_in=False)
    away = urlsplit(client.get("/sign-in/oidc?next=//evil.test").headers["location"])
    asked = {name: values[0] for name, values in parse_qs(away.query).items()}
    assert f"{away.scheme}://{away.netloc}" == issuer
    assert asked["redirect_uri"] == ADDRESS + BACK
    assert asked["code_challenge_method"] == "S256"
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    assert "openid" in asked["scope"].split()
    assert SECRET not in away.query


def test_who_may_not_come_in_is_refused(site: Site, doors: Doors, engine: Engine, config_dir: Path) -> None:
    strict = doors_of(
        engine, Clock(), provider=doors.provider, address=ADDRESS, claims=Mapping("groups", {"in": "reader"}, None)
    )
    client = Site(engine, config_dir, strict).client(signed_in=False)
    assert travel(client).status_code == 403
    assert doors.accounts.store.users() == []
    assert travel(client, MAYA | {"groups": "in"}).status_code == 303
    (user,) = doors.accounts.store.users()
    doors.accounts.disable(user, BY)
    assert not inside(client)
    assert travel(client, MAYA | {"groups": "in"}).status_code == 403


@pytest.mark.parametrize("where", ["http://127.0.0.1:9", "other"])
def test_a_provider_that_is_away_or_another_is_said(engine: Engine, config_dir: Path, issuer: str, where: str) -> None:
    wrong = issuer.replace("127.0.0.1", "localhost") if where == "other" else where
    doors = doors_of(engine, Clock(), provider=provider(wrong), claims=MAPPING, address=ADDRESS)
    client = Site(engine, config_dir, doors).client(signed_in=False)
    answer = client.get("/sign-in/oidc?lang=en")
    assert answer.status_code == 503
    assert "cannot be reached" in answer.text


def test_a_wrong_secret_is_a_refusal(engine: Engine, config_dir: Path, issuer: str) -> None:
    doors = doors_of(engine, Clock(), provider=provider(issuer, "wrong"), claims=MAPPING, address=ADDRESS)
    client = Site(engine, config_dir, doors).client(signed_in=False)
    assert travel(client).status_code == 403
