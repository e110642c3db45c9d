"""The overview and what is new for programs: the same figures as the search's, and clear answers to bad input."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.database import Database
from shared.store.engine import make_engine
from tests.integration.portal_overview_rows import QUOTE, told
from tests.integration.portal_web_rig import Client, Site

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def client(local_database: Database, project_root: Path) -> Iterator[Client]:
    engine = make_engine(local_database.create("portal_overview_api", template="template"))
    told(engine)
    yield Site(engine, project_root / "config").client()
    engine.dispose()
    local_database.drop("portal_overview_api")


@pytest.mark.parametrize("asked", ["weeks=8", "by=label&entity=jd_health&tz=UTC", "from=2026-06-01&to=2026-11-22"])
def test_the_figures_are_those_of_the_search(client: Client, asked: str) -> None:
    answer = client.get(f"/api/v1/overview?{asked}").json()
    cells = [one for week in answer["weeks"] for one in week["counts"]] + answer["period"]
    assert len(cells) > 10
    for one in cells[:: max(1, len(cells) // 40)]:
        for kind in ("stories", "documents"):
            named = {"q": one[f"{kind}_query"], "tz": answer["timezone"], "limit": 1}
            assert client.get("/api/v1/search", params=named).json()["total"] == {"value": one[kind], "exact": True}


def test_weeks_are_whole_and_without_a_gap(client: Client) -> None:
    answer = client.get("/api/v1/overview?from=2026-03-04&to=2026-04-01&tz=Europe/Berlin").json()
    assert [one["first"] for one in answer["weeks"]] == [
        "2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23", "2026-03-30"
    ]  # fmt: skip
    assert (answer["first"], answer["last"]) == ("2026-03-02", "2026-04-05")


@pytest.mark.parametrize(
    "asked",
    ["weeks=0", "weeks=261", "weeks=x", "from=2026-02-30", "from=2026-11-22&to=2026-11-01", "from=1000-01-01",
     "from=2026-01-01&to=9999-12-31", "entity=nobody", "label=<script>", "by=source", "tz=Mars/Olympus",
     "entity=jd_health&by=entity", "label=partnership&by=label", "entity=" + "x" * 5_000, "entity=%00"],
)  # fmt: skip
def test_what_cannot_be_asked_is_said(client: Client, asked: str) -> None:
    answer = client.get(f"/api/v1/overview?{asked}")
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "asked",
    ["weeks=0", "weeks=9999", "weeks=-1", "from=x", "from=2026-11-22&to=2026-11-01", "from=0001-01-01", "entity=nobody",
     "label=%3Cscript%3E", "by=source", "of=x", "tz=Mars/Olympus", "entity=" + "x" * 5_000, "weeks=%00"],
)  # fmt: skip
def test_a_page_passes_over_what_it_cannot_use_and_says_so(client: Client, asked: str) -> None:
    for path in ("/overview", "/companies", "/compare", "/companies/alibaba_health"):
        page = client.get(f"{path}?{asked}&lang=en")
        assert page.status_code == 200
        assert "<script>" not in page.text.replace("<script src", "")
    if not asked.startswith("tz"):
        assert "cannot be used" in client.get(f"/overview?{asked}&lang=en").text


def test_changes(client: Client) -> None:
    answer = client.get("/api/v1/changes?since=52w").json()
    assert answer["new_stories"] == len(answer["stories"]) > 40
    assert answer["moved_stories"] == 0, "within a year every story is new"
    assert QUOTE not in str(answer)
    assert client.get("/api/v1/changes").json()["new_stories"] < answer["new_stories"]
    for since in ("x", "2026-13-01", "9999y", "-1d", "x" * 41, "\x00"):
        assert client.get("/api/v1/changes", params={"since": since}).status_code in (400, 422), since


def test_there_is_no_page_of_a_stranger(client: Client) -> None:
    for identifier in ("nobody", "x" * 3_000, "%00", "%3Cscript%3E", "jd_health%27"):
        assert client.get(f"/companies/{identifier}").status_code == 404
    wrong = client.get("/compare?a=nobody&b=jd_health&lang=en").text
    assert "cannot be used" in wrong
    assert client.get("/compare?a=jd_health&b=jd_health").status_code == 200
