"""A real Chromium makes an address for a calendar program, which comes by it over HTTP without signing in."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect, sync_playwright

from deploy.local.database import Database
from shared.store.engine import make_engine
from tests.integration.portal_calendar_rows import days, jd, put
from tests.integration.portal_web_rig import Site
from tests.integration.test_portal_accounts_browser import looked_at
from tests.integration.test_portal_web_browser import CHROMIUM, SCREENS

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(180),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is here"),
]


@pytest.fixture(scope="module")
def site(local_database: Database, project_root: Path) -> Iterator[Site]:
    engine = make_engine(local_database.create("portal_calendar_browser", template="template"))
    put(engine, 1, "t1")
    put(engine, 2, "t2", events=jd())
    yield Site(engine, project_root / "config")
    engine.dispose()
    local_database.drop("portal_calendar_browser")


def test_a_calendar_program_subscribes_to_what_the_page_shows(site: Site) -> None:
    with site.served() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        for screen, scheme in zip(sorted(SCREENS), ("light", "dark"), strict=True):
            context = browser.new_context(viewport=SCREENS[screen], locale="en-GB", color_scheme=scheme)  # type: ignore[arg-type]  # one of two
            context.set_default_timeout(20_000)
            page = context.new_page()
            page.goto(f"{base}/enter?token={site.gate.new_link()}")
            page.goto(f"{base}/companies/jd_health")
            looked_at(page, "company-calendar")
            page.get_by_role("button", name="Make an address for a calendar program").click()
            expect(page.get_by_role("status")).to_contain_text("Days of: JD Health")
            looked_at(page, "calendar-address")
            address = page.locator("code.key").inner_text()
            opened = page.get_by_role("link", name="Open it in this device's calendar program")
            expect(opened).to_have_attribute("href", address.replace("http:", "webcal:", 1))
            context.close()
            program = httpx.get(address, headers={"User-Agent": "a calendar"}, timeout=60)
            assert program.status_code == 200
            assert len(days(program.content)) == 2
            again = httpx.get(address, headers={"If-None-Match": program.headers["etag"]}, timeout=60)
            assert (again.status_code, again.content) == (304, b"")
            assert httpx.get(address[:-1], timeout=60).status_code == 401
        browser.close()
