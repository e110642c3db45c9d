"""The pages over a real database: search, document and thread, in both languages, and who may see them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.database import Database
from services.portal.web.guard import HEADERS
from shared.store.engine import make_engine
from tests.integration.portal_web_rig import DENIAL, DONE, EXCERPT, PLAIN, RUMOUR, SCRIPT, Client, Site, filled

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def site(local_database: Database, project_root: Path) -> Iterator[Site]:
    engine = make_engine(local_database.create("portal_web", template="template"))
    filled(engine)
    yield Site(engine, project_root / "config")
    engine.dispose()
    local_database.drop("portal_web")


@pytest.fixture
def client(site: Site) -> Client:
    return site.client()


def test_results_show_title_outlet_time_and_points_that_cite(client: Client) -> None:
    page = client.get("/?q=医鹿&lang=en").text
    assert "7 documents" in page
    assert "搜狐财经</bdi> · <time" in page
    assert "2026-11-13 20:00" in page
    assert "<strong>Deal</strong>" in page
    assert f'href="/documents/{RUMOUR}?q=%E5%8C%BB%E9%B9%BF#p16">[16]</a>' in page
    assert '<mark class="hit">医鹿</mark>' in page
    assert 'href="/threads/tstory"' in page


def test_a_citation_has_its_paragraph_on_the_page(client: Client) -> None:
    for document in (RUMOUR, EXCERPT, DENIAL, DONE):
        page = client.get(f"/documents/{document}").text
        cited = set(re.findall(rf'href="/documents/{document}#p(\d+)"', page))
        assert cited
        assert all(f'id="p{number}"' in page for number in cited)


def test_facets_are_links_that_narrow_and_widen(client: Client) -> None:
    page = client.get("/?q=医鹿&lang=en").text
    assert 'href="/?q=%E5%8C%BB%E9%B9%BF+status%3Adenied"><bdi>Denied</bdi></a> <span class="quiet">1</span>' in page
    narrow = client.get("/?q=医鹿 status:denied&lang=en").text
    assert "1 document<" in narrow
    assert 'href="/?q=%E5%8C%BB%E9%B9%BF" class="chosen"' in narrow
    by_name = client.get("/", params={"q": '医鹿 entity:"Alibaba Health" label:partnership'}).text
    assert 'href="/?q=%E5%8C%BB%E9%B9%BF+label%3Apartnership" class="chosen"' in by_name


def test_pages_follow_by_cursor(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.portal.web.pages.LIMIT", 3)
    seen: list[str] = []
    address = "/?q=医鹿&sort=newest"
    while address:
        page = client.get(address).text
        seen += re.findall(r'<h2><a href="/documents/([0-9a-f]{32})', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 7


def test_a_document_shows_its_events_way_and_what_changed(client: Client) -> None:
    page = client.get(f"/documents/{RUMOUR}?lang=en").text
    assert "Merger or acquisition · Rumoured" in page
    assert '<mark class="evidence">' in page
    assert "rule:merger" in page
    assert "<del>传医鹿将并入他平台</del>" in page
    assert "<ins>传医鹿将并入另一平台</ins>" in page
    for station in ("Published", "First seen", "Fetched", "Sent on", "Classified", "Decided", "Told"):
        assert f"<strong>{station}</strong>" in page
    assert 'href="https://example.test/1" rel="noopener noreferrer external"' in page


def test_a_document_without_text_or_judgement_says_so(client: Client) -> None:
    page = client.get(f"/documents/{PLAIN}?lang=en").text
    assert "has not read it" in page
    assert "There is one revision" in page


def test_a_thread_is_one_line_of_time_over_outlets_and_languages(client: Client) -> None:
    page = client.get("/threads/tstory?lang=en").text
    places = [page.index(f'<li id="{document}"') for document in (RUMOUR, DENIAL, DONE)]
    assert places == sorted(places)
    stages = page[page.index('class="stages"') : page.index('class="timeline"')]
    assert re.findall(r'class="tag (\w+)"', stages) == ["rumoured", "denied", "completed"]
    assert "3 reports · 3 outlets · Simplified Chinese · Traditional Chinese · English" in page
    assert page.count("New fact") == 2
    assert page.count("strategy (slack:#strategy") == 3


@pytest.mark.parametrize("path", ["/threads/tstory", f"/documents/{RUMOUR}"])
def test_what_was_decided_is_said_in_the_readers_language(client: Client, path: str) -> None:
    assert "alerted: told to 1 channels of strategy" in client.get(f"{path}?lang=en").text
    chinese = client.get(f"{path}?lang=zh").text
    assert "已发出：已发往 strategy 的 1 个渠道" in chinese
    assert "told to" not in chinese


@pytest.mark.parametrize(
    ("asked", "accepted", "heading"),
    [
        ("", "", "要点"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "要点"),
        ("", "en-GB,en;q=0.9,zh;q=0.5", "Summary"),
        ("", "de", "Summary"),
        ("?lang=zh", "en", "要点"),
        ("?lang=en", "zh", "Summary"),
        ("?lang=xx", "zh", "要点"),
    ],
)
def test_the_interface_speaks_the_readers_language(client: Client, asked: str, accepted: str, heading: str) -> None:
    answer = client.get(f"/documents/{RUMOUR}{asked}", headers={"Accept-Language": accepted})
    assert f"<h2>{heading}</h2>" in answer.text


@pytest.mark.parametrize(
    ("zone", "shown"),
    [("Europe/Berlin", "2026-11-13 13:00"), ("-03:30", "2026-11-13 08:30"), ("../../etc/passwd", "2026-11-13 20:00")],
)
def test_times_are_the_readers(client: Client, zone: str, shown: str) -> None:
    assert shown in client.get("/", params={"q": "医鹿", "tz": zone}).text


def test_what_was_chosen_is_remembered(client: Client) -> None:
    client.get("/?lang=en&tz=UTC&theme=dark")
    page = client.get("/").text
    assert 'data-theme="dark"' in page
    assert "Times are shown in UTC" in page


def test_a_title_that_is_a_script_is_text(client: Client) -> None:
    for path in ("/?q=医鹿", f"/documents/{SCRIPT}", "/?q=<script>alert(1)</script>"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "<i>outlet" not in page
        assert 'href="javascript' not in page
    assert "&lt;script&gt;alert(&#39;title&#39;)" in client.get("/?q=医鹿").text


def test_strangers_are_shown_the_door(site: Site) -> None:
    stranger = site.client(signed_in=False)
    answer = stranger.get("/?q=医鹿")
    back = "/sign-in?next=%2F%3Fq%3D%25E5%258C%25BB%25E9%25B9%25BF"
    assert (answer.status_code, answer.headers["location"]) == (303, back)
    assert stranger.get("/").headers["location"] == "/sign-in"
    door = stranger.get("/sign-in?lang=en")
    assert door.status_code == 200
    assert "python -m services.portal run" in door.text
    for path in ("/api/v1/search", "/api/v1/openapi.json", f"/api/v1/documents/{RUMOUR}", "/feed.atom"):
        refused = stranger.get(path)
        assert refused.status_code == 401
        assert refused.headers["content-type"] == "application/problem+json"
        assert "sign in" in refused.json()["mend"]
        assert refused.headers["www-authenticate"].startswith("Bearer")
    for path in (f"/documents/{RUMOUR}", "/threads/tstory", "/nope", "/static", "//", "/static/../", "/enter/"):
        assert stranger.get(path).status_code in (303, 307), path
    for method in ("POST", "PUT", "DELETE"):
        assert stranger.ask(method, "/").status_code == 401


def test_the_link_opens_once(site: Site) -> None:
    token = site.gate.new_link()
    first, second = site.client(signed_in=False), site.client(signed_in=False)
    assert first.ask("HEAD", f"/enter?token={token}").status_code == 405
    answer = first.get(f"/enter?token={token}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert first.get("/").status_code == 200
    used = second.get(f"/enter?token={token}")
    assert used.status_code == 403
    assert second.get("/").status_code == 303
    for made_up in ("", "x", "é", token[:-1], "a" * 10_000):
        assert second.get("/enter", params={"token": made_up}).status_code == 403
    assert first.post("/sign-out").headers["location"] == "/sign-in"
    assert first.get("/").status_code == 303


def test_a_made_up_session_is_none(site: Site) -> None:
    stranger = site.client(signed_in=False)
    for cookie in ("x", "eyJyb2xlIjoiYWRtaW4ifQ.aaaa.bbbb", "." * 400, "a" * 4_000):
        stranger.cookies.set("portal_session", cookie)
        assert stranger.get("/").status_code == 303


def test_every_answer_binds_the_browser(site: Site, client: Client) -> None:
    stranger = site.client(signed_in=False)
    answers = [
        client.get(path) for path in ("/", "/?q=%22", "/nope", "/api/v1/search", "/feed.atom", "/static/portal.css")
    ]
    for answer in [*answers, stranger.get("/"), stranger.get("/sign-in"), stranger.get("/api/v1/search")]:
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
        assert "cache-control" in answer.headers
        if answer.headers.get("content-type", "").startswith("text/html"):
            inline = r"<script(?![^>]*\ssrc=)|<[^>]*\s(on\w+|style)=|<style"
            assert not re.search(inline, answer.text), answer.url
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


def test_another_host_name_is_refused(client: Client) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_requests_are_counted_by_route(site: Site, client: Client) -> None:
    client.get(f"/documents/{RUMOUR}")
    client.get("/no/such/page")

    def counted(route: str, status: str) -> float | None:
        return site.metrics.registry.get_sample_value(
            "luming_portal_request_seconds_count", {"route": route, "status": status}
        )

    assert (counted("/documents/{document_id}", "200") or 0) >= 1
    assert (counted("other", "404") or 0) >= 1


def test_a_page_is_light_over_the_wire(client: Client) -> None:
    files = sum(len(client.get(f"/static/{name}").content) for name in ("portal.css", "portal.js", "icon.svg"))
    for path in ("/?q=医鹿", f"/documents/{RUMOUR}", "/threads/tstory"):
        assert len(client.get(path).content) + files < 150_000
