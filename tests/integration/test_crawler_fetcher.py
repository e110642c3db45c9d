"""The fetcher against a hostile site: every fault ends in time as a typed error in plain words."""

import asyncio
import socket
import time
from collections.abc import Iterator, Mapping

import pytest

from services.crawler.adapters.fetcher import HttpFetcher, Limits
from services.crawler.application.ports import Unreached
from services.crawler.application.values import Answer
from services.crawler.domain.source import Request
from shared.errors import LumingError, PermanentError, TransientError
from tests.integration.crawler_site import Site, bomb, drip, endless, never, serve

pytestmark = [pytest.mark.integration, pytest.mark.timeout(30)]

LIMITS = Limits(timeout=1.0, max_bytes=1_000_000, max_redirects=5)


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as made:
        yield made


def fetch(
    address: str, validators: Mapping[str, str] | None = None, page: bool = True, loopback_allowed: bool = True
) -> Answer:
    async def run() -> Answer:
        async with HttpFetcher(LIMITS, "tests@example.com", loopback_allowed, chance=lambda: 0.0) as fetcher:
            return await fetcher.fetch(Request(address), 0.0, validators, page)

    return asyncio.run(run())


def test_a_page_is_read_and_the_agent_says_who_asks(site: Site) -> None:
    site.add("/a", "正文", ETag='"1"', Last_Modified="Fri, 20 Nov 2026 01:30:00 GMT")
    answer = fetch(site.url("/a"))
    assert answer.body == "正文".encode()
    assert answer.charset == "utf-8"
    assert answer.validators == {"If-None-Match": '"1"', "If-Modified-Since": "Fri, 20 Nov 2026 01:30:00 GMT"}
    assert site.hits[-1][1]["User-Agent"] == "Luming/1.0 (+tests@example.com)"


def test_not_modified(site: Site) -> None:
    site.add("/a", "", status=304)
    assert fetch(site.url("/a"), {"If-None-Match": '"1"'}).unmodified
    assert site.hits[-1][1]["If-None-Match"] == '"1"'


def test_redirects_are_followed_to_their_end(site: Site) -> None:
    site.redirect("/1", "/2")
    site.redirect("/2", site.url("/3"))
    site.add("/3", "there")
    assert fetch(site.url("/1")).address == site.url("/3")


def faults(site: Site) -> dict[str, tuple[type[LumingError], str]]:
    site.add("/500", "", status=500)
    site.add("/429", "", status=429, Retry_After="120")
    site.redirect("/loop", "/loop2")
    site.redirect("/loop2", "/loop")
    for number in range(8):
        site.redirect(f"/hop{number}", f"/hop{number + 1}")
    site.redirect("/file", "file:///etc/passwd")
    site.redirect("/nowhere", "")
    site.redirect("/metadata", "http://169.254.169.254/latest/meta-data/")
    site.redirect("/shared", "http://100.100.100.200/")
    site.redirect("/mail", "http://127.0.0.1:25/")
    site.redirect("/host", "http://[bad")
    site.redirect("/data", "data:text/html,hello")
    site.add("/image", b"GIF89a", Content_Type="image/gif")
    site.add("/octets", b"MZ", Content_Type="application/octet-stream")
    site.add("/bomb", bomb(60_000_000), Content_Encoding="gzip")
    site.add("/brotli", b"\x0b\x02\x80", Content_Encoding="br")
    site.add("/large", bytes(1_000_001))
    site.pages["/drip"] = drip(site)
    site.pages["/never"] = never(site)
    site.pages["/endless"] = endless
    return {
        "/404": (PermanentError, "404"),
        "/500": (TransientError, "500"),
        "/429": (TransientError, "429"),
        "/loop": (PermanentError, "redirect loop"),
        "/hop0": (PermanentError, "more than 5 redirects"),
        "/file": (PermanentError, "no http address"),
        "/nowhere": (PermanentError, "redirect loop"),
        "/metadata": (PermanentError, "169.254.169.254 is not on the public internet"),
        "/shared": (PermanentError, "100.100.100.200 is not on the public internet"),
        "/mail": (PermanentError, "refused: port 25 is not one of the web"),
        "/host": (PermanentError, "no usable address"),
        "/data": (PermanentError, "no http address"),
        "/image": (PermanentError, "content type image/gif is not read"),
        "/octets": (PermanentError, "content type application/octet-stream is not read"),
        "/bomb": (PermanentError, "larger than 1 MB"),
        "/brotli": (PermanentError, "damaged"),
        "/large": (PermanentError, "larger than 1 MB"),
        "/drip": (TransientError, "no answer within 1 s"),
        "/never": (TransientError, "no answer within 1 s"),
        "/endless": (PermanentError, "larger than 1 MB"),
    }


PATHS = [
    "404", "500", "429", "loop", "hop0", "file", "nowhere", "metadata", "shared", "mail", "data", "image", "octets",
    "host",
    "bomb", "brotli", "large",
    "drip", "never", "endless",
]  # fmt: skip


@pytest.mark.parametrize("path", [f"/{name}" for name in PATHS])
def test_every_fault_is_typed_and_ends_in_time(site: Site, path: str) -> None:
    kind, words = faults(site)[path]
    began = time.monotonic()
    with pytest.raises(LumingError) as caught:
        fetch(site.url(path))
    assert time.monotonic() - began < 5
    assert isinstance(caught.value, kind), caught.value
    assert words in str(caught.value)


def test_retry_after_is_told(site: Site) -> None:
    site.add("/429", "", status=429, Retry_After="120")
    with pytest.raises(TransientError) as caught:
        fetch(site.url("/429"))
    assert caught.value.retry_after == 120


def test_nothing_listens(site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unreached, match=r"robots\.txt unreachable: no connection"):
        fetch(f"http://127.0.0.1:{port}/")


DISGUISES = ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "localhost", "[::ffff:7f00:1]", "127.0.0.1.", "①②⑦.0.0.1"]


@pytest.mark.parametrize("host", DISGUISES)
def test_this_machine_is_refused_at_connect_in_every_disguise(site: Site, host: str) -> None:
    site.add("/a", "secret")
    with pytest.raises(LumingError):
        fetch(f"http://{host}:{site.port}/a", loopback_allowed=False)
    assert site.hits == []


def test_robots_are_obeyed_and_asked_for_once(site: Site) -> None:
    site.add("/robots.txt", "User-agent: *\nDisallow: /private", Content_Type="text/plain")
    site.add("/a", "open")
    site.add("/private/b", "closed")

    async def run() -> None:
        async with HttpFetcher(LIMITS, "tests@example.com", True) as fetcher:
            await fetcher.fetch(Request(site.url("/a")), 0.0)
            with pytest.raises(PermanentError, match=r"robots\.txt forbids it"):
                await fetcher.fetch(Request(site.url("/private/b")), 0.0)

    asyncio.run(run())
    assert site.paths() == ["/robots.txt", "/a"]


@pytest.mark.parametrize("fault", ["500", "loop", "never", "inside"])
def test_unreachable_robots_mean_no_for_now(site: Site, fault: str) -> None:
    site.add("/a", "open")
    if fault == "500":
        site.add("/robots.txt", "", status=500)
    elif fault == "loop":
        site.redirect("/robots.txt", "/robots.txt")
    elif fault == "never":
        site.pages["/robots.txt"] = never(site)
    else:
        site.redirect("/robots.txt", "http://10.0.0.1/robots.txt")
    with pytest.raises(TransientError, match=r"robots\.txt unreachable") as caught:
        fetch(site.url("/a"))
    assert caught.value.retry_after
    assert "/a" not in site.paths()


def test_robots_of_a_hundred_megabytes_are_read_in_part(site: Site) -> None:
    site.add("/robots.txt", b"User-agent: *\nDisallow: /private\n" + b"# x\n" * 25_000_000)
    site.add("/a", "open")
    assert fetch(site.url("/a")).body == b"open"


def test_pace_and_peace(site: Site) -> None:
    site.add("/a", "open")
    site.add("/busy", "", status=503, Retry_After="60")

    async def run() -> tuple[float, list[str], str]:
        async with HttpFetcher(LIMITS, "tests@example.com", True, chance=lambda: 0.0) as fetcher:
            began = time.monotonic()
            for _ in range(3):
                await fetcher.fetch(Request(site.url("/a")), 0.2)
            spent = time.monotonic() - began
            with pytest.raises(TransientError):
                await fetcher.fetch(Request(site.url("/busy")), 0.0)
            with pytest.raises(TransientError) as caught:
                await fetcher.fetch(Request(site.url("/a")), 0.0)
            return spent, fetcher.busy_hosts(), str(caught.value)

    spent, busy, words = asyncio.run(run())
    assert spent >= 0.4
    assert busy == [f"127.0.0.1:{site.port}"]
    assert "is not to be asked for another 60 s" in words
    assert site.paths().count("/a") == 3
