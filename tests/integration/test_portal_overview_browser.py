"""The overview in a real Chromium, desktop and phone: charts are drawn, a bar and a cell lead to the search."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from deploy.local.database import Database
from shared.store.engine import make_engine
from tests.integration.portal_overview_rows import told
from tests.integration.portal_web_rig import Site
from tests.integration.test_portal_web_browser import CHROMIUM, OVERFLOWS, SCREENS, opened

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(240),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is here"),
]
PAINTED = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const bar = getComputedStyle(document.documentElement).getPropertyValue("--bar").trim();
  const wanted = [1, 3, 5].map((at) => parseInt(bar.slice(at, at + 2), 16));
  let found = 0;
  for (let at = 0; at < data.length; at += 4) if (wanted.every((part, place) => data[at + place] === part)) found += 1;
  return found;
}"""
"""How many points of a chart have the colour of a bar."""


@pytest.fixture(scope="module")
def site(local_database: Database, project_root: Path) -> Iterator[Site]:
    engine = make_engine(local_database.create("portal_overview_browser", template="template"))
    told(engine)
    yield Site(engine, project_root / "config")
    engine.dispose()
    local_database.drop("portal_overview_browser")


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    with site.served() as base:
        yield base


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # As root, in a container, Chromium's own sandbox cannot be set up; the pages are our own.
        made = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(params=sorted(SCREENS))
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    scheme = "dark" if request.param == "phone" else "light"
    made = browser.new_context(viewport=SCREENS[request.param], locale="en-GB", color_scheme=scheme)  # type: ignore[arg-type]  # one of two
    made.set_default_timeout(30_000)
    yield made
    made.close()


def test_a_bar_leads_to_its_documents(context: BrowserContext, site: Site, address: str) -> None:
    page, complaints = opened(context, site, address)
    page.goto(f"{address}/overview?weeks=12")
    charts = page.locator(".charts canvas")
    expect(charts).to_have_count(5)
    assert all(canvas.evaluate(PAINTED) > 50 for canvas in charts.all()), "each has bars"
    assert not page.evaluate(OVERFLOWS)
    count = page.locator("#weekly tbody tr:last-child td a").first
    href = str(count.get_attribute("href"))
    over = page.locator(".charts .u-over").first
    box = over.bounding_box()
    assert box is not None
    over.click(position={"x": box["width"] * 0.6 / 12.2, "y": box["height"] - 5})
    expect(page.locator(".count")).to_be_visible()
    assert page.url == f"{address}{href}"
    assert "kind%3Athread" in page.url
    assert complaints == []


def test_the_search_says_the_number_of_the_cell(context: BrowserContext, site: Site, address: str) -> None:
    page, complaints = opened(context, site, address)
    page.goto(f"{address}/overview?weeks=52")
    cell = page.locator("#matrix td.s5 a").first
    number = int(cell.inner_text())
    cell.click()
    expect(page.locator(".count")).to_have_text(re.compile(rf"^{number} threads?$"))
    assert complaints == []


def test_arrow_keys_move_in_a_table(context: BrowserContext, site: Site, address: str) -> None:
    page, _ = opened(context, site, address)
    page.goto(f"{address}/overview?weeks=12")
    first = page.locator("#weekly tbody tr").first.locator("td").first
    first.locator("a").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("End")
    at = _place(page)
    assert at == [2, 5]
    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert _place(page) == [0, 0], "and stay at the border"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".count")).to_be_visible()
    stops = page.goto(f"{address}/overview") and page.locator("#weekly [tabindex='0']").count()
    assert stops == 1, "one stop of the tab key a table"


def _place(page: Page) -> list[int]:
    """Row and column of the cell that has the focus."""
    found = page.evaluate(
        "(() => { const cell = document.activeElement.closest('td, th'); return [cell.parentElement.rowIndex,"
        " cell.cellIndex]; })()"
    )
    return [int(each) for each in found]


def test_two_companies_on_one_scale(context: BrowserContext, site: Site, address: str) -> None:
    page, complaints = opened(context, site, address)
    page.goto(f"{address}/compare?weeks=52")
    page.locator("select[name=b]").select_option("ping_an_good_doctor")
    page.get_by_role("button", name="Show").first.click()
    expect(page.locator("select[name=b]")).to_have_value("ping_an_good_doctor")
    assert "weeks=52" in page.url
    expect(page.locator(".charts canvas")).to_have_count(1)
    assert page.locator(".charts canvas").evaluate(PAINTED) > 50
    assert not page.evaluate(OVERFLOWS)
    page.locator("#weekly thead a").first.click()
    expect(page.locator("h1")).to_contain_text("Alibaba Health")
    assert not page.evaluate(OVERFLOWS)
    assert complaints == []


def test_what_is_new(context: BrowserContext, site: Site, address: str) -> None:
    page, complaints = opened(context, site, address)
    page.goto(f"{address}/new?since=30d")
    assert page.locator(".lines.tall > li").count() > 2
    assert not page.evaluate(OVERFLOWS)
    page.locator(".lines.tall a").first.click()
    expect(page.locator(".timeline > li").first).to_be_visible()
    page.goto(f"{address}/companies")
    assert not page.evaluate(OVERFLOWS)
    assert complaints == []


def test_without_scripts_the_tables_say_it(browser: Browser, site: Site, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"{address}/enter?token={site.gate.new_link()}")
    page.goto(f"{address}/overview")
    expect(page.locator(".charts")).to_be_hidden()
    expect(page.locator("#weekly")).to_be_visible()
    page.locator("#weekly td a").first.click()
    expect(page.locator(".count")).to_be_visible()
    context.close()
