"""Every page of the portal in a real Chromium, as phone and desktop, light and dark: axe-core finds nothing serious.

`make screenshots` keeps a picture of each in the folder that SCREENSHOTS names.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.routing import compile_path

from deploy.local.database import Database
from services.portal.web.gate import COOKIE
from tests.integration.portal_all_pages import PAGES, STRANGERS, all_pages, cookie_of, page_routes
from tests.integration.portal_desk_rig import DeskSite
from tests.integration.test_portal_web_browser import CHROMIUM, OVERFLOWS, SCREENS

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(400),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is here"),
]

ALL = [("phone", "dark"), ("desktop", "light"), ("phone", "light"), ("desktop", "dark")]
"""Each screen and each theme once; all four with the pictures."""
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def site(local_database: Database, project_root: Path) -> Iterator[DeskSite]:
    with all_pages(local_database, "portal_accessible", project_root) as made:
        yield made


@pytest.fixture(scope="module")
def address(site: DeskSite) -> Iterator[str]:
    with site.served() as base:
        yield base


@pytest.fixture(scope="module")
def cookie(site: DeskSite) -> str:
    """Of an admin; made before the browser, whose loop would be in the way."""
    return cookie_of(site)


@pytest.fixture(scope="module")
def browser(cookie: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # As root, in a container, Chromium's own sandbox cannot be set up; the pages are our own.
        made = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield made
        made.close()


def test_each_page_has_an_address(site: DeskSite) -> None:
    """A new route fails here until it is looked at too."""
    opened = [address.split("?")[0] for address in (*PAGES.values(), *STRANGERS.values())]
    unseen = {path for path in page_routes(site) if not any(compile_path(path)[0].match(one) for one in opened)}
    ada = site.of("ada")
    led_back = {path for path in unseen if ada.get(path).status_code == 303}  # where forms are sent
    assert unseen - led_back == set()


def opened_page(browser: Browser, address: str, screen: str, theme: str, cookie: str) -> Page:
    """A page in which everything is loaded; complaints of the browser fail the test."""
    context = browser.new_context(viewport=SCREENS[screen], color_scheme=theme, locale="zh-CN")  # type: ignore[arg-type]  # one of two
    context.set_default_timeout(30_000)
    if cookie:
        context.add_cookies([{"name": COOKIE, "value": cookie, "url": address}])
    return context.new_page()


def kept(page: Page, screen: str, theme: str, name: str) -> None:
    """The picture, where SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}-{screen}-{theme}.png", full_page=True)


def found_on(page: Page) -> list[str]:
    """What is serious of what axe-core finds, in words."""
    told = Axe().run(page).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in told
        if one["impact"] in SERIOUS
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize(("screen", "theme"), ALL if os.environ.get("SCREENSHOTS") else ALL[:2])
def test_nothing_serious_on_any_page(cookie: str, address: str, browser: Browser, screen: str, theme: str) -> None:
    wrong: dict[str, list[str]] = {}
    for held, pages in ((cookie, PAGES), ("", STRANGERS)):
        page = opened_page(browser, address, screen, theme, held)
        for name, path in pages.items():
            answer = page.goto(address + path)
            assert answer is not None
            assert answer.status < 500, path
            kept(page, screen, theme, name)
            if found := found_on(page):
                wrong[name] = found
            if page.evaluate(OVERFLOWS):
                wrong.setdefault(name, []).append("is wider than the screen")
        page.context.close()
    assert wrong == {}


def test_axe_sees_what_it_looks_for(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<html><body><p style='color:#eee;background:#fff'>pale</p><img src='x'></body></html>")
    assert {re.split(r" ", one)[0] for one in found_on(page)} >= {"color-contrast", "image-alt"}
    page.context.close()
