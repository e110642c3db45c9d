"""Users sign in, sessions live in the database and end when they should, admins see and end them."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from services.portal.domain.accounts import IDLE, LONGEST
from services.portal.web.doorman import Doors
from tests.integration.portal_accounts_rig import BY, PASSWORD, Clock, add, audited, doors_of, sign_in
from tests.integration.portal_web_rig import Client, Site

PROGRAM = "/api/v1/openapi.json"
pytestmark = pytest.mark.integration


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def doors(engine: Engine, clock: Clock) -> Doors:
    made = doors_of(engine, clock)
    add(made, "anna", "admin")
    add(made, "bo", "reader", "strategy")
    return made


@pytest.fixture
def site(engine: Engine, config_dir: Path, doors: Doors) -> Site:
    return Site(engine, config_dir, doors)


def signed_in(site: Site, name: str) -> Client:
    """That user's browser."""
    client = site.client(signed_in=False)
    assert sign_in(client, name).status_code == 303
    return client


def inside(client: Client) -> bool:
    """Whether pages are shown to this browser."""
    return client.get("/account").status_code == 200


def test_name_and_password_sign_in_and_lead_to_the_page_that_was_asked_for(site: Site, engine: Engine) -> None:
    client = site.client(signed_in=False)
    door = client.get("/?q=医鹿&lang=en")
    assert door.headers["location"].startswith("/sign-in?next=")
    answer = sign_in(client, " ＡＮＮＡ ", there="/?q=%E5%8C%BB%E9%B9%BF")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?q=%E5%8C%BB%E9%B9%BF")
    cookie = next(each for each in answer.headers.get_list("set-cookie") if each.startswith("portal_session="))
    assert re.search("httponly", cookie, re.IGNORECASE)
    assert re.search("samesite=lax", cookie, re.IGNORECASE)
    assert "secure" not in cookie.lower()
    assert inside(client)
    assert [(row.subject, row.detail) for row in audited(engine, "sign_in.accept")] == [("anna", {"via": "password"})]
    with engine.connect() as db:
        stored = str(db.execute(text("select * from portal_sessions")).all())
    assert client.cookies["portal_session"] not in stored, "the database holds nothing that opens"


@pytest.mark.parametrize(
    ("name", "password"),
    [("anna", "wrong"), ("anna", ""), ("nobody", PASSWORD), ("", ""), ("anna' or '1'='1", "x"), ("\x00", "\x00"),
     ("a" * 10_000, PASSWORD), ("<script>", "<script>"), ("local", "")],
)  # fmt: skip
def test_all_that_is_wrong_is_refused_in_the_same_words(site: Site, engine: Engine, name: str, password: str) -> None:
    client = site.client(signed_in=False)
    answer = sign_in(client, name, password)
    assert answer.status_code == 403
    assert "portal_session" not in client.cookies
    assert "用户名或密码不对" in answer.text
    assert "<script>" not in answer.text
    english = client.get("/sign-in?lang=en").text
    assert "Password" in english
    (entry,) = audited(engine, "sign_in.refuse")
    assert entry.who == ("anna" if name == "anna" else "unknown"), "a name that nobody has may be a password"


def test_the_sign_in_form_of_another_page_or_site_is_refused(site: Site) -> None:
    client = site.client(signed_in=False)
    fields = {"name": "anna", "password": PASSWORD, "next": "/"}
    for csrf in ("", "0" * 64):
        assert client.ask("POST", "/sign-in", data={**fields, "csrf": csrf}).status_code == 403
    for headers in ({"Origin": "https://evil.test"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert sign_in(client, "anna", headers=headers).status_code == 403
    assert not inside(client)
    assert sign_in(client, "anna", headers={"Origin": "http://portal.test"}).status_code == 303


def test_signing_in_gives_a_new_session_and_ends_the_one_before(site: Site) -> None:
    client = site.client(signed_in=False)
    client.cookies.set("portal_session", "planted-by-somebody-else-0123456789abcdefghi", "portal.test", "/")
    assert sign_in(client, "anna").status_code == 303
    first = client.cookies["portal_session"]
    assert "planted" not in first
    assert sign_in(client, "bo").status_code == 303
    other = site.client(signed_in=False)
    other.cookies.set("portal_session", first)
    assert not inside(other)
    assert inside(client)


def test_a_session_outlives_a_restart_and_ends_when_it_is_not_used(
    site: Site, engine: Engine, config_dir: Path, doors: Doors, clock: Clock
) -> None:
    cookie = signed_in(site, "bo").cookies["portal_session"]
    again = Site(engine, config_dir, doors).client(signed_in=False)
    again.cookies.set("portal_session", cookie)
    for _ in range(5):  # it slides
        clock.ahead += IDLE - timedelta(minutes=1)
        if clock.ahead < LONGEST:
            assert inside(again)
    assert not inside(again), "and has an end all the same"
    clock.ahead = timedelta()
    idle = signed_in(site, "bo")
    clock.ahead = IDLE + timedelta(minutes=1)
    assert not inside(idle)


def test_signing_out_ends_the_session_in_the_database_too(site: Site) -> None:
    client = signed_in(site, "bo")
    cookie = client.cookies["portal_session"]
    assert client.post("/sign-out").headers["location"] == "/sign-in"
    client.cookies.set("portal_session", cookie, "portal.test", "/")
    assert not inside(client)


def test_sign_out_everywhere_and_one_by_one(site: Site) -> None:
    one, two, three = (signed_in(site, "bo") for _ in range(3))
    other = signed_in(site, "anna")
    page = one.get("/account?lang=en").text
    ids = re.findall(r'name="session" value="(\w+)"', page)
    assert len(ids) == 3
    assert "this browser" in page
    assert other.post("/account/sessions/end", session=ids[0]).status_code == 303
    assert all(inside(each) for each in (one, two, three)), "another's session is not one's own to end"
    newest_first = {ids[0]: three, ids[1]: two, ids[2]: one}
    assert one.post("/account/sessions/end", session=ids[0]).status_code == 303
    assert not inside(newest_first[ids[0]])
    assert inside(one)
    assert inside(two)
    assert one.post("/account/sessions/end").headers["location"] == "/sign-in"
    assert not inside(one)
    assert not inside(two)
    assert inside(other)


def test_disabling_a_user_ends_everything_at_once(site: Site, doors: Doors, engine: Engine) -> None:
    admin, bo = signed_in(site, "anna"), signed_in(site, "bo")
    user = doors.accounts.store.user("bo")
    assert user is not None
    key = doors.accounts.new_key(user, "script", frozenset({"read"}), None, BY)
    assert bo.ask("GET", PROGRAM, headers={"Authorization": f"Bearer {key}"}).status_code == 200
    assert admin.post("/accounts/disable", user=user.id).status_code == 303
    assert not inside(bo)
    assert bo.ask("GET", PROGRAM, headers={"Authorization": f"Bearer {key}"}).status_code == 401
    assert sign_in(bo, "bo").status_code == 403
    assert admin.post("/accounts/enable", user=user.id).status_code == 303
    assert not inside(bo), "what ended stays ended"
    assert sign_in(bo, "bo").status_code == 303
    assert [(row.who, row.subject) for row in audited(engine, "user.disable")] == [("anna", "bo")]


def test_a_new_password_ends_all_sessions_but_that_of_who_sets_it(site: Site) -> None:
    bo, elsewhere = signed_in(site, "bo"), signed_in(site, "bo")
    assert bo.post("/account/password", old="wrong", new="another good password").status_code == 403
    for weak in ("short", "aaaaaaaaaaaaaaaa", "x" * 1_001):
        assert bo.post("/account/password", old=PASSWORD, new=weak).status_code == 422
    assert inside(elsewhere)
    assert bo.post("/account/password", old=PASSWORD, new="another good password").status_code == 303
    assert inside(bo)
    assert not inside(elsewhere)
    assert sign_in(elsewhere, "bo").status_code == 403
    assert sign_in(elsewhere, "bo", "another good password").status_code == 303


def test_only_admins_see_and_change_users(site: Site, doors: Doors, engine: Engine) -> None:
    admin, bo = signed_in(site, "anna"), signed_in(site, "bo")
    ids = {user.name: user.id for user in doors.accounts.store.users()}
    assert bo.get("/accounts?lang=en").status_code == 403
    assert "Your role does not allow this" in bo.get("/accounts").text
    for path in ("/accounts/disable", "/accounts/enable", "/accounts/role", "/accounts/sessions/end"):
        assert bo.post(path, user=ids["anna"], role="reader").status_code == 403
        assert admin.post(path, user="made up", role="reader").status_code == 404
    page = admin.get("/accounts?lang=en").text
    assert "strategy" in page
    assert admin.post("/accounts/role", user=ids["bo"], role="editor", teams="strategy, legal").status_code == 303
    changed = doors.accounts.store.user("bo")
    assert changed is not None
    assert (changed.role, changed.teams) == ("editor", ("strategy", "legal"))
    for role, teams in (("owner", ""), ("admin", "x" * 65), ("admin", "a\x1bb")):
        assert admin.post("/accounts/role", user=ids["bo"], role=role, teams=teams).status_code == 422
    for path in ("/accounts/disable", "/accounts/role"):
        assert admin.post(path, user=ids["anna"], role="reader").status_code == 422, "nobody locks himself out"
    assert admin.post("/accounts/sessions/end", user=ids["bo"]).status_code == 303
    assert not inside(bo)
    assert [row.detail for row in audited(engine, "user.role")] == [{"role": "editor"}]


def test_no_page_shows_a_hash(site: Site, engine: Engine) -> None:
    admin = signed_in(site, "anna")
    pages = admin.get("/accounts").text + admin.get("/account").text
    with engine.connect() as db:
        for (hashed,) in db.execute(text("select password from portal_users")):
            assert hashed.startswith("$argon2id$")
            assert hashed not in pages


def test_behind_https_cookies_keep_to_it(engine: Engine, config_dir: Path, clock: Clock) -> None:
    doors = doors_of(engine, clock, address="https://portal.test")
    add(doors, "anna", "admin")
    client = Site(engine, config_dir, doors).client(signed_in=False)
    page = client.ask("GET", "https://portal.test/sign-in")
    assert page.headers["strict-transport-security"].startswith("max-age=")
    token = re.search(r'name="csrf" value="(\w+)"', page.text)
    assert token is not None
    fields = {"csrf": token[1], "name": "anna", "password": PASSWORD, "next": "//evil.test"}
    answer = client.ask("POST", "https://portal.test/sign-in", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    for cookie in page.headers.get_list("set-cookie") + answer.headers.get_list("set-cookie"):
        if cookie.startswith("portal_"):
            assert re.search(r"; secure", cookie, re.IGNORECASE), cookie
    assert client.ask("GET", "https://portal.test/account").status_code == 200
    assert client.ask("GET", "http://portal.test/account").status_code == 303, "a browser does not send it in the clear"
