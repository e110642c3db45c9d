"""A real Chromium, as a desktop and as a phone: find, open a citation, follow a thread; and be refused before."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, ViewportSize, expect, sync_playwright

from deploy.local.database import Database
from shared.store.engine import make_engine
from tests.integration.portal_web_rig import DENIAL, RUMOUR, Site, filled

CHROMIUM = os.environ.get("CRAWLER_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
SCREENS: dict[str, ViewportSize] = {
    "desktop": {"width": 1280, "height": 800},
    "phone": {"width": 375, "height": 667},
}
OVERFLOWS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(180),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is here"),
]


@pytest.fixture(scope="module")
def site(local_database: Database, project_root: Path) -> Iterator[Site]:
    engine = make_engine(local_database.create("portal_web_browser", template="template"))
    filled(engine)
    yield Site(engine, project_root / "config")
    engine.dispose()
    local_database.drop("portal_web_browser")


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
    made.set_default_timeout(20_000)
    yield made
    made.close()


def opened(context: BrowserContext, site: Site, address: str) -> tuple[Page, list[str]]:
    """A signed-in page, and what the browser complains of."""
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/enter?token={site.gate.new_link()}")
    expect(page).to_have_url(f"{address}/")
    return page, complaints


def test_search_cite_and_follow(context: BrowserContext, site: Site, address: str, tmp_path: Path) -> None:
    page, complaints = opened(context, site, address)
    page.keyboard.press("/")
    page.keyboard.type("医鹿")
    page.keyboard.press("Enter")
    expect(page.locator(".count")).to_have_text("7 documents")
    assert not page.evaluate(OVERFLOWS)

    page.locator(f'.result a.cite[href*="{RUMOUR}"]', has_text="[16]").click()
    paragraph = page.locator("#p16")
    expect(paragraph).to_be_in_viewport()
    assert page.url.endswith("#p16")
    assert page.evaluate("document.querySelector(':target').id") == "p16"
    covered = page.locator("header.top").bounding_box()
    place = paragraph.bounding_box()
    assert covered is not None
    assert place is not None
    assert place["y"] >= covered["y"] + covered["height"], "the paragraph stands below the bar"
    expect(paragraph.locator("mark.evidence").first).to_be_visible()
    assert not page.evaluate(OVERFLOWS)

    page.locator("a.tag.thread").click()
    expect(page.locator(".timeline > li")).to_have_count(3)
    expect(page.locator(".stages .tag")).to_have_text(["Rumoured", "Denied", "Completed or in force"])
    assert not page.evaluate(OVERFLOWS)
    page.locator(f'.timeline a[href="/documents/{DENIAL}"]').click()
    expect(page.locator("h1")).to_contain_text("否認")
    page.screenshot(path=tmp_path / "document.png", full_page=True)
    assert complaints == []


def test_filters_preferences_and_keys(context: BrowserContext, site: Site, address: str) -> None:
    page, complaints = opened(context, site, address)
    page.goto(f"{address}/?q=医鹿")
    filters = page.locator(".facets details")
    if filters.get_attribute("open") is None:
        filters.locator("summary").click()
    page.locator(".facets a", has_text="Denied").click()
    expect(page.locator(".count")).to_have_text("1 document")
    page.locator("select[name=lang]").select_option("zh")
    expect(page.locator(".count")).to_have_text("1 篇文档")
    page.locator("select[name=theme]").select_option("light")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.keyboard.press("j")
    assert DENIAL in str(page.evaluate("document.activeElement.href"))
    assert complaints == []


def test_a_stranger_is_refused(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(f"{address}/documents/{RUMOUR}")
    assert "/sign-in" in page.url
    expect(page.locator("h1")).to_have_text("Sign in")
    page.goto(f"{address}/enter?token=guessed")
    expect(page.locator("[role=alert]")).to_contain_text("wrong, was used, or is too old")
    assert "医鹿" not in page.content()


def test_signing_out_ends_it(context: BrowserContext, site: Site, address: str) -> None:
    page, _ = opened(context, site, address)
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("Sign in")
    page.goto(f"{address}/?q=医鹿")
    assert "/sign-in" in page.url


def test_a_script_in_an_article_does_not_run(context: BrowserContext, site: Site, address: str) -> None:
    page, complaints = opened(context, site, address)
    dialogs: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    for path in ("/?q=医鹿", "/documents/00000000000000000000000000000006"):
        page.goto(address + path)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"alert(1)\">')")
    page.wait_for_timeout(300)
    assert dialogs == []
    assert any("Content Security Policy" in said for said in complaints), (
        "the policy stops what was put in all the same"
    )
