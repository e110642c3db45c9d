"""A page that is empty without JavaScript is rendered by a real Chromium, which itself reaches nothing."""

import asyncio
import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.crawler.adapters.browser import Renderer
from services.crawler.adapters.fetcher import HttpFetcher, Limits
from services.crawler.application.values import Answer
from services.crawler.domain.addresses import Opened
from services.crawler.domain.source import Request
from shared.errors import LumingError, PermanentError, TransientError
from tests.integration.crawler_site import Site, never, serve

CHROMIUM = os.environ.get("CRAWLER_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(90),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is here"),
]

SCRIPT = """<html><head><title>新闻</title></head><body><div id=app></div><script>
fetch('/api/news?id=7', {method: 'POST', body: 'x'}).then(answer => answer.json()).then(news => {
  document.getElementById('app').innerHTML = '<article><p>' + news.text + '</p></article>';
});
</script></body></html>"""


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as made:
        yield made


@contextmanager
def forbidden_listener() -> Iterator[tuple[int, list[str]]]:
    """A server on this machine that nothing may reach, and who came all the same."""
    told: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    told.append("somebody came")

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield server.getsockname()[1], told
        finally:
            stop.set()
            thread.join()


def render(site: Site, path: str, timeout: float = 8.0) -> Answer:
    """The rendered page; of this machine the site alone is open."""

    async def run() -> Answer:
        opened = Opened(endpoints=frozenset({("127.0.0.1", site.port)}))
        renderer = Renderer(Path(str(CHROMIUM)))
        limits = Limits(timeout=timeout, max_bytes=300_000)
        async with HttpFetcher(limits, "tests@example.com", opened=opened, renderer=renderer) as fetcher:
            return await fetcher.fetch(Request(site.url(path)), 0.0, page=True, render=True)

    return asyncio.run(run())


def test_what_scripts_make_is_read(site: Site) -> None:
    site.add("/news", SCRIPT, Set_Cookie="seen=1")
    site.add("/api/news?id=7", '{"text": "阿里健康与三家医院签署合作协议"}', Content_Type="application/json")
    answer = render(site, "/news")
    assert "<p>阿里健康与三家医院签署合作协议</p>" in answer.body.decode()
    assert (answer.charset, answer.media) == ("utf-8", "text/html")
    hits = dict(site.hits)
    assert site.paths() == ["/robots.txt", "/news", "/api/news?id=7"]
    assert hits["/api/news?id=7"]["User-Agent"].startswith("Luming/")
    assert hits["/api/news?id=7"]["Cookie"] == "seen=1"


def test_robots_hold_for_what_the_page_asks(site: Site) -> None:
    site.add("/robots.txt", "User-agent: *\nDisallow: /api/", Content_Type="text/plain")
    site.add("/news", SCRIPT)
    assert '<div id="app"></div>' in render(site, "/news").body.decode()
    assert "/api/news?id=7" not in site.paths()


def test_a_page_reaches_no_private_address_by_any_way(site: Site) -> None:
    with forbidden_listener() as (port, told):
        inside = f"http://127.0.0.1:{port}"
        site.redirect("/away", f"{inside}/redirected")
        site.add("/frame", f"<script>location.href='{inside}/framed'</script>")
        site.add(
            "/news",
            f"""<html><head><link rel=preconnect href="{inside}"><link rel=dns-prefetch href="//127.0.0.1:{port}">
            <link rel=prefetch href="{inside}/prefetched"><link rel=stylesheet href="{inside}/style.css">
            <meta http-equiv=refresh content="0; url={inside}/refreshed"></head><body>
            <img src="{inside}/image"><iframe src="{inside}/frame"></iframe><iframe src="/frame"></iframe>
            <video src="{inside}/video"></video><object data="{inside}/object"></object><p>text</p><script>
            fetch('{inside}/fetch', {{mode: 'no-cors'}}); fetch('/away', {{mode: 'no-cors'}});
            fetch('http://localhost:{port}/named', {{mode: 'no-cors'}}); fetch('http://[::ffff:127.0.0.1]:{port}/six');
            new WebSocket('ws://127.0.0.1:{port}/socket'); new EventSource('{inside}/events');
            navigator.sendBeacon('{inside}/beacon'); new Worker('/worker.js'); window.open('{inside}/popup');
            navigator.serviceWorker && navigator.serviceWorker.register('/worker.js');
            const peer = new RTCPeerConnection({{iceServers: [{{urls: 'stun:127.0.0.1:{port}'}}]}});
            peer.createDataChannel('x'); peer.createOffer().then(offer => peer.setLocalDescription(offer));
            </script></body></html>""",
        )
        worker = f"fetch('{inside}/worker', {{mode: 'no-cors'}}); new WebSocket('ws://127.0.0.1:{port}/worker')"
        site.add("/worker.js", worker, Content_Type="text/javascript")
        assert "<p>text</p>" in render(site, "/news").body.decode()
        time.sleep(0.3)
    assert told == []
    assert "/away" in site.paths()


def test_a_part_that_is_refused_closes_its_own_host_alone(site: Site) -> None:
    with serve() as other:
        other.add("/counter.js", "", status=412)
        site.add("/api/hits", "", status=412)
        part = other.url("/counter.js")
        site.add("/news", f"<p>text</p><script src='{part}'></script><script>fetch('/api/hits')</script>")

        async def run() -> None:
            renderer = Renderer(Path(str(CHROMIUM)))
            async with HttpFetcher(Limits(timeout=8.0), "tests@example.com", True, renderer=renderer) as fetcher:
                for _ in range(2):
                    answer = await fetcher.fetch(Request(site.url("/news")), 0.0, page=True, render=True)
                    assert "text" in answer.body.decode()
                assert fetcher.busy_hosts() == [f"127.0.0.1:{other.port}"]

        asyncio.run(run())
        assert other.paths() == ["/robots.txt", "/counter.js"]
        assert site.paths().count("/news") == 2


def test_images_and_downloads_are_not_fetched(site: Site) -> None:
    site.add("/news", "<p>text</p><img src=/a.png><a href=/file.zip download id=a></a><script>a.click()</script>")
    site.add("/file.zip", b"PK", Content_Type="application/zip")
    assert "text" in render(site, "/news").body.decode()
    assert site.paths() == ["/robots.txt", "/news"]


@pytest.mark.parametrize(
    ("script", "kind", "words"),
    [
        ("while (true) {}", TransientError, "not rendered"),
        ("document.body.innerHTML = '<p>' + 'x'.repeat(400000)", PermanentError, "larger than 0.3 MB"),
    ],
)
def test_a_page_without_end_is_one_typed_error(site: Site, script: str, kind: type[LumingError], words: str) -> None:
    site.add("/news", f"<body><script>{script}</script></body>")
    began = time.monotonic()
    with pytest.raises(LumingError, match=words) as caught:
        render(site, "/news", timeout=4.0)
    assert isinstance(caught.value, kind)
    assert time.monotonic() - began < 20


def test_a_part_that_never_answers_costs_its_time_alone(site: Site) -> None:
    site.pages["/slow"] = never(site)
    site.add("/news", "<p>text</p><script>fetch('/slow')</script>")
    assert "text" in render(site, "/news", timeout=3.0).body.decode()


def test_a_chromium_that_is_not_there_is_said(site: Site) -> None:
    async def run() -> None:
        renderer = Renderer(Path("/no/such/chromium"))
        async with HttpFetcher(Limits(), "tests@example.com", True, renderer=renderer) as fetcher:
            await fetcher.fetch(Request(site.url("/news")), 0.0, render=True)

    site.add("/news", SCRIPT)
    with pytest.raises(TransientError, match="Chromium does not start"):
        asyncio.run(run())
