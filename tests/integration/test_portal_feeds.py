"""Feeds of searches, in Atom and JSON Feed: a validator reads every page of them, whatever titles hold."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest

from deploy.local.database import Database
from shared.store.engine import make_engine
from tests.integration.feed_checks import atom_problems, json_problems
from tests.integration.portal_rows import document, identity, indexed, store
from tests.integration.portal_web_rig import HOSTILE, SCRIPT, Client, Site, filled

pytestmark = pytest.mark.integration

TITLES = (
    "a bell \x07 and an escape \x1b[31m and a \x7f \x9b",
    "不是字符 \ufffe \uffff \x0b 与 \x0c",
    "]]> <!-- --> &amp; &lt;b&gt; <![CDATA[ x ]]>",
    "👩🏽‍⚕️ 医生 👨‍👩‍👧‍👦 𠮷野家 🇨🇳",
    "שלום عربى \u202e reversed \u202c \u2066 isolated",
    "a\ttab\nand a line\r\nand more",
    "   ",
    "é" * 400,
)
QUERIES = (
    "",
    "医鹿",
    "label:partnership",
    '"医鹿独家专访"',
    "医鹿 -招聘",
    "kind:thread",
    "火星文",
    "<b>&'",
    "👩🏽‍⚕️医生",
)


@pytest.fixture(scope="module")
def site(local_database: Database, project_root: Path) -> Iterator[Site]:
    engine = make_engine(local_database.create("portal_feeds", template="template"))
    filled(engine)
    odd = 'https://example.test/a b/"><x>?q=100%&z=é|^`{}'
    store(
        engine,
        *(
            document(20 + at, title, "正文", url=odd if at % 2 else f"https://例子.测试/{at}", outlet=title[:20])
            for at, title in enumerate(TITLES)
        ),
        *(document(100 + at, f"公告第{at}号", "很多公告") for at in range(120)),
    )
    while indexed(engine).full:
        pass
    yield Site(engine, project_root / "config")
    engine.dispose()
    local_database.drop("portal_feeds")


@pytest.fixture
def client(site: Site) -> Client:
    return site.client()


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("speech", ["zh", "en"])
def test_a_validator_reads_the_feeds_of_every_search(client: Client, query: str, speech: str) -> None:
    for path, problems in (("/feed.atom", atom_problems), ("/feed.json", json_problems)):
        answer = client.get(path, params={"q": query, "lang": speech})
        assert answer.status_code == 200
        assert problems(answer.content) == []


def test_every_document_is_in_both_feeds_over_all_their_pages(client: Client) -> None:
    atom: list[str] = []
    address = "/feed.atom"
    while address:
        page = client.get(address)
        assert atom_problems(page.content) == []
        read = feedparser.parse(page.content)
        atom += [entry.id for entry in read.entries]
        address = next((link.href for link in read.feed.links if link.rel == "next"), "")
        address = address.removeprefix("http://portal.test")
    ids: list[str] = []
    address = "/feed.json"
    while address:
        page = client.get(address)
        assert json_problems(page.content) == []
        ids += [item["id"] for item in page.json()["items"]]
        address = page.json().get("next_url", "").removeprefix("http://portal.test")
    assert len(ids) == len(set(ids)) == 7 + len(TITLES) + 120
    assert atom == ids


def test_what_is_a_script_stays_a_title(client: Client) -> None:
    feed = client.get("/feed.json", params={"q": "医鹿"})
    assert feed.headers["content-type"] == "application/feed+json"
    hostile = next(item for item in feed.json()["items"] if item["url"].endswith(SCRIPT))
    assert hostile["title"] == HOSTILE
    assert "content_html" not in hostile
    assert "external_url" not in hostile  # it is javascript:


def test_an_item_cites_and_tells_what_programs_want(client: Client) -> None:
    items = client.get("/feed.json", params={"q": "entity:alibaba_health", "lang": "en"}).json()["items"]
    rumour = next(item for item in items if item["id"].endswith(identity(1)[-12:]))
    assert re.search(r"Deal – .+ \[16\]", rumour["content_text"])
    assert rumour["tags"] == ["mergers_acquisitions/rumoured"]
    assert rumour["_luming"]["thread_id"] == "tstory"
    assert rumour["authors"] == [{"name": "搜狐财经"}]
    linked = next(item for item in items if item["_luming"]["rights"] == "link")
    assert linked["content_text"] == "Alibaba Health: partnership"  # our own words: nothing of the article's


def test_a_reader_that_has_the_feed_already_is_told_so(client: Client) -> None:
    for path in ("/feed.atom?q=医鹿", "/feed.json?q=医鹿"):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_search_page_names_both(client: Client) -> None:
    page = client.get("/?q=医鹿 合作").text
    found = re.findall(r'<link rel="alternate" type="([^"]+)" title="([^"]+)" href="([^"]+)">', page)
    assert [(media, title) for media, title, _ in found] == [
        ("application/atom+xml", "医鹿 合作"),
        ("application/feed+json", "医鹿 合作"),
    ]
    for _, _, address in found:
        assert client.get(address.replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.json"])
@pytest.mark.parametrize("asked", [{"q": '"'}, {"cursor": "AAAA"}, {"q": "x:y"}, {"q": "a" * 10_000}])
def test_a_feed_that_cannot_be_is_a_problem(client: Client, path: str, asked: dict[str, str]) -> None:
    answer = client.get(path, params=asked)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(answer.text)["mend"]


def test_the_validator_knows_a_wrong_feed(client: Client) -> None:
    good = client.get("/feed.atom?q=医鹿").content
    assert atom_problems(good.replace(b"<updated>", b"<updated> yesterday ", 1))
    assert atom_problems(re.sub(rb"<author>.*?</author>", b"", good, count=1))
    assert atom_problems(re.sub(rb"<id>.*?</id>", b"<id>urn:x:same</id>", good))
    assert atom_problems(good.replace(b"</feed>", b"\x07</feed>"))
    plain = client.get("/feed.json?q=医鹿").content
    assert json_problems(plain.replace(b'"content_text"', b'"content"'))
    assert json_problems(plain.replace(b'"id": "urn', b'"url": "urn', 1))
