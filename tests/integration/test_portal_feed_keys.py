"""Feeds without signing in: by a secret in the address, for one search alone, until it is revoked."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import feedparser
import pytest
from sqlalchemy import text

from deploy.local.database import Database
from services.portal.application.account_ports import Edit
from services.portal.application.feed_keys import MOST, FeedKeys, TooManyFeeds
from services.portal.domain.accounts import EXPORT, READ
from services.portal.signing_in import make_accounts
from services.portal.web.reader import csrf_of
from shared.store.engine import make_engine
from tests.integration.feed_checks import atom_problems, json_problems
from tests.integration.portal_web_rig import Client, Site, filled

pytestmark = pytest.mark.integration

QUERY = '医鹿 "线上问诊" -招聘'


@pytest.fixture(scope="module")
def site(local_database: Database, project_root: Path) -> Iterator[Site]:
    engine = make_engine(local_database.create("portal_feed_keys", template="template"))
    filled(engine)
    made = Site(engine, project_root / "config")
    made.engine = engine  # type: ignore[attr-defined]  # for what the tests look up
    yield made
    engine.dispose()
    local_database.drop("portal_feed_keys")


def addresses(client: Client, query: str) -> list[str]:
    """What the page shows, without the host."""
    page = client.post("/feed-address", q=query)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    return [
        unescape(each).removeprefix("http://portal.test") for each in re.findall(r'class="key">([^<]+)<', page.text)
    ]


def test_a_feed_reader_comes_by_the_address(site: Site) -> None:
    client, stranger = site.client(), site.client(signed_in=False)
    atom, json_feed = addresses(client, QUERY)
    for address, problems in ((atom, atom_problems), (json_feed, json_problems)):
        answer = stranger.get(address)
        assert answer.status_code == 200
        assert problems(answer.content) == []
        assert answer.content
    read = feedparser.parse(stranger.get(atom).content)
    own = next(link.href for link in read.feed.links if link.rel == "self")
    assert own == f"http://portal.test{atom}"


def test_it_opens_that_feed_and_nothing_else(site: Site) -> None:
    atom, _ = addresses(site.client(), QUERY)
    token = atom.rpartition("token=")[2]
    stranger = site.client(signed_in=False)
    for address in (
        f"/feed.atom?token={token}",
        f"/feed.atom?q=医鹿&token={token}",
        f"{atom}&q=医鹿",  # what is read last decides, for the key as for the feed
        f"/feed.json?q=%E5%8C%BB&token={token}",
        f"/api/v1/search?q=医鹿&token={token}",
        f"/export.csv?q=医鹿&token={token}",
        atom.replace("token=feed_", "token=luming_"),
        atom[:-1],
        "/feed.atom?token=" + "x" * 9_000,
    ):
        answer = stranger.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json"), address
    bearer = stranger.get("/feed.atom", headers={"Authorization": f"Bearer {token}"})
    assert bearer.status_code == 401
    assert stranger.get("/", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_it_stands_among_the_keys_and_is_revoked_there(site: Site) -> None:
    client, stranger = site.client(), site.client(signed_in=False)
    atom, json_feed = addresses(client, "医鹿")
    page = client.get("/account?lang=en").text
    assert "Feed: 医鹿" in page
    token = atom.rpartition("token=")[2]
    with site.engine.connect() as db:  # type: ignore[attr-defined]  # as above
        held = db.execute(text("select * from portal_keys where name = 'Feed: 医鹿'")).mappings().one()
    assert token not in str(dict(held))
    client.post("/account/keys/revoke", key=held["id"])
    assert stranger.get(atom).status_code == stranger.get(json_feed).status_code == 401


def test_a_key_reads_feeds_too_when_it_may_read(site: Site) -> None:
    accounts = make_accounts(site.engine)  # type: ignore[attr-defined]  # as above
    user = accounts.local("test")
    assert user is not None
    stranger = site.client(signed_in=False)
    for scope, status in ((READ, 200), (EXPORT, 403)):
        key = accounts.new_key(user, scope, frozenset({scope}), None, Edit("test"))
        assert stranger.get("/feed.json?q=医鹿", headers={"Authorization": f"Bearer {key}"}).status_code == status
    # An export needs both: what it takes out is read.
    key = accounts.new_key(user, "read", frozenset({READ}), None, Edit("test"))
    answer = stranger.get("/export.csv?q=医鹿", headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/scope")
    both = accounts.new_key(user, "both", frozenset({READ, EXPORT}), None, Edit("test"))
    assert stranger.get("/export.csv?q=医鹿", headers={"Authorization": f"Bearer {both}"}).status_code == 200


def test_a_reader_exports_nothing(site: Site) -> None:
    accounts = make_accounts(site.engine)  # type: ignore[attr-defined]  # as above
    for role, status in (("reader", 403), ("editor", 200)):
        user = accounts.add_user(f"a.{role}", "a long enough password", role, (), Edit("test"))  # type: ignore[arg-type]  # it is one of them
        cookie = accounts.enter(user, "password", "test")
        client = site.client(signed_in=False)
        client.cookies.set("portal_session", cookie, domain="portal.test")
        answer = client.get("/export.jsonl?q=医鹿")
        assert answer.status_code == status
        page = client.get("/?q=医鹿").text
        assert ("/export.csv?q=" in page) is (role == "editor")
        assert 'action="/feed-address"' in page


def test_a_forged_form_makes_no_address(site: Site) -> None:
    client = site.client()
    assert client.ask("POST", "/feed-address", data={"q": "医鹿"}).status_code == 403
    assert client.post("/feed-address", q="a" * 10_000).status_code == 400


def test_a_user_has_a_hundred_feeds_and_no_more(site: Site) -> None:
    accounts = make_accounts(site.engine)  # type: ignore[attr-defined]  # as above
    accounts.add_user("many", "a long enough password", "reader", (), Edit("test"))
    user = accounts.store.user("many")
    assert user is not None
    client = site.client(signed_in=False)
    client.cookies.set("portal_session", accounts.enter(user, "password", "test"), domain="portal.test")
    feeds = FeedKeys(accounts.store, lambda: datetime.now(UTC))
    for number in range(MOST - 3):
        feeds.new(user, f"医鹿{number}", Edit("test"))
    old = accounts.store.keys(user.id)[-1]
    assert old.name == "Feed: 医鹿0"
    accounts.revoke(old.id, user, Edit("test"))

    def make(number: int) -> bool:
        try:
            return bool(feeds.new(user, f"at once {number}", Edit("test")))
        except TooManyFeeds:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(make, range(12))) == 4, "one was revoked, and those that are made at once count each other"
    refused = client.ask(
        "POST", "/feed-address?lang=zh", data={"csrf": csrf_of(client.cookies["portal_session"]), "q": "医鹿"}
    )
    assert refused.status_code == 409
    assert "你已有 100 个可用的订阅地址" in refused.text
    keys = accounts.store.keys(user.id)
    assert [one.id for one in keys if one.revoked] == [old.id] == [keys[-1].id]
    assert [one.created for one in keys[:-1]] == sorted((one.created for one in keys[:-1]), reverse=True)
    accounts.new_key(user, "a program's", frozenset({READ}), None, Edit("test"))
    accounts.revoke(keys[0].id, user, Edit("test"))
    assert client.post("/feed-address", q="医鹿").status_code == 200
    assert accounts.store.keys(user.id)[0].name == "Feed: 医鹿"
