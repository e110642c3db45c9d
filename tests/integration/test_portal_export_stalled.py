"""Readers that begin a download and take no more of it keep no place from others; one export at a time of each."""

import asyncio
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.local.database import Database
from services.portal.application.exporting import AT_ONCE
from services.portal.serving import Impatient
from services.portal.web import sending
from services.portal.web.gate import COOKIE
from shared.store.engine import make_engine
from tests.integration.portal_accounts_rig import Clock, add, doors_of, sign_in
from tests.integration.portal_rows import document, indexed, store
from tests.integration.portal_web_rig import Client, Site

pytestmark = pytest.mark.integration

PATIENCE = 1.0
NAMES = tuple(f"editor{number}" for number in range(AT_ONCE + 1))


@pytest.fixture(scope="module")
def site(local_database: Database, project_root: Path) -> Iterator[Site]:
    engine = make_engine(local_database.create("portal_stalled", template="template"))
    store(engine, *(document(each, f"公告{each}", *["医鹿上线新功能。" * 400] * 20) for each in range(1, 61)))
    while indexed(engine).full:
        pass
    doors = doors_of(engine, Clock())
    for name in NAMES:
        add(doors, name, "editor")
    yield Site(engine, project_root / "config", doors)
    engine.dispose()
    local_database.drop("portal_stalled")


def of(site: Site, name: str) -> Client:
    client = site.client(signed_in=False)
    assert sign_in(client, name).status_code == 303
    return client


class Stalled:
    """A reader of an export that takes its first part alone."""

    def __init__(self, site: Site, client: Client) -> None:
        self.began, self.ended = asyncio.Event(), asyncio.Event()
        self._site, self._cookie, self._asked = site, client.cookies.get(COOKIE), False

    async def run(self) -> None:
        scope: dict[str, Any] = {
            "type": "http", "method": "GET", "path": "/export.csv", "raw_path": b"/export.csv", "scheme": "http",
            "query_string": b"text=true", "http_version": "1.1", "root_path": "", "client": ("10.0.0.1", 1),
            "server": ("portal.test", 80), "asgi": {"version": "3.0", "spec_version": "2.3"},
            "headers": [(b"host", b"portal.test"), (b"cookie", f"{COOKIE}={self._cookie}".encode())],
        }  # fmt: skip
        await self._site.app(scope, self._receive, self._send)
        self.ended.set()

    async def _receive(self) -> dict[str, Any]:
        if self._asked:
            await self.ended.wait()
        self._asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            assert message["status"] == 200
        elif message["type"] == "http.response.body":
            self.began.set()
            await asyncio.Event().wait()


def test_stalled_downloads_give_their_places_back(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "STALLED", PATIENCE)
    clients = [of(site, name) for name in NAMES]

    async def run() -> tuple[float, list[int]]:
        stalled = [Stalled(site, client) for client in clients[:AT_ONCE]]
        tasks = [asyncio.create_task(each.run()) for each in stalled]
        for each in stalled:
            await each.began.wait()
        loop = asyncio.get_running_loop()
        began = loop.time()
        twice = await loop.run_in_executor(None, lambda: clients[0].get("/export.csv"))
        busy = await loop.run_in_executor(None, lambda: clients[-1].get("/export.csv"))
        assert (twice.status_code, twice.json()["type"], twice.headers["retry-after"]) == (
            429,
            "/problems/too-many",
            "15",
        )
        assert (busy.status_code, busy.json()["type"]) == (503, "/problems/busy")
        await asyncio.wait_for(asyncio.gather(*tasks), 30)
        waited = loop.time() - began
        after = [await loop.run_in_executor(None, lambda one=each: one.get("/export.csv")) for each in clients]  # type: ignore[misc]  # a name of its own each
        return waited, [each.status_code for each in after]

    waited, after = asyncio.run(run())
    assert waited < PATIENCE + 10
    assert after == [200] * len(clients), "one after the other, each gets the whole"


def test_one_who_has_an_export_under_way_is_told_so_in_chinese(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "STALLED", PATIENCE)
    client = of(site, NAMES[0])

    async def run() -> Any:
        stalled = Stalled(site, client)
        task = asyncio.create_task(stalled.run())
        await stalled.began.wait()
        loop = asyncio.get_running_loop()
        told = await loop.run_in_executor(
            None, lambda: client.get("/export.jsonl", headers={"Accept-Language": "zh-CN"})
        )
        await asyncio.wait_for(task, 30)
        return told.json()

    told = asyncio.run(run())
    assert told["detail"] == "你的另一个导出正在进行"
    assert told["mend"] == "请等它结束，或缩小范围"


def test_a_stalled_connection_is_closed_without_the_end_of_a_whole_file(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "STALLED", PATIENCE)
    monkeypatch.setattr(Impatient, "spoken_within", PATIENCE)
    cookie = of(site, NAMES[0]).cookies.get(COOKIE)
    with site.served() as address, socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        host, port = address.removeprefix("http://").split(":")
        reader.connect((host, int(port)))
        reader.sendall(
            f"GET /export.csv?text=true HTTP/1.1\r\nHost: {host}\r\nCookie: {COOKIE}={cookie}\r\n\r\n".encode()
        )
        reader.settimeout(30)
        assert b"200 OK" in reader.recv(100)
        time.sleep(4 * PATIENCE)
        held = b""
        try:
            while part := reader.recv(1 << 20):
                held = held[-5:] + part
        except ConnectionResetError:
            pass
        assert not held.endswith(b"0\r\n\r\n")
