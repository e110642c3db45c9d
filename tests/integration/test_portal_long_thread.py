"""A thread that is longer than a page: every report is shown once, and what is new in it is told over all pages."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client as Assistant
from mcp.client.streamable_http import streamable_http_client

from deploy.local.database import Database
from services.portal.adapters import shelf
from services.portal.application.account_ports import Edit
from services.portal.domain.accounts import READ
from services.portal.signing_in import make_accounts
from shared.store.alerter import Delivery, Thread, ThreadDocument
from shared.store.engine import make_engine
from tests.integration.portal_rows import NOW, classify, document, identity, store
from tests.integration.portal_web_rig import Site

pytestmark = pytest.mark.integration

REPORTS, PAGE = 25, 10


@pytest.fixture(scope="module")
def site(local_database: Database, project_root: Path) -> Iterator[Site]:
    engine = make_engine(local_database.create("portal_long_thread", template="template"))
    store(engine, Thread(thread_id="tlong", opened=NOW, latest=NOW, title="很长的脉络", fact_version=3))
    for number in range(1, REPORTS + 1):
        at = NOW + timedelta(hours=number // 2)  # two join at once
        one = document(number, f"第{number}篇报道", "医鹿与甲合作。", published=at, first_seen=at)
        store(engine, one)
        classify(
            engine,
            one,
            entities=["alibaba_health"],
            events=[("partnership", "completed" if number > 20 else "announced")],
        )
        version = 1 if number <= 3 else 2 if number <= 18 else 3
        same: dict[str, Any] = {
            "revision": 1,
            "document_id": one.document_id,
            "thread_id": "tlong",
            "fact_version": version,
        }
        store(
            engine,
            ThreadDocument(**same, joined=at, reason="same parties"),
            Delivery(**same, subscription="all", channel=f"slack:#{number}", channel_kind="console", kind="new",
                     state="delivered", content={}, decided=at, delivered=at, team="all"),
        )  # fmt: skip
    yield Site(engine, project_root / "config")
    engine.dispose()
    local_database.drop("portal_long_thread")


def test_the_api_gives_all_reports_page_by_page(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = site.client()
    whole = client.get("/api/v1/threads/tlong").json()
    assert (len(whole["reports"]), whole["total"], whole["next"]) == (REPORTS, REPORTS, None)
    monkeypatch.setattr(shelf, "MOST", PAGE)
    reports: list[Any] = []
    told: list[Any] = []
    sizes: list[int] = []
    cursor: Any = ""
    while cursor is not None:
        page = client.get("/api/v1/threads/tlong", params={"cursor": cursor}).json()
        assert page["total"] == REPORTS
        sizes.append(len(page["reports"]))
        reports, told, cursor = page["reports"] + reports, page["told"] + told, page["next"]
    assert sizes == [10, 10, 5]
    assert [one["document_id"] for one in reports] == [identity(number) for number in range(1, REPORTS + 1)]
    assert reports == whole["reports"], "news and events are those of the whole thread"
    assert {one["document_id"] for one in told} == {one["document_id"] for one in whole["told"]}
    assert len(told) == REPORTS
    # a page that ends exactly where the thread begins has none after it
    monkeypatch.setattr(shelf, "MOST", REPORTS)
    assert client.get("/api/v1/threads/tlong").json()["next"] is None


def test_the_page_leads_to_older_reports_and_back(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MOST", PAGE)
    client = site.client()
    path, page = "/threads/tlong?lang=en", ""
    seen: list[int] = []
    while path:
        page = client.get(path, headers={"Accept-Language": "en"}).text
        assert f"{REPORTS} reports" in page
        assert ("Back to the newest reports" in page) is bool(seen)
        seen += [int(each) for each in re.findall(r"第(\d+)篇报道</bdi></a>", page)]
        opened = page.count("Opened the thread")
        older = re.search(r'rel="next" href="([^"]+)"', page)
        path = unescape(older[1]) if older else ""
        assert opened == (0 if older else 1), "the first of all opened it, not the first of a page"
    assert sorted(seen) == list(range(1, REPORTS + 1))
    assert page.count('class="first"') == 1, "announced is told first at the beginning alone"


def test_an_assistant_reads_it_to_its_beginning(
    site: Site, local_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "MOST", PAGE)
    engine = make_engine(local_database.url("portal_long_thread"))
    accounts = make_accounts(engine)
    user = accounts.local("test")
    assert user is not None
    key = accounts.new_key(user, "mcp", frozenset({READ}), None, Edit("test"))

    async def read(address: str) -> list[str]:
        found: list[str] = []
        cursor: str | None = ""
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"}, timeout=60) as web,
            Assistant(streamable_http_client(f"{address}/mcp", http_client=web)) as client,
        ):
            while cursor is not None:
                answer = await client.call_tool("thread", {"thread_id": "tlong", "cursor": cursor})
                page = answer.structured_content
                assert page is not None, answer.content
                found = [one["document_id"] for one in page["reports"]] + found
                cursor = page["next"]
        return found

    with site.served() as address:
        assert anyio.run(read, address) == [identity(number) for number in range(1, REPORTS + 1)]
    engine.dispose()


@pytest.mark.parametrize("cursor", ["x", "A" * 500, "of another thread"])
def test_a_cursor_that_this_thread_did_not_give(site: Site, monkeypatch: pytest.MonkeyPatch, cursor: str) -> None:
    monkeypatch.setattr(shelf, "MOST", PAGE)
    client = site.client()
    if cursor.startswith("of"):
        cursor = client.get("/api/v1/threads/tlong").json()["next"]
        path = "threads/tother"
    else:
        path = "threads/tlong"
    told = client.get(f"/api/v1/{path}", params={"cursor": cursor})
    assert (told.status_code, told.json()["type"]) == (400, "/problems/query")
    assert client.get(f"/{path}", params={"cursor": cursor}).status_code == 404
