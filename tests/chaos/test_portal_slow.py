"""Whoever speaks slowly, or not at all, is cut off after a while, and costs nobody anything until then."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from deploy.local.database import Database
from services.portal.serving import Impatient
from services.portal.web.gate import COOKIE
from shared.store.engine import make_engine
from tests.chaos.portal_rig import Readers, portal
from tests.integration.portal_web_rig import Site

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.fault(60, "100,000 ranges, 10,000 fields, slow bodies, search bait"),
    pytest.mark.timeout(300),
]

PATIENCE = 2.0
"""Seconds that the server of this test waits for a whole request."""
MANY = 150
"""Connections that say hardly anything."""


@pytest.fixture(scope="module")
def met(local_database: Database, project_root: Path) -> Iterator[tuple[Site, Readers]]:
    engine = make_engine(local_database.create("portal_slow", template="template"))
    with portal(engine, project_root) as made:
        yield made
    engine.dispose()
    local_database.drop("portal_slow")


@pytest.fixture
def address(met: tuple[Site, Readers], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(Impatient, "spoken_within", PATIENCE)
    with met[0].served() as made:
        yield made


def cut(connection: socket.socket, seconds: float) -> bool:
    """Whether the server closes the connection within so many seconds."""
    connection.settimeout(seconds)
    try:
        while connection.recv(4_096):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


def connected(address: str, beginning: bytes) -> socket.socket:
    place = urlsplit(address)
    made = socket.create_connection((place.hostname or "", place.port or 0), timeout=30)
    made.sendall(beginning)
    return made


BEGINNINGS = {
    "nothing": b"",
    "half a line": b"GET /sign-",
    "a head without an end": b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nX: y\r\n",
    "a body without an end": b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\ncsrf=",
    "chunks without an end": b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\n1\r\nc\r\n",
}


@pytest.mark.parametrize("name", BEGINNINGS)
def test_a_request_that_does_not_come_whole_is_cut(address: str, name: str) -> None:
    began = time.monotonic()
    with connected(address, BEGINNINGS[name]) as connection:
        assert cut(connection, 30), "it waits for ever"
    assert time.monotonic() - began > PATIENCE / 2, "who is a little slow is heard"


def test_a_byte_now_and_then_does_not_keep_a_connection(address: str) -> None:
    with connected(address, BEGINNINGS["a body without an end"]) as connection:
        began = time.monotonic()
        while time.monotonic() - began < 10 * PATIENCE:
            try:
                connection.sendall(b"x")
            except OSError:
                break
            if cut(connection, PATIENCE / 10):
                break
        else:
            pytest.fail("a byte each fifth of a second keeps it open")


def test_a_session_of_many_requests_outlives_the_patience(address: str, met: tuple[Site, Readers]) -> None:
    cookie = met[1].client("reader", "strategy").cookies[COOKIE]
    with httpx.Client(base_url=address, cookies={COOKIE: cookie}, timeout=30, trust_env=False) as web:
        began = time.monotonic()
        while time.monotonic() - began < 2 * PATIENCE:
            assert web.get("/").status_code == 200
            time.sleep(PATIENCE / 10)


def test_others_are_answered_while_many_say_nothing(address: str, met: tuple[Site, Readers]) -> None:
    cookie = met[1].client("reader", "strategy").cookies[COOKIE]
    silent = [connected(address, list(BEGINNINGS.values())[number % len(BEGINNINGS)]) for number in range(MANY)]
    try:
        with httpx.Client(base_url=address, cookies={COOKIE: cookie}, timeout=30, trust_env=False) as web:
            for _ in range(5):
                answer = web.get("/", params={"q": "医鹿"})
                assert answer.status_code == 200
                assert "result" in answer.text
        assert all(cut(connection, 30) for connection in silent)
    finally:
        for connection in silent:
            connection.close()
