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

THEMES = ("light", "dark")
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules of axe-core that look at colours: all that the second theme of a page can add to the first."""
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


def opened_page(browser: Browser, address: str, screen: str, cookie: str) -> Page:
    """A page in which everything is loaded; complaints of the browser fail the test."""
    context = browser.new_context(viewport=SCREENS[screen], locale="zh-CN")
    context.set_default_timeout(30_000)
    if cookie:
        context.add_cookies([{"name": COOKIE, "value": cookie, "url": address}])
    return context.new_page()


def kept(page: Page, screen: str, theme: str, name: str) -> None:
    """The picture, where SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}-{screen}-{theme}.png", full_page=True)


def found_on(page: Page, *rules: str) -> list[str]:
    """What is serious of what axe-core finds, in words; by those rules alone, where some are named."""
    chosen = {"runOnly": list(rules)} if rules else {}
    told = Axe().run(page, options={"resultTypes": ["violations"], **chosen}).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in told
        if one["impact"] in SERIOUS
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_nothing_serious_on_any_page(cookie: str, address: str, browser: Browser, screen: str) -> None:
    """Each page is opened once; its colours are then changed under it, as by the system's setting."""
    wrong: dict[str, list[str]] = {}
    for held, pages in ((cookie, PAGES), ("", STRANGERS)):
        page = opened_page(browser, address, screen, held)
        for name, path in pages.items():
            page.emulate_media(color_scheme="light")
            answer = page.goto(address + path)
            assert answer is not None
            assert answer.status < 500, path
            grounds = set()
            for theme in THEMES:
                page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of two
                grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
                kept(page, screen, theme, name)
                if found := found_on(page, *([] if theme == THEMES[0] else COLOURS)):
                    wrong.setdefault(name, []).extend(f"{theme}: {one}" for one in found)
            assert len(grounds) == len(THEMES), f"{name} looks the same in both themes"
            if page.evaluate(OVERFLOWS):
                wrong.setdefault(name, []).append("is wider than the screen")
        page.context.close()
    assert wrong == {}


def test_axe_sees_what_it_looks_for(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<html><body><p style='color:#eee;background:#fff'>pale</p><img src='x'></body></html>")
    assert {re.split(r" ", one)[0] for one in found_on(page)} >= {"color-contrast", "image-alt"}
    assert {re.split(r" ", one)[0] for one in found_on(page, *COLOURS)} == {"color-contrast"}
    page.context.close()
