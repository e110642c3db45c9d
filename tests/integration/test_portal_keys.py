"""Keys of programs: what they open, what not; forged edits; how often one may ask."""

import re
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from services.portal.web.doorman import Doors
from services.portal.web.limits import Limits
from tests.integration.portal_accounts_rig import BY, Clock, add, audited, doors_of, sign_in
from tests.integration.portal_web_rig import Client, Site

PROGRAM = "/api/v1/openapi.json"
"""What a program may read."""
pytestmark = pytest.mark.integration


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def doors(engine: Engine, clock: Clock) -> Doors:
    made = doors_of(engine, clock)
    add(made, "anna", "admin")
    return made


@pytest.fixture
def site(engine: Engine, config_dir: Path, doors: Doors) -> Site:
    return Site(engine, config_dir, doors)


def key_of(doors: Doors, *scopes: str, lasts: timedelta | None = None) -> dict[str, str]:
    """The header of a new key of Anna's."""
    user = doors.accounts.store.user("anna")
    assert user is not None
    made = doors.accounts.new_key(user, "script", frozenset(scopes), lasts, BY)
    return {"Authorization": f"Bearer {made}"}


def test_a_key_opens_what_its_scopes_hold(site: Site, doors: Doors, clock: Clock) -> None:
    client = site.client(signed_in=False)
    reads = key_of(doors, "read", lasts=timedelta(days=1))
    assert client.get(PROGRAM, headers=reads).status_code == 200
    refused = client.ask("POST", "/account/keys", headers=reads)
    assert refused.status_code == 403
    assert "insufficient_scope" in refused.headers["www-authenticate"]
    writes = key_of(doors, "write")
    assert client.get(PROGRAM, headers=writes).status_code == 403
    for path in ("/account/keys", "/account/sessions/end", "/accounts/role", "/account/password"):
        assert client.ask("POST", path, headers=writes, data={"name": "x", "read": "1"}).status_code == 403, path
    for path in ("/account", "/accounts"):
        assert client.get(path, headers=reads).status_code == 403, "a key sees no accounts"
    clock.ahead = timedelta(days=2)
    late = client.get(PROGRAM, headers=reads)
    assert late.status_code == 401
    assert late.json()["type"] == "/problems/key"


@pytest.mark.parametrize(
    "shown", ["Bearer", "Bearer x", "bearer luming_" + "a" * 43, "Bearer " + "l" * 9_000, "Bearer luming_é"]
)
def test_a_key_that_is_none_is_refused_even_beside_a_session(site: Site, shown: str) -> None:
    client = site.client()
    answer = client.get(PROGRAM, headers=[(b"Authorization", shown.encode())])
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert "invalid_token" in answer.headers["www-authenticate"]


def test_a_login_of_a_proxy_is_no_key(site: Site) -> None:
    for shown in (b"", b"Basic YW5uYTp4", "é".encode()):
        assert site.client().get(PROGRAM, headers=[(b"Authorization", shown)]).status_code == 200
        assert site.client(signed_in=False).get(PROGRAM, headers=[(b"Authorization", shown)]).status_code == 401


def test_a_key_is_made_in_the_page_shown_once_and_revoked(site: Site, engine: Engine) -> None:
    client = site.client(signed_in=False)
    assert sign_in(client, "anna").status_code == 303
    page = client.post("/account/keys", name="my <b>script</b>", read="1", export="1", days="30")
    assert page.headers["cache-control"] == "no-store"
    assert "<b>script" not in page.text
    key = re.search(r"luming_[\w-]{43}", page.text)
    assert key is not None
    headers = {"Authorization": f"Bearer {key[0]}"}
    program = site.client(signed_in=False)
    assert program.get(PROGRAM, headers=headers).status_code == 200
    assert key[0] not in client.get("/account").text
    with engine.connect() as db:
        (row,) = db.execute(text("select * from portal_keys")).all()
    assert key[0] not in str(row)
    assert row.used is not None
    assert client.post("/account/keys/revoke", key=row.id).status_code == 303
    assert program.get(PROGRAM, headers=headers).status_code == 401
    assert client.post("/account/keys/revoke", key=row.id).status_code == 422
    assert [entry.who for what in ("key.add", "key.revoke") for entry in audited(engine, what)] == ["anna", "anna"]
    for wrong in ({"name": "", "read": "1"}, {"name": "x"}, {"name": "x", "read": "1", "days": "0"},
                  {"name": "x", "read": "1", "days": "ten"}):  # fmt: skip
        assert client.post("/account/keys", **wrong).status_code == 422


@pytest.mark.parametrize("path", ["/sign-out", "/account/keys", "/account/sessions/end", "/accounts/disable"])
def test_an_edit_from_elsewhere_is_refused(site: Site, path: str) -> None:
    client = site.client()
    for form in ({}, {"csrf": ""}, {"csrf": "0" * 64}):
        answer = client.ask("POST", path, data=form)
        assert answer.status_code == 403
        assert "不是从您当前登录的页面发出的" in answer.text
    assert client.ask("POST", path, content=b"a" * 2_000_000, headers={
        "Content-Type": "application/x-www-form-urlencoded"}).status_code == 413  # fmt: skip
    assert client.ask("POST", path, json={"csrf": "x"}).status_code == 403
    other = site.client()
    token = re.search(r'name="csrf" value="(\w+)"', other.get("/account").text)
    assert token is not None
    assert client.ask("POST", path, data={"csrf": token[1]}).status_code == 403, "a token of another session"
    assert client.get("/account").status_code == 200


def limited(engine: Engine, config_dir: Path, **more: object) -> tuple[Site, Doors]:
    """A site that counts."""
    doors = doors_of(engine, Clock(), **more)
    add(doors, "anna", "admin")
    return Site(engine, config_dir, doors), doors


def test_attempts_to_sign_in_have_growing_waits(engine: Engine, config_dir: Path) -> None:
    limits = Limits(0, person="3/minute;5/hour", name="100/hour", address="100/hour")
    site, _ = limited(engine, config_dir, limits=limits)
    client = site.client(signed_in=False)
    for name in ("anna", "nobody"):  # no matter whether there is such a user
        assert [sign_in(client, name, "wrong").status_code for _ in range(3)] == [403] * 3
        refused = sign_in(client, name)
        assert refused.status_code == 429, "the right password is not tried either"
        assert 1 <= int(refused.headers["retry-after"]) <= 61
    assert len(audited(engine, "sign_in.refuse")) == 6


def test_a_sign_in_forgives_mistakes_and_names_of_other_addresses_stand_apart(engine: Engine, config_dir: Path) -> None:
    limits = Limits(0, person="3/minute", name="100/hour", address="100/hour")
    site, _ = limited(engine, config_dir, limits=limits, proxies=(ip_network("127.0.0.0/8"),))
    client = site.client(signed_in=False)
    for _ in range(3):
        assert sign_in(client, "anna", "wrong").status_code == 403
        assert sign_in(client, "anna", "wrong").status_code == 403
        assert sign_in(client, "anna").status_code == 303
        client.post("/sign-out")
    for _ in range(3):
        sign_in(client, "anna", "wrong", headers={"X-Forwarded-For": "203.0.113.1"})
    assert sign_in(client, "anna", headers={"X-Forwarded-For": "203.0.113.1"}).status_code == 429
    assert sign_in(client, "anna", headers={"X-Forwarded-For": "203.0.113.2"}).status_code == 303


def test_a_header_moves_nobody_s_limit_unless_a_known_proxy_wrote_it(engine: Engine, config_dir: Path) -> None:
    site, _ = limited(engine, config_dir, limits=Limits(0, person="2/minute", name="100/hour", address="100/hour"))
    client = site.client(signed_in=False)
    answers = [
        sign_in(client, "anna", "wrong", headers={"X-Forwarded-For": f"203.0.113.{number}"}).status_code
        for number in range(4)
    ]
    assert answers == [403, 403, 429, 429]


def test_requests_are_counted_by_session_and_by_key(engine: Engine, config_dir: Path) -> None:
    site, doors = limited(engine, config_dir, limits=Limits(5, *["1000/minute"] * 3))
    one, two, program = site.client(signed_in=False), site.client(signed_in=False), site.client(signed_in=False)
    key = key_of(doors, "read")
    answers = [program.get(PROGRAM, headers=key) for _ in range(7)]
    assert [each.status_code for each in answers] == [200] * 5 + [429] * 2
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert answers[-1].json()["retry_after"] == int(answers[-1].headers["retry-after"])
    assert sign_in(one, "anna").status_code == 303
    assert sign_in(two, "anna").status_code == 303
    assert [one.get("/account").status_code for _ in range(6)] == [200] * 5 + [429]
    assert "请求过于频繁" in one.get("/account").text
    assert two.get("/account").status_code == 200
    assert _stranger(program) == 429


def _stranger(client: Client) -> int:
    """What a stranger is answered who asks on and on."""
    return max(client.get("/sign-in").status_code for _ in range(6))
