"""The portal for programs: the API as its OpenAPI document says, problem details, and feeds that readers can read."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import feedparser
import httpx
import pytest

from deploy.local.database import Database
from services.portal.web.problems import ApiProblem
from shared.store.engine import make_engine
from tests.integration.portal_web_rig import HOSTILE, RUMOUR, SCRIPT, Client, Site, filled

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def site(local_database: Database, project_root: Path) -> Iterator[Site]:
    engine = make_engine(local_database.create("portal_web_programs", template="template"))
    filled(engine)
    yield Site(engine, project_root / "config")
    engine.dispose()
    local_database.drop("portal_web_programs")


@pytest.fixture
def client(site: Site) -> Client:
    return site.client()


ASKED = (
    ("/api/v1/search", "/api/v1/search?q=医鹿&limit=3"),
    ("/api/v1/search", "/api/v1/search?q=%22"),
    ("/api/v1/search", "/api/v1/search?limit=0"),
    ("/api/v1/search", "/api/v1/search?sort=best"),
    ("/api/v1/search", "/api/v1/search?tz=nowhere"),
    ("/api/v1/search", "/api/v1/search?cursor=made-up"),
    ("/api/v1/documents/{document_id}", f"/api/v1/documents/{RUMOUR}"),
    ("/api/v1/documents/{document_id}", f"/api/v1/documents/{'f' * 32}"),
    ("/api/v1/documents/{document_id}", "/api/v1/documents/x"),
    ("/api/v1/threads/{thread_id}", "/api/v1/threads/tstory"),
    ("/api/v1/threads/{thread_id}", "/api/v1/threads/none"),
)


@pytest.mark.parametrize(("route", "path"), ASKED)
def test_every_answer_is_declared(client: Client, route: str, path: str) -> None:
    described = client.get("/api/v1/openapi.json").json()
    answer = client.get(path)
    declared = described["paths"][route]["get"]["responses"][str(answer.status_code)]["content"]
    name = declared[answer.headers["content-type"]]["schema"]["$ref"].rpartition("/")[2]
    assert name in described["components"]["schemas"]
    if answer.status_code == 200:
        assert set(answer.json()) == set(described["components"]["schemas"][name]["properties"])
    else:
        assert ApiProblem.model_validate(answer.json()).status == answer.status_code
        assert set(answer.json()) <= set(described["components"]["schemas"][name]["properties"])


def test_the_description_knows_no_other_form_of_error(client: Client) -> None:
    assert "HTTPValidationError" not in client.get("/api/v1/openapi.json").text
    missing = client.get("/api/v1/nothing")
    assert (missing.status_code, missing.json()["title"]) == (404, "Not Found")
    wrong = client.post("/api/v1/search")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET")


def test_pages_of_the_api_follow_by_cursor(client: Client) -> None:
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get("/api/v1/search", params={"q": "医鹿", "limit": 2} | ({"cursor": cursor} if cursor else {}))
        seen += [one["document_id"] for one in page.json()["results"]]
        cursor = page.json()["next"]
    assert len(seen) == len(set(seen)) == 7


def test_a_document_for_programs_cites_paragraphs_that_are_there(client: Client) -> None:
    found = client.get(f"/api/v1/documents/{RUMOUR}").json()
    paragraphs = {one["number"]: one["text"] for one in found["paragraphs"]}
    (event,) = found["events"]
    assert event["quote"] in paragraphs[event["paragraph"]]
    for group in found["summary"]:
        for point in group["points"]:
            assert any(point["text"] in paragraphs[number] for number in point["citations"])


def test_a_feed_reader_reads_the_feed(client: Client) -> None:
    answer = client.get("/feed.atom?q=医鹿")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    read = feedparser.parse(answer.content)
    assert not read.bozo
    assert read.version == "atom10"
    assert len(read.entries) == 7
    dates = [entry.updated for entry in read.entries]
    assert dates == sorted(dates, reverse=True)
    assert len({entry.id for entry in read.entries}) == 7
    hostile = next(entry for entry in read.entries if entry.link.endswith(SCRIPT))
    assert hostile.title_detail.type == "text/plain"
    assert hostile.title == HOSTILE
    assert all(link.href.startswith("http") for entry in read.entries for link in entry.links)
    assert not feedparser.parse(client.get("/feed.atom?q=火星文").content).bozo


def test_the_command_serves_prints_a_link_and_stops(database_url: str, project_root: Path) -> None:
    env = {**os.environ, "DATABASE_URL": database_url, "PORTAL_PORT": "0", "CONFIG_DIR": str(project_root / "config")}
    command = [sys.executable, "-m", "services.portal", "run"]
    with subprocess.Popen(command, cwd=project_root, env=env, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        try:
            link = next(
                found[0] for line in served.stdout if (found := re.search(r"http://\S+/enter\?token=\S+", line))
            )
            with httpx.Client(follow_redirects=True, timeout=60) as web:
                page = web.get(link, headers={"Accept-Language": "en"})
                assert page.status_code == 200
                assert "There are no documents yet" in page.text
                assert "wrong, was used" in web.get(link, headers={"Accept-Language": "en"}).text
        finally:
            served.send_signal(signal.SIGTERM)
        assert served.wait(30) == 0
