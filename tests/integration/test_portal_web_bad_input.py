"""Whatever is asked, and whatever is broken behind the pages: a clear answer, never a trace, never a server's error."""

from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import Engine, text

from deploy.local.database import Database
from shared.store.engine import make_engine
from tests.integration.portal_web_rig import DENIAL, EXCERPT, RUMOUR, Client, Site, filled

pytestmark = pytest.mark.integration

NASTY = (
    "'; drop table documents; --",
    "<script>alert(1)</script>",
    "%' or 1=1 --",
    "{{ 7*7 }} {% raw %}",
    "\x00",
    "\x1b[31m",
    "‮evil",
    "../../../etc/passwd",
    '"' * 999,
    "a" * 10_000,
    "鹿" * 2_000,
    "-" * 500,
    "label:" * 200,
    "entity:'; select",
    "after:9999-99-99",
    "*()&|!<->:*",
)
TRACE = ("Traceback", "sqlalchemy", "psycopg", "services/portal", "select secret", ".py")


@pytest.fixture(scope="module")
def site(local_database: Database, project_root: Path) -> Iterator[Site]:
    engine = make_engine(local_database.create("portal_web_bad", template="template"))
    filled(engine)
    yield Site(engine, project_root / "config")
    engine.dispose()
    local_database.drop("portal_web_bad")


@pytest.fixture
def client(site: Site) -> Client:
    return site.client()


def clear(answer: httpx.Response, *statuses: int) -> None:
    """It is one of those, in words, and tells nothing of what is behind it."""
    assert answer.status_code in statuses, answer.text[:300]
    assert answer.text
    if answer.status_code >= 400:
        assert not [word for word in TRACE if word in answer.text]


@pytest.mark.parametrize("nasty", NASTY, ids=lambda each: ascii(each)[:24])
def test_a_nasty_query_is_answered(client: Client, nasty: str) -> None:
    for field in ("q", "sort", "cursor", "lang", "tz", "theme", "token", "next"):
        page = client.get("/", params={field: nasty})
        clear(page, 200, 400)
        assert nasty not in page.text or "<" not in nasty
    clear(client.get(f"/documents/{RUMOUR}", params={"q": nasty}), 200)
    clear(client.get("/feed.atom", params={"q": nasty}), 200, 400)
    for field in ("q", "sort", "cursor", "limit", "tz"):
        answer = client.get("/api/v1/search", params={field: nasty})
        clear(answer, 200, 400, 422)
        assert answer.status_code == 200 or answer.json()["status"] == answer.status_code
    for place in ("documents", "threads"):
        clear(client.get(f"/{place}/{quote(nasty, safe='')}"), 404)
        clear(client.get(f"/api/v1/{place}/{quote(nasty, safe='')}"), 404, 422)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("医鹿" * 3_000, "6,000 characters"),
        ('医鹿 "合作', "quotation mark at character 4"),
        ("foo:bar", "no field foo:"),
        ("label:partnershp", "/?q=label%3Apartnership"),
        ("after:gestern", "cannot read the date"),
    ],
)
def test_a_bad_query_says_what_is_wrong_and_what_was_meant(client: Client, query: str, said: str) -> None:
    page = client.get("/", params={"q": query, "lang": "en"})
    assert page.status_code == 400
    assert said in page.text
    assert "这个查询无法执行" in client.get("/", params={"q": query, "lang": "zh"}).text
    answer = client.get("/api/v1/search", params={"q": query})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["mend"]


def test_a_made_up_cursor_leads_back_to_the_first_page(client: Client) -> None:
    page = client.get("/", params={"q": "医鹿", "cursor": "AAAA"})
    assert page.status_code == 400
    assert 'href="/?q=%E5%8C%BB%E9%B9%BF"' in page.text


def test_nothing_found_helps_on(client: Client) -> None:
    page = client.get("/?q=火星文 医鹿&lang=en")
    assert page.status_code == 200
    assert "Nothing was found" in page.text
    assert '<a class="chip" href="/?q=%E5%8C%BB%E9%B9%BF"><s>火星文</s></a>' in page.text


def test_ten_thousand_characters_reach_a_real_server(site: Site) -> None:
    """Its own limit lies above them, so that they are answered in words."""
    token = site.gate.new_link()
    with site.served() as base:
        host, _, port = base.removeprefix("http://").partition(":")
        connection = HTTPConnection(host, int(port), timeout=30)
        connection.request("GET", f"/enter?token={token}")
        entered = connection.getresponse()
        entered.read()
        cookie = str(entered.getheader("set-cookie")).partition(";")[0]
        connection.request("GET", f"/?lang=en&q={quote('鹿' * 10_000)}", headers={"Cookie": cookie})
        answer = connection.getresponse()
        page = answer.read().decode()
        connection.close()
    assert answer.status == 400
    assert "10,000 characters" in page
    assert answer.getheader("server") is None


def test_a_document_that_is_gone_says_so(database_url: str, engine: Engine, config_dir: Path) -> None:
    filled(engine)
    client = Site(engine, config_dir).client()
    with engine.begin() as db:
        db.execute(text("delete from documents where document_id in (:one, :two)"), {"one": DENIAL, "two": EXCERPT})
        db.execute(
            text(
                "insert into tombstones (key, document_id, erased, who, reason)"
                " values ('document:' || :one, :one, now(), 'somebody', 'request 1')"
            ),
            {"one": EXCERPT},
        )
    for document, said in ((DENIAL, "no longer stored"), (EXCERPT, "erased on request")):
        page = client.get(f"/documents/{document}?lang=en")
        assert page.status_code == 410
        assert said in page.text
        assert client.get(f"/api/v1/documents/{document}").status_code == 410
    assert client.get(f"/documents/{'f' * 32}").status_code == 404
    thread = client.get("/threads/tstory?lang=en")
    assert thread.status_code == 200
    assert "The document was deleted" in thread.text
    assert client.get("/api/v1/threads/tstory").json()["reports"][1]["title"] is None
    assert DENIAL not in client.get("/?q=醫鹿").text


def test_a_database_that_is_away_is_said(config_dir: Path) -> None:
    away = make_engine("postgresql://nobody@127.0.0.1:1/luming")
    site = Site(away, config_dir)
    client = site.client(signed_in=False)
    assert client.get("/").status_code == 303
    link = f"/enter?token={site.gate.new_link()}"
    clear(client.get(link), 503)
    client.cookies.set("portal_session", "a" * 43)
    for path in ("/?q=医鹿", f"/documents/{RUMOUR}", "/threads/tstory"):
        page = client.get(f"{path}{'&' if '?' in path else '?'}lang=en")
        clear(page, 503)
        assert "cannot be reached" in page.text
        assert page.headers["retry-after"] == "5"
    for path in ("/api/v1/search", f"/api/v1/documents/{RUMOUR}", "/feed.atom"):
        answer = client.get(path)
        clear(answer, 503)
        assert answer.headers["content-type"] == "application/problem+json"
    assert "does not answer" in site.health.readiness()["database"]
    assert client.get("/sign-in").status_code == 200
    away.dispose()


def test_a_fault_of_our_own_is_a_page_without_a_trace(
    site: Site, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        raise ZeroDivisionError("select secret from services/portal")

    monkeypatch.setattr("services.portal.web.pages._results", broken)
    answer = client.get("/?q=医鹿&lang=en")
    clear(answer, 500)
    assert "Something went wrong" in answer.text
    assert answer.headers["content-security-policy"]
