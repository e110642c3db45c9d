"""Where a browser is sent after signing in: to a page of the portal, however another place is written."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pytest

from deploy.local.database import Database
from services.portal.web.doors import DOOR
from services.portal.web.reader import csrf_of
from shared.store.engine import make_engine
from tests.chaos.portal_rig import PASSWORD, Readers, portal
from tests.integration.portal_accounts_rig import Clock, doors_of
from tests.integration.portal_web_rig import RUMOUR, Site

pytestmark = [pytest.mark.chaos, pytest.mark.fault(58, "next=//evil, /\\evil"), pytest.mark.timeout(240)]

BASE = "http://portal.test"
EVIL = (
    "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example", "\\/evil.example",
    "/\\/evil.example", "https://evil.example", "HTTPS:evil.example", "https:/evil.example", "https:///evil.example",
    "http://portal.test@evil.example", "http://portal.test.evil.example", "//portal.test@evil.example/",
    "javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x",
    "/%2f/evil.example", "/%2F%2Fevil.example", "/%5cevil.example", "%2f%2fevil.example", "/%252f/evil.example",
    "/%255cevil.example", "/%25252f/evil.example", "/\t/evil.example", "/\n/evil.example", "/\r\n/evil.example",
    "\t//evil.example", " //evil.example", "/ /evil.example", "/.//evil.example", "/..//evil.example",
    "/documents/..//evil.example", "/;//evil.example", "//evil%E3%80%82example", "/／evil.example", "／／evil.example",
    "/\x00/evil.example", "/\u2028/evil.example", "/\u00a0/evil.example", "//[::1]", "//[evil", "/\ud800", "?//evil",
    "#//evil.example", "evil.example", ".evil.example", "@evil.example", ":80", "/x\r\nSet-Cookie: a=b",
    "/x\r\n\r\n<script>", "/sign-out", "/enter?token=x", "/" + "a" * 10_000,
)  # fmt: skip
GOOD = ("/", "/?q=%E5%8C%BB%E9%B9%BF&sort=newest", f"/documents/{RUMOUR}?q=a%2Fb", "/overview")


@pytest.fixture(scope="module")
def met(local_database: Database, project_root: Path) -> Iterator[tuple[Site, Readers]]:
    engine = make_engine(local_database.create("portal_ways_back", template="template"))
    with portal(engine, project_root, doors_of(engine, Clock())) as made:
        made[1].user("reader", "strategy")
        yield made
    engine.dispose()
    local_database.drop("portal_ways_back")


def place(location: str) -> str:
    """Where a browser goes: backslashes are slashes, two or more begin a host, tabs and line breaks are nothing.

    By the URL standard of the WHATWG, for http and https.
    """
    read = re.sub(r"[\t\r\n]", "", location.strip("".join(map(chr, range(33))))).replace("\\", "/")
    if read.startswith("//"):
        read = f"//{read.lstrip('/')}"
    return urljoin(f"{BASE}/sign-in", read)


def leads_here(location: str) -> bool:
    """Whether it is a page of the portal, also for whoever decodes it once or twice more."""
    return all(
        urlsplit(place(written)).netloc == "portal.test" and urlsplit(place(written)).scheme == "http"
        for written in (location, *_decoded(location))
    )


def _decoded(location: str) -> Iterator[str]:
    path = location.split("?")[0]
    for _ in range(2):
        path = re.sub(r"%([0-9a-fA-F]{2})", lambda found: chr(int(found[1], 16)), path)
        yield path


def test_the_checker_knows_what_browsers_do() -> None:
    foreign = ("//evil", "///evil", "/\\evil", "\\\\evil", "/\t/evil", " //evil", "javascript:x", "/%2fevil")
    assert not any(map(leads_here, foreign))
    assert all(map(leads_here, GOOD))


def encoded(told: str) -> str:
    """As it stands in a query or a form."""
    return quote(told.encode("utf-8", "surrogatepass"))


def carried(site: Site, told: str) -> str:
    """What the form of the sign-in page carries along."""
    page = site.client(signed_in=False).get(f"/sign-in?next={encoded(told)}")
    assert page.status_code == 200
    found = re.search(r'name="next" value="([^"]*)"', page.text)
    return unescape(found[1]) if found else "/"


def signed_in(site: Site, told: str) -> str:
    """Sign in by name and password with `next`, as the form sends it; where the browser is sent then."""
    client = site.client(signed_in=False)
    client.get("/sign-in")
    form = {"name": "reader-strategy", "password": PASSWORD, "csrf": csrf_of(client.cookies.get(DOOR) or "")}
    body = "&".join(f"{name}={quote(value)}" for name, value in form.items()) + f"&next={encoded(told)}"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.ask("POST", "/sign-in", content=body, headers=kind)
    assert answer.status_code == 303, answer.text
    assert "\n" not in answer.headers["location"]
    assert "a" not in client.cookies
    return str(answer.headers["location"])


def test_the_form_carries_no_other_place(met: tuple[Site, Readers]) -> None:
    found = {told: carried(met[0], told) for told in EVIL}
    assert {told: there for told, there in found.items() if not leads_here(there)} == {}
    assert [carried(met[0], told) for told in GOOD] == list(GOOD)


def test_no_spelling_of_another_place_is_gone_to(met: tuple[Site, Readers]) -> None:
    found = {told: signed_in(met[0], told) for told in EVIL}
    assert {told: there for told, there in found.items() if not leads_here(there)} == {}


def test_pages_of_the_portal_are_gone_to(met: tuple[Site, Readers]) -> None:
    assert [signed_in(met[0], told) for told in GOOD] == list(GOOD)


def test_a_strangers_way_is_remembered_and_leads_here(met: tuple[Site, Readers]) -> None:
    stranger = met[0].client(signed_in=False)
    for told in EVIL:
        answer = stranger.ask("GET", BASE + quote(f"/{told}".encode("utf-8", "surrogatepass"), safe="/%"))
        if answer.status_code == 303:
            assert leads_here(answer.headers["location"]), told
        else:
            assert answer.status_code in (400, 401, 403, 404, 405), (told, answer.status_code)
    answer = stranger.get(f"/documents/{RUMOUR}?q=x")
    assert answer.headers["location"] == f"/sign-in?next=%2Fdocuments%2F{RUMOUR}%3Fq%3Dx"
