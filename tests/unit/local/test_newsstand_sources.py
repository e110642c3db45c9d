"""The crawler's own sources read every list of the newsstand, and its extraction reads what is wrongly declared."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.local.newsstand import table as table_module
from deploy.local.newsstand.editions import editions, out
from deploy.local.newsstand.outlets import OUTLETS
from deploy.local.newsstand.saved import INDEX, SavedPage, SavedSite
from deploy.local.newsstand.site import NewsSite
from deploy.local.newsstand.table import load_table
from services.crawler.domain.extraction import extract
from services.crawler.domain.source import Listed, SourcePage
from services.crawler.sources.config import load_sources

pytestmark = pytest.mark.unit

CONFIG = Path(table_module.__file__).parent / "config"
START = datetime(2026, 2, 1, 1, 0, tzinfo=UTC)
LATE = START + timedelta(seconds=60)
BASE = "http://127.0.0.1:8"
EVERY = editions(load_table().pages, START)
SITES = {outlet.name: NewsSite(outlet, EVERY, BASE, START) for outlet in OUTLETS}
TODAY = datetime.now(UTC).date()
VARIABLES = {f"NEWSSTAND_{name.upper()}": BASE for name in SITES}
SOURCES = load_sources(CONFIG / "sources.yaml", VARIABLES, TODAY)


def listed(name: str, now: datetime = LATE) -> tuple[Listed, ...]:
    configured = next(source for source in SOURCES.enabled if source.name == f"newsstand_{name}")
    (request,) = configured.source.start({}, now)
    answer = SITES[name].answer(request.address.removeprefix(BASE), {}, now)
    parsed = configured.source.parse(SourcePage(request, request.address, answer.body, now, None))
    assert parsed.dropped == 0
    return parsed.items


@pytest.mark.parametrize("file", ["sources.yaml", "saved-sources.yaml"])
def test_a_demo_asks_no_site_but_its_own(file: str) -> None:
    sources = load_sources(CONFIG / file, {"NEWSSTAND_SAVED": BASE, **VARIABLES}, TODAY)
    assert sources.enabled
    assert {one.address.startswith(BASE) for one in sources.all} == {True}


@pytest.mark.parametrize("name", SITES)
def test_each_list_is_read_whole_with_dates(name: str) -> None:
    wanted = {edition.page.path: edition for edition in out(EVERY, name, LATE)}
    items = {item.address.removeprefix(BASE).split("?")[0]: item for item in listed(name)}
    assert items.keys() == wanted.keys()
    for path, edition in wanted.items():
        published = items[path].published
        assert items[path].title == edition.title
        assert published is not None
        said = edition.updated if edition.updated and name in {"rss", "listing"} else edition.published
        assert abs(published.at - said) < timedelta(minutes=1), edition.page.id


def test_a_correction_shows_in_the_list() -> None:
    edition = next(e for e in EVERY if e.page.revision == 2)
    name, path = edition.page.outlet, edition.page.path
    before, after = (
        next(item for item in listed(name, moment) if path in item.address)
        for moment in (edition.released - timedelta(seconds=1), edition.released)
    )
    assert (before.marker, before.title) != (after.marker, after.title)
    assert before.address == after.address


@pytest.mark.parametrize("fault", ["declares-latin-1", "declares-gb2312"])
def test_a_wrong_charset_is_read_all_the_same(fault: str) -> None:
    edition = next(e for e in EVERY if e.page.fault == fault)
    answer = SITES[edition.page.outlet].answer(edition.page.path, {}, LATE)
    found = extract(answer.body, BASE + edition.page.path)
    assert found.title == edition.title
    assert edition.paragraphs[0] in found.paragraphs


def test_the_sitemap_of_saved_pages_is_read() -> None:
    pages = tuple(SavedPage(f"p{n}", f"/saved/{n:04d}-p{n}", Path("/nowhere"), n) for n in range(500))
    site = SavedSite(pages, BASE, START)
    sources = load_sources(CONFIG / "saved-sources.yaml", {"NEWSSTAND_SAVED": BASE}, TODAY)
    (configured,) = sources.enabled
    (request,) = configured.source.start({}, LATE)
    assert request.address == BASE + INDEX
    body = site.answer(INDEX, {}, START + timedelta(seconds=500)).body
    assert len(configured.source.parse(SourcePage(request, request.address, body, LATE, None)).items) == len(pages)
