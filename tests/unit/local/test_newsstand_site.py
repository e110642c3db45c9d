"""The outlets list what is out and no more, in formats that parsers read, and answer as sites do."""

import json
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import feedparser
import pytest

from deploy.local.newsstand.answers import HUGE, Answer
from deploy.local.newsstand.editions import Edition, editions, out
from deploy.local.newsstand.outlets import OUTLETS
from deploy.local.newsstand.site import NewsSite
from deploy.local.newsstand.table import load_table

pytestmark = pytest.mark.unit

START = datetime(2026, 2, 1, 1, 0, tzinfo=UTC)
LATE = START + timedelta(seconds=60)
EVERY = editions(load_table().pages, START)
NAMES = [outlet.name for outlet in OUTLETS]
SITES = {outlet.name: NewsSite(outlet, EVERY, "http://127.0.0.1:8", START) for outlet in OUTLETS}


def ask(name: str, target: str, now: datetime = LATE, **asked: str) -> Answer:
    headers = {key.replace("_", "-"): value for key, value in asked.items()}
    return SITES[name].answer(target, headers, now)


def index(name: str, now: datetime = LATE) -> str:
    outlet = SITES[name].outlet
    return ask(name, outlet.index_path, now).body.decode("gbk" if name == "listing" else "utf-8")


def faulty(fault: str) -> tuple[str, Edition]:
    edition = next(e for e in EVERY if e.page.fault == fault)
    return edition.page.outlet, edition


@pytest.mark.parametrize("name", NAMES)
def test_the_list_names_what_is_out_and_no_more(name: str) -> None:
    moment = START + timedelta(seconds=20)
    listed = index(name, moment)
    for edition in EVERY:
        if edition.page.outlet == name:
            released = any(
                e.page.path == edition.page.path and e.released <= moment for e in EVERY if e.page.outlet == name
            )
            assert (edition.page.path in listed) == released, edition.page.id


@pytest.mark.parametrize("name", ["rss", "atom"])
def test_feeds_are_well_formed(name: str) -> None:
    feed = feedparser.parse(index(name))
    assert not feed.bozo
    assert len(feed.entries) == len(out(EVERY, name, LATE))
    assert all(entry.link.startswith("http://127.0.0.1:8/") and entry.published_parsed for entry in feed.entries)


def test_the_sitemap_uses_the_news_namespace() -> None:
    root = ElementTree.fromstring(index("sitemap"))
    dates = root.findall(".//{http://www.google.com/schemas/sitemap-news/0.9}publication_date")
    assert len(dates) == len(out(EVERY, "sitemap", LATE))
    assert all(datetime.fromisoformat(element.text or "").tzinfo for element in dates)


def test_the_api_answers_json() -> None:
    answer = json.loads(index("api"))
    assert answer["total"] == len(answer["articles"]) == len(out(EVERY, "api", LATE))


def test_the_listing_outlet_sends_gbk_and_declares_nothing() -> None:
    edition = next(e for e in out(EVERY, "listing", LATE) if e.paragraphs)
    answer = ask("listing", edition.page.path)
    assert answer.headers["Content-Type"] == "text/html"
    assert b"charset" not in answer.body
    assert edition.paragraphs[0] in answer.body.decode("gbk")


@pytest.mark.parametrize("name", NAMES)
def test_a_page_does_not_exist_before_its_release(name: str) -> None:
    edition = next(e for e in EVERY if e.page.outlet == name and e.paragraphs)
    just_before = edition.released - timedelta(milliseconds=1)
    assert ask(name, edition.page.path, just_before).status == 404
    assert ask(name, f"{edition.page.path}?utm_source=rss", edition.released).status == 200


@pytest.mark.parametrize("name", NAMES)
def test_lists_answer_not_modified_until_something_is_new(name: str) -> None:
    path = SITES[name].outlet.index_path
    first = ask(name, path, START + timedelta(seconds=30))
    assert ask(name, path, START + timedelta(seconds=30), if_none_match=first.headers["ETag"]).status == 304
    assert (
        ask(name, path, START + timedelta(seconds=30), if_modified_since=first.headers["Last-Modified"]).status == 304
    )
    assert ask(name, path, LATE, if_none_match=first.headers["ETag"]).status == 200


def test_an_article_keeps_its_bytes() -> None:
    edition = out(EVERY, "rss", START + timedelta(seconds=30))[0]
    early, late = ask("rss", edition.page.path, edition.released), ask("rss", edition.page.path)
    assert early.body == late.body


def test_a_corrected_article_shows_its_new_text_and_time() -> None:
    edition = next(e for e in EVERY if e.page.revision == 2)
    name, path = edition.page.outlet, edition.page.path
    first = next(e for e in EVERY if e.page.path == path and e.page.revision == 1)
    before = ask(name, path, edition.released - timedelta(seconds=1)).body.decode()
    after = ask(name, path).body.decode()
    assert first.title in before
    assert edition.title in after
    assert first.title != edition.title
    assert index(name, edition.released - timedelta(seconds=1)).count(path) == index(name).count(path)
    assert edition.updated is not None
    assert edition.updated > edition.published == first.published


@pytest.mark.parametrize("fault", ["404", "500"])
def test_a_status_that_fails(fault: str) -> None:
    name, edition = faulty(fault)
    assert ask(name, edition.page.path).status == int(fault)


def test_never_is_silent() -> None:
    name, edition = faulty("never")
    assert ask(name, edition.page.path).silent


def test_the_loop_leads_back() -> None:
    name, edition = faulty("loop")
    there = ask(name, edition.page.path).headers["Location"]
    assert there != edition.page.path
    assert ask(name, there).headers["Location"] == edition.page.path


def test_the_huge_page_is_huge() -> None:
    name, edition = faulty("huge")
    body = ask(name, edition.page.path).endless
    assert body is not None
    assert sum(map(len, body)) >= HUGE


@pytest.mark.parametrize(("fault", "charset"), [("declares-latin-1", "iso-8859-1"), ("declares-gb2312", "gb2312")])
def test_a_wrong_charset_is_declared_twice_over_utf_8(fault: str, charset: str) -> None:
    name, edition = faulty(fault)
    answer = ask(name, edition.page.path)
    assert answer.headers["Content-Type"] == f"text/html; charset={charset}"
    assert f'<meta charset="{charset}">'.encode() in answer.body
    assert edition.paragraphs[0] in answer.body.decode("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_robots_and_favicon_are_there(name: str) -> None:
    assert b"Disallow: /search" in ask(name, "/robots.txt").body
    assert ask(name, "/favicon.ico").body.startswith(b"\x89PNG")
    assert ask(name, "/nothing").status == 404
