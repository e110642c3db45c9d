"""A host that refuses is left alone; one page that is refused by itself silences nobody; bombs on every way end."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import brotli
import pytest
import zstandard

from services.crawler.adapters.fetcher import HttpFetcher, Limits
from services.crawler.application.ports import Refused
from services.crawler.domain.source import Request
from shared.errors import LumingError, PermanentError, TransientError
from tests.integration.crawler_site import Site, bomb, serve

pytestmark = [pytest.mark.integration, pytest.mark.timeout(30)]

RUISHU = "<html><head><script>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=7;</script></head><body></body></html>"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as made:
        made.add("/a", "open")
        made.add("/b", "open")
        yield made


def run(steps: Callable[[HttpFetcher], Awaitable[None]]) -> None:
    async def all_of_them() -> None:
        limits = Limits(timeout=2.0, max_bytes=1_000_000, max_redirects=5)
        async with HttpFetcher(limits, "tests@example.com", True, chance=lambda: 0.0) as fetcher:
            await steps(fetcher)

    asyncio.run(all_of_them())


@pytest.mark.parametrize(
    ("status", "headers", "body", "seconds"),
    [
        (412, {}, "", 720),
        (200, {}, RUISHU, 720),
        (403, {"cf_mitigated": "challenge"}, "", 720),
        (429, {}, "", 24),
        (429, {"Retry_After": "100"}, "", 100),
        (456, {"Retry_After": "7200"}, "", 7200),
        (503, {}, "", 24),
    ],
)
def test_a_refusal_closes_its_host(site: Site, status: int, headers: dict[str, str], body: str, seconds: int) -> None:
    site.add("/no", body, status=status, **headers)

    async def steps(fetcher: HttpFetcher) -> None:
        with pytest.raises(TransientError, match=str(status)) as caught:
            await fetcher.fetch(Request(site.url("/no")), 0.0, page=True)
        assert caught.value.retry_after is not None
        assert caught.value.retry_after >= seconds
        with pytest.raises(Refused, match=f"another {seconds} s: it answered {status}"):
            await fetcher.fetch(Request(site.url("/a")), 0.0, page=True)
        assert fetcher.busy_hosts() == [f"127.0.0.1:{site.port}"]

    run(steps)
    assert "/a" not in site.paths()


@pytest.mark.parametrize("status", [401, 403])
def test_one_page_that_is_forbidden_is_its_own_matter(site: Site, status: int) -> None:
    site.add("/no", "members only", status=status)
    site.add("/no2", "members only", status=status)

    async def steps(fetcher: HttpFetcher) -> None:
        for _ in range(3):
            with pytest.raises(TransientError, match=str(status)):
                await fetcher.fetch(Request(site.url("/no")), 0.0, page=True)
            assert (await fetcher.fetch(Request(site.url("/a")), 0.0, page=True)).body == b"open"
        with pytest.raises(TransientError):
            await fetcher.fetch(Request(site.url("/no")), 0.0, page=True)
        with pytest.raises(TransientError):
            await fetcher.fetch(Request(site.url("/no2")), 0.0, page=True)  # the second in a row
        with pytest.raises(Refused):
            await fetcher.fetch(Request(site.url("/a")), 0.0, page=True)

    run(steps)


def test_a_listing_that_is_forbidden_closes_its_host(site: Site) -> None:
    site.add("/feed", "", status=403)

    async def steps(fetcher: HttpFetcher) -> None:
        with pytest.raises(TransientError, match="403"):
            await fetcher.fetch(Request(site.url("/feed")), 0.0)
        with pytest.raises(Refused):
            await fetcher.fetch(Request(site.url("/a")), 0.0, page=True)

    run(steps)


def test_a_check_on_another_host_closes_the_one_that_leads_there(site: Site) -> None:
    with serve() as gate:
        gate.add("/captcha/1", "<html><title>访问验证</title></html>")
        site.redirect("/no", gate.url("/captcha/1"))

        async def steps(fetcher: HttpFetcher) -> None:
            with pytest.raises(TransientError, match="访问验证"):
                await fetcher.fetch(Request(site.url("/no")), 0.0, page=True)
            with pytest.raises(Refused):
                await fetcher.fetch(Request(site.url("/a")), 0.0, page=True)

        run(steps)


def test_a_missing_page_and_a_broken_server_close_nothing(site: Site) -> None:
    site.add("/500", "", status=500)

    async def steps(fetcher: HttpFetcher) -> None:
        for path in ("/404", "/500", "/404", "/500"):
            with pytest.raises(LumingError):
                await fetcher.fetch(Request(site.url(path)), 0.0, page=True)
        assert (await fetcher.fetch(Request(site.url("/a")), 0.0, page=True)).body == b"open"

    run(steps)


def test_robots_that_are_a_check_mean_no(site: Site) -> None:
    site.add("/robots.txt", RUISHU)

    async def steps(fetcher: HttpFetcher) -> None:
        with pytest.raises(TransientError, match=r"robots\.txt unreachable: Ruishu's check"):
            await fetcher.fetch(Request(site.url("/a")), 0.0)

    run(steps)


def test_cookies_go_back_to_their_host_within_one_fetch_alone(site: Site) -> None:
    with serve() as other:
        other.add("/there", "there")
        site.pages["/1"] = (302, {"Location": "/1b", "Set-Cookie": "k=v; Path=/; Domain=127.0.0.1"}, b"")
        site.redirect("/1b", other.url("/there"))

        async def steps(fetcher: HttpFetcher) -> None:
            secret = (("Authorization", "Bearer x"), ("Cookie", ""))
            await fetcher.fetch(Request(site.url("/1"), headers=secret[:1]), 0.0)
            await fetcher.fetch(Request(site.url("/a")), 0.0)

        run(steps)
        told = dict(site.hits)
        assert told["/1b"]["Cookie"] == "k=v"
        assert told["/1b"]["Authorization"] == "Bearer x"
        assert "Cookie" not in told["/a"]
        (there,) = [headers for path, headers in other.hits if path == "/there"]
        assert not {"Cookie", "Authorization", "Referer"} & set(there)


BOMBS: dict[str, Callable[[], bytes]] = {
    "gzip": lambda: bomb(60_000_000),
    "br": lambda: brotli.compress(bytes(60_000_000), quality=5),
    "zstd": lambda: zstandard.compress(bytes(60_000_000)),
}


@pytest.mark.parametrize("encoding", BOMBS)
def test_a_bomb_ends_wherever_it_lies(site: Site, encoding: str) -> None:
    packed = BOMBS[encoding]()
    site.add("/bomb", packed, Content_Encoding=encoding)
    site.add("/robots.txt", packed, Content_Encoding=encoding, Content_Type="text/plain")
    site.pages["/hop"] = (302, {"Location": "/a", "Content-Encoding": encoding}, packed)
    site.add("/no", packed, status=404, Content_Encoding=encoding)

    async def steps(fetcher: HttpFetcher) -> None:
        with pytest.raises(PermanentError, match="larger than 1 MB"):
            await fetcher.fetch(Request(site.url("/bomb")), 0.0, page=True)
        assert (await fetcher.fetch(Request(site.url("/hop")), 0.0, page=True)).body == b"open"
        with pytest.raises(PermanentError, match="404"):
            await fetcher.fetch(Request(site.url("/no")), 0.0, page=True)

    run(steps)


def test_a_post_is_not_carried_to_another_host(site: Site) -> None:
    with serve() as other:
        site.pages["/api"] = (307, {"Location": other.url("/there")}, b"")

        async def steps(fetcher: HttpFetcher) -> None:
            with pytest.raises(PermanentError, match="redirects a POST to"):
                await fetcher.fetch(Request(site.url("/api"), method="POST", body=b"secret"), 0.0)

        run(steps)
        assert other.hits == []
