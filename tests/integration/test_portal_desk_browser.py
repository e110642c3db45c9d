"""In a real Chromium, desktop and phone: a subscription with its preview, a silence, “wrong”; looked at by axe."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from deploy.local.database import Database
from services.alerter.adapters.subscriptions_versions import SqlVersions
from shared.store.engine import make_engine
from tests.integration.history_rig import STORED, take_in
from tests.integration.portal_accounts_rig import PASSWORD
from tests.integration.portal_desk_rig import FILE, DeskSite
from tests.integration.portal_web_rig import RUMOUR, filled

CHROMIUM = os.environ.get("CRAWLER_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
SHOTS = os.environ.get("SCREENSHOTS")
"""A folder: every page is photographed into it."""
SCREENS: dict[str, ViewportSize] = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 375, "height": 667}}
OVERFLOWS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is here"),
]


@pytest.fixture(scope="module")
def site(local_database: Database, project_root: Path) -> Iterator[DeskSite]:
    engine = make_engine(local_database.create("portal_desk_browser", template="template"))
    SqlVersions(engine).add(FILE, "command", "test", "")
    take_in(engine, *STORED)
    filled(engine)
    yield DeskSite(engine, project_root / "config")
    engine.dispose()
    local_database.drop("portal_desk_browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # As root, in a container, Chromium's own sandbox cannot be set up; the pages are our own.
        made = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(params=sorted(SCREENS))
def page(request: pytest.FixtureRequest, browser: Browser, site: DeskSite) -> Iterator[Page]:
    """A page of ed's: light on the desktop, dark and in Chinese on the phone."""
    SqlVersions(site.engine).add(FILE, "command", "test", "")
    phone = request.param == "phone"
    made = browser.new_context(
        viewport=SCREENS[request.param],
        locale="zh-CN" if phone else "en-GB",
        color_scheme="dark" if phone else "light",
        base_url=request.getfixturevalue("address"),
    )
    made.set_default_timeout(20_000)
    one = made.new_page()
    one.goto("/sign-in")
    one.fill("input[name=name]", "ed")
    one.fill("input[name=password]", PASSWORD)
    one.locator("main form button").first.click()
    yield one
    made.close()


@pytest.fixture(scope="module")
def address(site: DeskSite) -> Iterator[str]:
    with site.served() as base, site.alerters():
        yield base


def looked_at(page: Page, name: str) -> None:
    """Nothing sticks out, axe finds nothing serious."""
    assert page.evaluate(OVERFLOWS) is False, f"{name} is wider than the screen"
    found = Axe().run(page).response["violations"]
    serious = [each for each in found if each["impact"] in ("serious", "critical")]
    assert serious == [], [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in serious]
    if SHOTS:
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)


def test_a_subscription_is_made_previewed_put_in_force_and_silenced(page: Page, site: DeskSite) -> None:
    page.goto("/subscriptions")
    looked_at(page, "subscriptions")
    page.goto("/new-subscription")
    page.fill("input[name=name]", "peers")
    page.locator("input[name='entities:jd_health']").check()
    page.locator("input[name='entities:wedoctor']").check()
    page.fill("textarea[name=channels]", "console")
    page.locator("form.fields").first.locator("select[name=days]").select_option("30")
    looked_at(page, "new-subscription")
    page.locator("form.fields").first.locator("button").click()
    expect(page.locator("form[action$='/apply']")).to_be_visible()
    expect(page.locator(".way li")).to_have_count(2)
    looked_at(page, "preview")
    page.fill("input[name=reason]", "rivals too")
    page.locator("form[action$='/apply'] button").click()
    expect(page.locator("h1")).to_contain_text(str(SqlVersions(site.engine).newest()))
    looked_at(page, "in-force")
    page.goto("/subscriptions/peers")
    page.locator("details summary").click()
    looked_at(page, "subscription")
    page.goto("/silences?subscription=peers&thread=tstory#new")
    page.fill("input[name=reason]", "known")
    looked_at(page, "silences")
    page.locator("form[action='/silences'] button").click()
    expect(page.locator("h1")).to_have_attribute("role", "status")
    page.goto("/silences")
    page.locator("form[action$='/end'] button").first.click()
    expect(page.locator("h1")).to_have_attribute("role", "status")
    looked_at(page, "silence-ended")


def test_what_is_wrong_is_said_where_it_is_wrong(page: Page) -> None:
    page.goto("/subscriptions/strategy")
    page.locator("details summary").click()
    page.fill("textarea.code", "- name: strategy\n  channels: {pager: x}\n")
    page.locator("details button").click()
    expect(page.locator("[role=alert]")).to_contain_text(re.compile("no channel is called pager|没有名为 pager 的渠道"))
    expect(page.locator("pre").first).to_contain_text("channels: {pager: x}")
    looked_at(page, "refused")


def test_wrong_is_pressed_on_an_event(page: Page) -> None:
    page.goto(f"/documents/{RUMOUR}")
    looked_at(page, "document")
    page.locator("a[href*='/wrong?'][href*='event=0']").first.click()
    page.locator("input[value=status]").check()
    page.select_option("select[name=status]", "denied")
    page.fill("textarea[name=note]", "they deny it")
    looked_at(page, "wrong")
    page.locator("form[action='/wrong'] button").click()
    expect(page.locator(".card").first).to_contain_text("they deny it")
    looked_at(page, "corrections")
    page.goto("/threads/tstory")
    looked_at(page, "thread")
