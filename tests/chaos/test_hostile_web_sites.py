"""Sites without end, robots.txt made to harm, and pages that claim to be another host's article."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from sqlalchemy import Engine

from services.crawler.adapters.fetcher import HttpFetcher
from services.crawler.adapters.queue import SqlQueue
from services.crawler.domain.canonical import canonical, document_id
from services.crawler.domain.robots import MAX_BYTES
from services.crawler.domain.source import MAX_REQUESTS, Request
from services.crawler.sources.kinds.feed import Feed, FeedOptions
from services.crawler.sources.kinds.listing import Listing, ListingOptions
from shared.errors import PermanentError, TransientError
from tests.chaos.crawl_rig import STORY, Desk, page
from tests.chaos.hostile import LIMITS, fetched, memory_grows_by, refused
from tests.integration.crawler_site import Site, serve

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(120)]

traps = pytest.mark.fault(45, "/a/a/a, calendars without end")
robots = pytest.mark.fault(46, "hostile robots.txt")
hiding = pytest.mark.fault(47, "foreign canonical, date 2099, early fake reprint")


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as made:
        yield made


def endless_calendar(site: Site) -> None:
    """Each month lists two events and leads to the next one; among the links are those that repeat themselves."""

    def month(number: int) -> bytes:
        traps = "".join(f'<li><a href="{"/a" * repeats}/{number}.html">a</a></li>' for repeats in (2, 3, 20))
        return f'<ul>{traps}</ul><a class="next" href="/month/{number + 1}">next</a>'.encode()

    class Months(dict[str, Any]):
        def get(self, path: str, default: Any = None) -> Any:
            found = super().get(path)
            return found or ((200, {"Content-Type": "text/html"}, month(int(path.rpartition("/")[2])))
                             if path.startswith("/month/") else default)  # fmt: skip

    site.pages = Months()  # answers for every month there will ever be


@traps
def test_a_calendar_without_end_is_left_after_twenty_hops_and_paths_that_repeat_are_left_out(
    site: Site, engine: Engine
) -> None:
    endless_calendar(site)
    options = ListingOptions(items="li", next="a.next", pages=MAX_REQUESTS)
    desk = Desk(engine)
    desk.poll(Listing(site.url("/month/1"), UTC, options))
    assert len([path for path in site.paths() if path.startswith("/month/")]) == MAX_REQUESTS
    listed = [address for (address,) in desk.rows("select address from listed_pages")]
    assert len(listed) == MAX_REQUESTS
    assert not [address for address in listed if "/a/a/a" in address]


@traps
def test_redirects_that_grow_without_end_are_left(site: Site) -> None:
    def deeper(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(f"HTTP/1.1 302 Found\r\nLocation: {handler.path}/a\r\nContent-Length: 0\r\n\r\n".encode())

    site.pages |= {"/x" + "/a" * number: deeper for number in range(40)}
    assert "more than 5 redirects" in str(refused(site.url("/x")))
    assert len(site.paths()) == LIMITS.max_redirects + 2  # with robots.txt


@traps
def test_a_host_that_lists_ever_new_pages_has_a_budget_and_others_go_on(site: Site, engine: Engine) -> None:
    desk = Desk(engine)
    desk.queue = SqlQueue(engine, most_waiting=300)
    polls = 0

    def feed(handler: BaseHTTPRequestHandler) -> None:
        nonlocal polls
        polls += 1
        items = "".join(f"<item><link>{site.url(f'/{polls}-{n}')}</link><guid>g</guid></item>" for n in range(200))
        body = f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'.encode()
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    site.pages["/feed.xml"] = feed
    for _ in range(5):
        desk.poll(Feed(site.url("/feed.xml"), UTC, FeedOptions()))
    assert desk.rows("select count(*) from listed_pages") == [(400,)]
    [(said,)] = desk.rows("select last_error from sources where name = 'hostile'")
    assert said.startswith("200 left out: 300 pages wait for")
    with serve() as other:
        other.add("/a", page("阿里健康签约"))
        assert [verdict.outcome for verdict in desk.look(other.url("/a"), source="other")] == ["published"]


@robots
def test_a_robots_txt_of_100_mb_is_read_to_500_kib(site: Site) -> None:
    head = b"User-agent: *\nDisallow: /private\n"
    filled = head + b"#" * (MAX_BYTES - len(head) - 30) + b"\nDisallow: /last\n"
    site.add("/robots.txt", filled.ljust(MAX_BYTES) + b"\nDisallow: /a\n" + b"# x\n" * 25_000_000)
    site.add("/a", "open")
    with memory_grows_by(60_000_000):
        assert fetched(site.url("/a")).body == b"open"
        for path in ("/private/1", "/last/1"):
            assert "robots.txt forbids it" in str(refused(site.url(path)))


def no_http(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"\x16\x03\x01 no HTTP\r\n\r\n")


@robots
@pytest.mark.parametrize("fault", ["500", "503", "429", "loop", "six hops", "other host's loop", "cut", "no HTTP"])
def test_an_error_for_robots_txt_means_no(site: Site, fault: str) -> None:
    site.add("/a", "open")
    if fault.isdigit():
        site.add("/robots.txt", "User-agent: *\nAllow: /", status=int(fault))
    elif fault == "loop":
        site.redirect("/robots.txt", "/robots.txt")
    elif fault == "six hops":
        site.redirect("/robots.txt", "/r1")
        for number in range(1, 7):
            site.redirect(f"/r{number}", f"/r{number + 1}")
    elif fault == "other host's loop":
        site.redirect("/robots.txt", f"http://localhost:{site.port}/robots.txt")
    elif fault == "cut":
        site.pages["/robots.txt"] = (200, {"Content-Length": "1000"}, b"User-agent: *\nAllow: /")
    else:
        site.pages["/robots.txt"] = no_http
    error = refused(site.url("/a"))
    assert isinstance(error, TransientError)
    assert "robots.txt unreachable" in str(error)
    assert error.retry_after
    assert "/a" not in site.paths()


@robots
def test_rules_that_bait_a_matcher_are_read_and_asked_in_time(site: Site) -> None:
    rules = "User-agent: *\n" + "".join(f"Disallow: /{'*a' * 60}{number}$\n" for number in range(2_000))
    site.add("/robots.txt", rules, Content_Type="text/plain")
    site.add(f"/{'a' * 500}", "open")

    async def run() -> bytes:
        async with HttpFetcher(LIMITS, "tests@example.com", True) as fetcher:
            return (await fetcher.fetch(Request(site.url(f"/{'a' * 500}")), 0.0)).body

    try:
        assert asyncio.run(asyncio.wait_for(run(), 20)) == b"open"
    except (PermanentError, TransientError) as error:
        assert "robots.txt" in str(error)  # noqa: PT017  # to refuse the host is as good as to read it


CLAIMS = (
    '<link rel="canonical" href="{url}">',
    "<LINK REL=canonical HREF={url}>",
    '<link href="{url}" rel="alternate canonical">',
    '<base href="{url}"><link rel="canonical" href="">',
    '<meta property="og:url" content="{url}">',
    '<script type="application/ld+json">{{"@type":"NewsArticle","url":"{url}","mainEntityOfPage":"{url}"}}</script>',
)


@hiding
@pytest.mark.parametrize("first", ["the fake", "the real one"])
def test_no_page_takes_another_hosts_place(site: Site, engine: Engine, first: str) -> None:
    desk, other = Desk(engine), "另一家公司昨日宣布裁员三千人，工会表示反对，双方将于下周继续谈判，地点未定，结果难料。"
    real = site.url("/art/20261120_1.html")
    site.add("/art/20261120_1.html", page("阿里健康签约"))
    with serve() as bad:
        for number, claim in enumerate(CLAIMS):
            bad.add(
                f"/{number}/20261120_1.html",
                page(f"假的{number}", f"{number}号{other}" * (number + 1), claim.format(url=real)),
            )
        fakes = [bad.url(f"/{number}/20261120_1.html") for number in range(len(CLAIMS))]
        for address in [*fakes, real] if first == "the fake" else [real, *fakes]:
            desk.look(address)
        assert desk.verdicts[real].outcome == "published"
        assert desk.verdicts[real].document_id == document_id(canonical(real))
        assert desk.verdicts[real].revision == 1
        assert not [fake for fake in fakes if desk.verdicts[fake].document_id == document_id(canonical(real))]
    assert desk.rows(f"select count(*) from documents where url = '{canonical(real)}'") == [(1,)]


@hiding
@pytest.mark.parametrize("date", ["2099-01-01T00:00:00+08:00", "9999-12-31T23:59:59Z", "1970-01-01", "0001-01-01"])
def test_a_date_that_cannot_be_true_is_no_date(site: Site, engine: Engine, date: str) -> None:
    head = f'<meta property="article:published_time" content="{date}">'
    site.add("/a", page("阿里健康签约", head=head))
    item = f"<item><title>签约</title><link>{site.url('/a')}</link><pubDate>{date}</pubDate></item>"
    site.add("/feed.xml", f'<?xml version="1.0"?><rss version="2.0"><channel>{item}</channel></rss>')
    desk = Desk(engine)
    desk.poll(Feed(site.url("/feed.xml"), UTC, FeedOptions()))
    now = datetime.now(UTC)
    [(ordered_by,)] = desk.rows("select ordered_by from listed_pages")
    assert abs((ordered_by - now).total_seconds()) < 60, "it leads or ends the queue"
    assert [verdict.outcome for verdict in desk.look(site.url("/a"))] == ["published"]
    assert desk.rows("select published from documents") == [(None,)]


@hiding
def test_a_reprint_dated_before_its_original_hides_nothing(site: Site, engine: Engine) -> None:
    site.add("/real", page("阿里健康签约", STORY * 3))
    with serve() as bad:
        early = '<meta property="article:published_time" content="2020-01-01T00:00:00+08:00">'
        bad.add("/early", page("阿里健康签约", STORY * 3, early))
        desk = Desk(engine)
        (real,), (fake,) = desk.look(site.url("/real")), desk.look(bad.url("/early"))
        assert (real.outcome, fake.outcome) == ("published", "duplicate")
        bad.add("/first", page("阿里健康终止合作", STORY.replace("2.06", "3.07").replace("签署", "终止") * 2))
        site.add("/authority", page("阿里健康终止合作", STORY.replace("2.06", "3.07").replace("签署", "终止") * 2))
        (copy,) = desk.look(bad.url("/first"))
        (own,) = desk.look(site.url("/authority"), reliability="A", source="authority")
        assert copy.outcome in ("published", "duplicate")
        assert own.outcome == "published", own
    assert desk.rows("select count(*) from outbox where key = '" + str(own.document_id) + "'") == [(1,)]
