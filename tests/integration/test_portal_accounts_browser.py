"""A real Chromium signs in by password, is refused, sees its account and makes a key; admins see users."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from deploy.local.database import Database
from shared.store.engine import make_engine
from tests.integration.portal_accounts_rig import PASSWORD, Clock, add, doors_of
from tests.integration.portal_web_rig import Site
from tests.integration.test_portal_web_browser import CHROMIUM, OVERFLOWS, SCREENS

SHOTS = os.environ.get("SCREENSHOTS")
"""A folder that pictures of the pages are put into, for people to look at."""

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(180),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is here"),
]


@pytest.fixture(scope="module")
def address(local_database: Database, project_root: Path) -> Iterator[str]:
    engine = make_engine(local_database.create("portal_accounts_browser", template="template"))
    doors = doors_of(engine, Clock())
    add(doors, "anna", "admin")
    add(doors, "bo", "reader", "strategy")
    with Site(engine, project_root / "config", doors).served() as base:
        yield base
    engine.dispose()
    local_database.drop("portal_accounts_browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(params=sorted(SCREENS))
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    scheme = "dark" if request.param == "phone" else "light"
    made = browser.new_context(viewport=SCREENS[request.param], locale="en-GB", color_scheme=scheme)  # type: ignore[arg-type]  # one of two
    made.set_default_timeout(20_000)
    yield made
    made.close()


def looked_at(page: Page, name: str) -> None:
    """Nothing of the page is wider than the screen, and axe finds nothing serious in it."""
    wide = page.viewport_size is not None and page.viewport_size["width"] > 500
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}-{'desktop' if wide else 'phone'}.png", full_page=True)
    assert not page.evaluate(OVERFLOWS), name
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == [], found


def test_sign_in_be_refused_look_after_the_account(context: BrowserContext, address: str) -> None:
    page, complaints = context.new_page(), list[str]()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/account")
    expect(page).to_have_url(f"{address}/sign-in?next=%2Faccount")
    looked_at(page, "sign-in")
    page.get_by_role("textbox", name="Name").fill("anna")
    page.get_by_role("textbox", name="Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("do not fit")
    looked_at(page, "refused")
    page.get_by_role("textbox", name="Name").fill("anna")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{address}/account")
    expect(page.get_by_text("this browser")).to_be_visible()
    page.get_by_role("textbox", name="What it is for").fill("nightly export")
    page.get_by_label("export", exact=True).check()
    page.get_by_role("button", name="Make a key").click()
    expect(page.get_by_role("status")).to_contain_text("luming_")
    looked_at(page, "account")
    page.get_by_role("link", name="Users").click()
    expect(page.get_by_role("row", name="bo")).to_be_visible()
    looked_at(page, "users")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page).to_have_url(f"{address}/sign-in")
    page.goto(f"{address}/account")
    expect(page).to_have_url(f"{address}/sign-in?next=%2Faccount")
    assert complaints == []


def test_a_reader_is_refused_what_admins_may(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(f"{address}/sign-in?next=/accounts")
    page.get_by_role("textbox", name="Name").fill("bo")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="You may not do this")).to_be_visible()
    looked_at(page, "forbidden")
