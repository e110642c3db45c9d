"""Overview over the real database: every figure is that of the search behind its link."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import Engine

from deploy.local.database import Database
from shared.store.engine import make_engine
from tests.integration.portal_overview_rows import many, told
from tests.integration.portal_web_rig import Client, Site

pytestmark = pytest.mark.integration

CELL = re.compile(r'<td[^>]*><a href="([^"]+)">([\d,]+)</a></td>')


@pytest.fixture(scope="module")
def stored(local_database: Database) -> Iterator[Engine]:
    engine = make_engine(local_database.create("portal_overview", template="template"))
    told(engine)
    yield engine
    engine.dispose()
    local_database.drop("portal_overview")


@pytest.fixture(scope="module")
def site(stored: Engine, project_root: Path) -> Site:
    return Site(stored, project_root / "config")


@pytest.fixture
def client(site: Site) -> Client:
    return site.client()


def found(client: Client, href: str) -> int:
    """How many the search behind a link finds."""
    page = client.get(unescape(href) + "&lang=en").text
    said = re.search(r'<h1 class="count">([\d,]+) ', page)
    assert said is not None, page
    return int(said[1].replace(",", ""))


@pytest.mark.parametrize(
    "asked",
    ["weeks=12", "weeks=4&of=documents", "by=label&entity=alibaba_health", "from=2026-01-01&to=2026-11-22&tz=UTC",
     "label=partnership&of=documents", "tz=America/Los_Angeles"],
)  # fmt: skip
def test_every_count_is_that_of_its_search(client: Client, asked: str) -> None:
    cells = CELL.findall(client.get(f"/overview?{asked}").text)
    assert len(cells) > 10, client.get(f"/overview?{asked}").text[-3000:]
    for href, count in set(cells):
        assert found(client, href) == int(count.replace(",", "")), href


@pytest.mark.parametrize(
    "path", ["/companies?weeks=52", "/companies/alibaba_health", "/compare?a=alibaba_health&b=jd_health&weeks=52",
             "/compare?a=jd_health&b=ant_group&label=partnership&of=documents"],
)  # fmt: skip
def test_every_count_of_companies_is_that_of_its_search(client: Client, path: str) -> None:
    cells = CELL.findall(client.get(path).text)
    assert len(cells) > 5
    for href, count in set(cells):
        assert found(client, href) == int(count.replace(",", "")), href


def test_a_cell_of_more_stories_than_a_search_scores(stored: Engine, client: Client) -> None:
    """Searches with words score the newest 300 documents; stories are counted whatever their number is."""
    many(stored, "wedoctor", 450)
    page = client.get("/overview?weeks=52&of=stories").text
    cells = {unescape(href): int(count) for href, count in CELL.findall(page) if "wedoctor" in href and "label" in href}
    href, count = max(cells.items(), key=lambda item: item[1])
    assert count == 450 - 450 // 3
    assert found(client, href) == count
    seen, address = set[str](), f"{href}&lang=en"
    for _ in range(count // 20 + 1):
        results = client.get(address).text
        seen |= set(re.findall(r'class="result">\s*<h2><a href="/documents/([0-9a-f]{32})', results))
        following = re.search(r'rel="next" href="([^"]+)"', results)
        if following is None:
            break
        address = unescape(following[1])
    assert len(seen) == count, "and every one of them is on a page"
