"""Answers that never end, swell, nest or are PDFs made to harm: one typed error, in bounded time and memory."""

import gzip
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler

import brotli
import pytest
import zstandard
from pydantic import SecretStr

from services.alerter.channels.http import Poster
from services.crawler.adapters.fetcher import Limits
from services.crawler.domain.source import Parsed, Request, SourcePage
from services.crawler.sources.kinds.sitemap import Sitemap, SitemapOptions
from shared.errors import PermanentError, TransientError, UnknownOutcome
from tests.chaos.hostile import SHORT, SPARE_SECONDS, fetched, memory_grows_by, processor_seconds, refused
from tests.chaos.strain import strain
from tests.integration.crawler_site import Site, drip, endless, serve

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(120)]

slow = pytest.mark.fault(39, "one byte a second, endless chunks")
bombs = pytest.mark.fault(40, "packed bombs")
Act = Callable[[BaseHTTPRequestHandler], None]
MB = 1_000_000
UNPACKED = 100 * MB


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as made:
        made.add("/a", "open")
        yield made


def dripping_head(site: Site) -> Act:
    """A header whose end never comes."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Header: ")
        while not site.stop.wait(0.05):
            handler.wfile.write(b"x")
            handler.wfile.flush()

    return act


def chunks(size: int, pause: float) -> Callable[[Site], Act]:
    """Chunks of so many bytes (RFC 9112, 7.1), for ever."""

    def make(site: Site) -> Act:
        def act(handler: BaseHTTPRequestHandler) -> None:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
            while not site.stop.wait(pause):
                handler.wfile.write(b"%x\r\n%s\r\n" % (size, b"x" * size))
                handler.wfile.flush()

        return act

    return make


def interim(site: Site) -> Act:
    """Interim answers (RFC 9110, 15.2) and never a final one."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        while not site.stop.wait(0.01):
            handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
            handler.wfile.flush()

    return act


SLOW: dict[str, tuple[Callable[[Site], Act], str]] = {
    "body": (drip, "no answer within 0.6 s"),
    "head": (dripping_head, "no answer within 0.6 s"),
    "chunks of one byte": (chunks(1, 0.02), "no answer within 0.6 s"),
    "chunks without end": (chunks(50_000, 0.0), "larger than 1 MB"),
    "bytes without end": (lambda site: endless, "larger than 1 MB"),
    "interim answers": (interim, ""),
}


@slow
@pytest.mark.parametrize("way", ["page", "listing", "after a redirect"])
@pytest.mark.parametrize("kind", SLOW)
def test_an_answer_that_does_not_end_is_given_up_at_the_deadline(site: Site, kind: str, way: str) -> None:
    make, words = SLOW[kind]
    site.pages["/slow"] = make(site)
    site.redirect("/hop", "/slow")
    with memory_grows_by(60 * MB):
        error = refused(site.url("/hop" if way == "after a redirect" else "/slow"), page=way != "listing", limits=SHORT)
    assert words in str(error)


@slow
def test_the_deadline_holds_for_all_hops_together(site: Site) -> None:
    def late(number: int) -> Act:
        def act(handler: BaseHTTPRequestHandler) -> None:
            site.stop.wait(0.25)
            handler.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: /hop%d\r\nContent-Length: 0\r\n\r\n" % (number + 1))

        return act

    site.pages |= {f"/hop{number}": late(number) for number in range(5)}
    assert "no answer within 0.6 s" in str(refused(site.url("/hop0"), limits=SHORT))
    assert "/hop4" not in site.paths()


@slow
@pytest.mark.parametrize("kind", [kind for kind in SLOW if "without end" not in kind])
def test_a_robots_txt_that_does_not_end_means_no_for_now(site: Site, kind: str) -> None:
    site.pages["/robots.txt"] = SLOW[kind][0](site)
    error = refused(site.url("/a"), limits=SHORT)
    assert isinstance(error, TransientError)
    assert "robots.txt unreachable" in str(error)
    assert "/a" not in site.paths()


@slow
@pytest.mark.parametrize("kind", SLOW)
def test_a_webhook_that_does_not_end_its_answer_is_given_up_at_the_deadline(site: Site, kind: str) -> None:
    site.pages["/hook"] = SLOW[kind][0](site)
    began = time.monotonic()
    try:
        answer = Poster(0.6).post(SecretStr(site.url("/hook")), b"{}")
    except UnknownOutcome:
        return assert_soon(began)
    assert answer.status == 200
    assert len(answer.text) <= 65_536
    return assert_soon(began)


def assert_soon(began: float) -> None:
    assert time.monotonic() - began < SPARE_SECONDS * strain()


def twice(pack: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    return lambda body: pack(pack(body))


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda body: gzip.compress(body, 6),
    "deflate": lambda body: zlib.compress(body, 6),
    "br": lambda body: brotli.compress(body, quality=5),
    "zstd": lambda body: zstandard.compress(body),
    "gzip, gzip": twice(lambda body: gzip.compress(body, 6)),
    "br, gzip": lambda body: gzip.compress(brotli.compress(body, quality=5), 6),
}


@pytest.fixture(scope="module")
def packed() -> dict[str, bytes]:
    """100 MB of nothing in each packing."""
    zeros = bytes(UNPACKED)
    return {name: pack(zeros) for name, pack in PACKINGS.items()}


@bombs
@pytest.mark.parametrize("encoding", PACKINGS)
def test_a_bomb_ends_at_the_first_megabytes_wherever_it_lies(
    site: Site, packed: dict[str, bytes], encoding: str
) -> None:
    body = packed[encoding]
    site.add("/bomb", body, Content_Encoding=encoding)
    site.redirect("/to-bomb", "/bomb")
    site.pages["/hop"] = (302, {"Location": "/a", "Content-Encoding": encoding}, body)
    site.add("/missing", body, status=404, Content_Encoding=encoding)
    site.add("/busy", body, status=503, Content_Encoding=encoding)
    with memory_grows_by(60 * MB):
        for path in ("/bomb", "/to-bomb"):
            for page in (True, False):
                assert "larger than 1 MB" in str(refused(site.url(path), page=page))
        assert fetched(site.url("/hop")).body == b"open"
        assert str(refused(site.url("/missing"))) == "404"
        assert "503" in str(refused(site.url("/busy")))


@bombs
@pytest.mark.parametrize("encoding", PACKINGS)
def test_a_bomb_in_robots_txt_is_read_to_its_first_500_kib(site: Site, encoding: str) -> None:
    rules = b"User-agent: *\nDisallow: /private\n" + b"# x\n" * 20_000_000 + b"Disallow: /a\n"
    site.add("/robots.txt", PACKINGS[encoding](rules), Content_Encoding=encoding, Content_Type="text/plain")
    site.add("/private/b", "closed")
    with memory_grows_by(60 * MB):
        assert fetched(site.url("/a")).body == b"open"
        assert "robots.txt forbids it" in str(refused(site.url("/private/b")))


def read_sitemap(body: bytes) -> Parsed:
    address = "https://news.example.com/sitemap.xml.gz"
    now = datetime(2026, 11, 22, tzinfo=UTC)
    return Sitemap(address, UTC, SitemapOptions()).parse(SourcePage(Request(address), address, body, now))


SITEMAPS: dict[str, Callable[[int], bytes]] = {
    "zeros": lambda size: bytes(size),
    "spaces": lambda size: b"<urlset>" + b" " * size + b"</urlset>",
    "empty elements": lambda size: b"<urlset>" + b"<u/>" * (size // 4) + b"</urlset>",
    "addresses": lambda size: b"<urlset>" + b"<url><loc>https://n.cn/a</loc></url>" * (size // 36) + b"</urlset>",
    "elements in each other": lambda size: b"<urlset>" + b"<u>" * (size // 3),
    "attributes": lambda size: b"<urlset %s/>" % b" ".join(b"a%d=''" % number for number in range(size // 40)),
}


@bombs
@pytest.mark.parametrize(
    ("shape", "size"), [*((shape, 45 * MB) for shape in SITEMAPS), ("zeros", 120 * MB), ("addresses", 120 * MB)]
)
def test_a_packed_sitemap_that_swells_is_bounded_in_time_and_memory(site: Site, shape: str, size: int) -> None:
    limits = Limits(timeout=5.0)  # sizes as they are outside of tests
    site.add("/sitemap.xml.gz", gzip.compress(SITEMAPS[shape](size), 6), Content_Type="application/gzip")
    with memory_grows_by(250 * MB), processor_seconds(SPARE_SECONDS):
        try:
            parsed = read_sitemap(fetched(site.url("/sitemap.xml.gz"), page=False, limits=limits).body)
        except PermanentError:
            return  # refused, which is as good as cut
    assert len(parsed.items) <= 200


@bombs
def test_a_sitemap_packed_twice_over_is_no_sitemap(site: Site) -> None:
    began = time.monotonic()
    with pytest.raises(PermanentError):
        read_sitemap(gzip.compress(gzip.compress(bytes(UNPACKED), 6), 6))
    assert time.monotonic() - began < SPARE_SECONDS * strain()
