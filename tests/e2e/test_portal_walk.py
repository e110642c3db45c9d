"""The whole walk of a reader, in a real Chromium, as a desktop and as a phone.

Be refused, sign in, search, open a citation, follow the thread, say what is wrong, make a subscription with a preview,
silence it; and be refused what takes another role.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from deploy.local.database import Database
from services.alerter.adapters.subscriptions_versions import SqlVersions
from shared.store.engine import make_engine
from tests.integration.conftest import database_folder, local_database
from tests.integration.portal_accounts_rig import PASSWORD
from tests.integration.portal_desk_rig import FILE, DeskSite
from tests.integration.portal_web_rig import RUMOUR, filled
from tests.integration.test_portal_web_browser import CHROMIUM, OVERFLOWS, SCREENS

__all__ = ["database_folder", "local_database"]

expect.set_options(timeout=20_000)  # milliseconds: other tests run beside this one

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is here"),
]


STAND_OUT = """[...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth)
    .map(one => one.outerHTML.slice(0, 100))"""


@pytest.fixture(params=sorted(SCREENS))
def screen(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def site(local_database: Database, project_root: Path, screen: str) -> Iterator[DeskSite]:
    name = f"portal_walk_{screen}"
    engine = make_engine(local_database.create(name, template="template"))
    filled(engine)
    SqlVersions(engine).add(FILE, "command", "test", "")
    yield DeskSite(engine, project_root / "config")
    engine.dispose()
    local_database.drop(name)


@pytest.fixture
def address(site: DeskSite) -> Iterator[str]:
    with site.served() as base, site.alerters():
        yield base


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # As root, in a container, Chromium's own sandbox cannot be set up; the pages are our own.
        made = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def context(browser: Browser, screen: str) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport=SCREENS[screen], locale="en-GB")
    made.set_default_timeout(45_000)
    yield made
    made.close()


def sign_in(page: Page, name: str, password: str) -> None:
    """Fill in the form of the sign-in page."""
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.locator("form:has(input[name=password]) button").click()


def fits(page: Page) -> None:
    """Nothing stands out of the screen."""
    page.wait_for_load_state("load")  # without its style sheet a page has another width
    assert not page.evaluate(OVERFLOWS), (page.url, page.evaluate(STAND_OUT))


def refused_first(page: Page, address: str) -> None:
    """A stranger sees the sign-in page, a wrong password opens nothing."""
    page.goto(f"{address}/documents/{RUMOUR}")
    expect(page.locator("h1")).to_have_text("Sign in")
    sign_in(page, "ed", "not the password")
    expect(page.locator("[role=alert]")).to_be_visible()
    assert "医鹿" not in page.content()
    fits(page)


def found_and_followed(page: Page, address: str) -> None:
    """From the search to the paragraph that is cited, and on to the story."""
    page.goto(address)
    page.keyboard.press("/")
    page.keyboard.type("医鹿")
    page.keyboard.press("Enter")
    expect(page.locator(".count")).to_have_text("7 documents")
    fits(page)
    page.locator(f'.result a.cite[href*="{RUMOUR}"]', has_text="[16]").click()
    expect(page.locator("#p16")).to_be_in_viewport()
    expect(page.locator("#p16 mark.evidence").first).to_be_visible()
    fits(page)
    page.locator("a.tag.thread").click()
    expect(page.locator(".timeline > li")).to_have_count(3)
    fits(page)


def said_wrong(page: Page) -> None:
    """The first event of the story is said to have another status."""
    page.locator(".timeline a", has_text="Wrong").first.click()
    fits(page)
    page.locator("input[name=wrong][value=status]").check()
    page.locator("select[name=status]").select_option("denied")
    page.locator("input[name=note], textarea[name=note]").fill("the company denies it")
    page.locator("main form button").last.click()
    expect(page).to_have_url(re.compile("/corrections"))
    expect(page.locator("main")).to_contain_text("the company denies it")
    fits(page)


def subscribed(page: Page, address: str) -> None:
    """A subscription of one's own team: its preview, then in force."""
    page.goto(f"{address}/new-subscription")
    page.locator("input[name=name]").fill("peers")
    page.locator("input[name='entities:alibaba_health']").check()
    page.locator("textarea[name=channels]").fill("console")
    page.get_by_role("button", name="Preview").first.click()
    expect(page.locator("h1")).to_contain_text("Preview")
    expect(page.locator("main")).to_contain_text("Gained")
    fits(page)
    page.locator("input[name=reason]").fill("we follow the house too")
    page.get_by_role("button", name="Put in force").click()
    expect(page.locator("h1")).to_contain_text("In force: version 2")
    page.goto(f"{address}/subscriptions")
    expect(page.locator("main")).to_contain_text("peers")
    fits(page)


def silenced(page: Page, address: str) -> None:
    """It is silenced until tomorrow."""
    page.goto(f"{address}/silences?subscription=peers#new")
    page.locator("input[name=reason]").fill("a quiet day")
    page.get_by_role("button", name="Silence", exact=True).click()
    expect(page.locator("h1")).to_contain_text("1")
    page.goto(f"{address}/silences")
    expect(page.locator(".cards")).to_contain_text("a quiet day")
    fits(page)


def test_the_walk(context: BrowserContext, site: DeskSite, address: str) -> None:
    page, complaints = context.new_page(), list[str]()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    refused_first(page, address)
    sign_in(page, "ed", PASSWORD)
    expect(page).to_have_url(re.compile(RUMOUR))
    found_and_followed(page, address)
    said_wrong(page)
    subscribed(page, address)
    silenced(page, address)
    assert "peers" in SqlVersions(site.engine).history(1)[0].content

    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("Sign in")
    sign_in(page, "rea", PASSWORD)
    for path in ("/accounts", "/subscription-file", "/new-subscription"):
        answer = page.goto(address + path)
        assert answer is not None
        assert answer.status == 403, path
        expect(page.locator("h1")).to_have_text("You may not do this")
    page.goto(f"{address}/silences")
    assert "a quiet day" not in page.content(), "another team's silence is not shown"
    assert complaints == []
