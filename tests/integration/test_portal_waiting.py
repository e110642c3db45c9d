"""Whatever waits for somebody else holds few threads: pages and probes answer beside a crowd that waits."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from services.portal.adapters import brief_pdf, oidc
from services.portal.adapters.desk import SqlDeskShelf
from services.portal.application.desk import Desk, Request, Wish
from services.portal.bootstrap import web_app
from services.portal.domain.brief import Brief
from services.portal.domain.brief_made import Made
from shared.runtime.health import serve_health
from shared.watch import load_watchlist
from tests.integration.portal_accounts_rig import Clock, doors_of
from tests.integration.portal_web_rig import Site, filled

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

CROWD = 60
"""More than anyio has threads (40)."""
SOON = 4.0
"""Seconds in which pages answer on a machine that has much to do; what waits here is held until they have."""


class Held:
    """Work that ends when the test says so."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.most = self._now = 0
        self._lock = threading.Lock()

    def __call__(self) -> None:
        """Wait."""
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        assert self.go.wait(60)
        with self._lock:
            self._now -= 1


class HeldWords:
    """A second reader that takes its time."""

    def __init__(self, held: Held) -> None:
        self._held = held

    def word(self, made: Made, chinese: bool) -> Brief:
        """The brief as it is."""
        self._held()
        return made.brief


async def _beside(site: Site, path: str, held: Held, pages: list[str], cookies: httpx.Cookies) -> list[httpx.Response]:
    """What the crowd is answered that asks for `path`; `pages` answer while it waits."""
    transport = httpx.ASGITransport(app=site.app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://portal.test", cookies=cookies, timeout=120
    ) as web:
        crowd = [asyncio.create_task(web.get(path)) for _ in range(CROWD)]
        try:
            while not held.most:
                await asyncio.sleep(0.05)
            for page in pages:
                began = time.monotonic()
                answer = await asyncio.wait_for(web.get(page), SOON)
                assert answer.status_code == 200, (page, answer.text)
                assert time.monotonic() - began < SOON
        finally:
            held.go.set()
        return [await each for each in crowd]


def beside(site: Site, path: str, held: Held, *pages: str) -> list[httpx.Response]:
    """As `_beside`, signed in; the probe of the process answers too."""
    server, port = serve_health(site.health, "127.0.0.1", 0, site.metrics.registry)
    cookies = site.client().cookies

    async def both() -> list[httpx.Response]:
        crowd = asyncio.create_task(_beside(site, path, held, list(pages) or ["/", "/overview", "/account"], cookies))
        while not held.most and not crowd.done():
            await asyncio.sleep(0.05)
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=SOON) as probe:
            assert probe.status == 200
        return await crowd

    try:
        return asyncio.run(both())
    finally:
        server.shutdown()
        server.server_close()


def told_to_come_again(answers: list[httpx.Response]) -> int:
    """How many were refused, each with when to ask again; the others were answered."""
    refused = [each for each in answers if each.status_code == 503]
    assert {each.status_code for each in answers} <= {200, 503}
    assert all(int(each.headers["Retry-After"]) > 0 for each in refused)
    return len(refused)


@pytest.fixture
def held() -> Iterator[Held]:
    made = Held()
    yield made
    made.go.set()


def test_pdfs_leave_threads_to_pages(
    engine: Engine, config_dir: Path, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(engine)

    def made(_page: str) -> bytes:
        held()
        return b"%PDF"

    monkeypatch.setattr(brief_pdf, "_pdf", made)
    answers = beside(Site(engine, config_dir), "/brief.pdf?q=医鹿", held)
    assert told_to_come_again(answers) > 0
    assert held.most == brief_pdf.AT_ONCE
    refused = next(each for each in answers if each.status_code == 503)
    assert "此刻同类请求太多" in refused.text
    assert "数据库" not in refused.text


def test_the_second_reader_leaves_threads_to_pages(engine: Engine, config_dir: Path, held: Held) -> None:
    filled(engine)
    site = Site(engine, config_dir)
    watchlist = load_watchlist(config_dir / "watchlist.yaml")
    site.app = web_app(engine, watchlist, site.gate, site.metrics, site.health, "portal.test", words=HeldWords(held))
    answers = beside(site, "/api/v1/brief?q=医鹿&worded=true", held)
    assert told_to_come_again(answers) > 0
    assert held.most <= 4
    refused = next(each for each in answers if each.status_code == 503)
    assert refused.json()["type"] == "/problems/busy"


def test_who_waits_for_the_alerter_leaves_threads_to_pages(
    engine: Engine, config_dir: Path, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is none: each page waits its whole patience."""
    number = SqlDeskShelf(engine).ask(Wish("check", "local", None, {"text": "subscriptions: []"}))

    def answered(desk: Desk, wanted: int, _patience: float = 0) -> Request | None:
        held()
        return desk.shelf.request(wanted)

    monkeypatch.setattr(Desk, "answered", answered)
    answers = beside(Site(engine, config_dir), f"/asked/{number}", held)
    told_to_come_again(answers)
    assert held.most <= 8


@contextmanager
def silent() -> Iterator[tuple[str, Held]]:
    """An OIDC provider that takes connections and says nothing."""
    taken, held = [], Held()
    listener = socket.create_server(("127.0.0.1", 0), backlog=200)

    def take() -> None:
        try:
            while True:
                taken.append(listener.accept()[0])
                held.most = len(taken)
        except OSError:
            pass  # the test is over

    thread = threading.Thread(target=take)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", held
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(10)
    for each in taken:
        each.close()


def test_a_hung_provider_is_asked_by_one_request_and_then_left_alone(
    engine: Engine, config_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc, "SECONDS", 3.0)
    clock = Clock()
    with silent() as (issuer, held):
        provider = oidc.OidcProvider(issuer, "portal", SecretStr("s"), "http://portal.test/back", clock)
        site = Site(engine, config_dir, doors_of(engine, clock, provider=provider))
        answers = beside(site, "/sign-in/oidc", held, "/sign-in", "/", "/problems/busy")
        assert {each.status_code for each in answers} == {503}
        assert held.most == 1, "one request asked for all"
        began = time.monotonic()
        assert site.client().get("/sign-in/oidc").status_code == 503
        assert time.monotonic() - began < 2.0, "it was remembered"
        assert held.most == 1
        clock.ahead += oidc.FAILED
        assert site.client().get("/sign-in/oidc").status_code == 503
        assert held.most == 2, "and asked again later"
        assert datetime.now(UTC) < clock()
