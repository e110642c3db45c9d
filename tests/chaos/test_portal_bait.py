"""Requests that are cheap to send and dear to answer: each is answered or cut within a second of processor time, the
database's included, while another reader's searches go on."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import TypeVar

import pytest

from deploy.local.database import Database
from tests.chaos.portal_process import Running, running
from tests.chaos.strain import strain
from tests.integration.portal_web_rig import RUMOUR

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.fault(60, "100,000 ranges, 10,000 fields, slow bodies, search bait"),
    pytest.mark.timeout(300),
]

T = TypeVar("T")
MOST = 1.0
"""Seconds of processor of one bait."""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def portal(local_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(local_database, "portal_bait", tmp_path_factory.mktemp("portal")) as made:
        with made.client() as web:  # what is loaded and read at the first time is not the bait's
            for path in ("/", f"/documents/{RUMOUR}", "/threads/tstory", "/static/portal.css", "/api/v1/search"):
                assert web.get(path).status_code == 200, path
        yield made


@pytest.fixture(scope="module")
def usual(portal: Running) -> float:
    """Seconds of processor of one search of the other reader."""
    before, searches = portal.spent(), len(portal.other.searches)
    while len(portal.other.searches) < searches + 8:
        time.sleep(0.05)
    return (portal.spent() - before) / (len(portal.other.searches) - searches)


@pytest.fixture(autouse=True)
def goes_on(portal: Running, usual: float) -> Iterator[None]:
    """The other reader gets answers all the time, and after the bait too."""
    yield
    searches, deadline = len(portal.other.searches), time.monotonic() + 30 * strain()
    while len(portal.other.searches) < searches + 2:
        assert time.monotonic() < deadline, "the other reader waits"
        time.sleep(0.02)
    assert portal.other.wrong == []


def bitten(portal: Running, usual: float, bait: Callable[[], T]) -> tuple[float, T]:
    """Seconds of processor that the bait cost, without the other reader's searches; and what was answered."""
    before, searches = portal.spent(), len(portal.other.searches)
    answer = bait()
    return portal.spent() - before - (len(portal.other.searches) - searches) * usual, answer


def said(portal: Running, head: bytes, body: bytes = b"") -> bytes:
    """What is answered on a connection of its own: the first line, empty where it is cut."""
    with portal.connect() as connection:
        with suppress(OSError):  # it was cut while we spoke; what it said before can be read
            connection.sendall(head + b"\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + _length(body) + b"\r\n" + body)
        got = b""
        try:
            while part := connection.recv(65_536):
                got += part[:4_096]
        except OSError:
            return got.split(b"\r\n")[0]
    return got.split(b"\r\n")[0]


def _length(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n" % len(body) if body else b""


def fine(line: bytes) -> bool:
    """An answer that is no error of the portal's own, or none."""
    return not line or (line.startswith(b"HTTP/1.1 ") and line[9:10] in b"234")


RANGES = {
    "100,000": b"bytes=" + b",".join(b"%d-%d" % (n, n) for n in range(100_000)),
    "80,000 from the beginning": b"bytes=" + b",".join([b"0-"] * 80_000),
    "60,000 from the end": b"bytes=" + b",".join([b"-1"] * 60_000),
    "30,000 that overlap": b"bytes=" + b",".join(b"%d-900" % (n % 900) for n in range(30_000)),
    "one digit": b"bytes=" + b"9" * 200_000 + b"-",
    "commas": b"bytes=" + b"," * 200_000,
}


@pytest.mark.parametrize("name", RANGES)
def test_ranges(portal: Running, usual: float, name: str) -> None:
    for path in (b"/static/portal.css", b"/documents/" + RUMOUR.encode()):
        head = b"GET " + path + b" HTTP/1.1\r\nCookie: portal_session=" + portal.cookie.encode()
        spent, line = bitten(portal, usual, partial(said, portal, head + b"\r\nRange: " + RANGES[name]))
        assert fine(line), line
        assert spent < MOST, path


BODIES = {
    "10,000 fields": (FORM, "&".join(f"f{number}=x" for number in range(10_000))),
    "200,000 empty fields": (FORM, "&" * 200_000),
    "one field of a megabyte": (FORM, "csrf=" + "%41" * 340_000),
    "a form without an end": (FORM, "csrf=" + "x" * 5_000_000),
    "10,000 parts": (
        {"Content-Type": "multipart/form-data; boundary=b"},
        "".join(f'--b\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\nx\r\n' for n in range(10_000)),
    ),
    "100,000 brackets": ({"Content-Type": "application/json"}, "[" * 100_000),
    "a number of a megabyte": ({"Content-Type": "application/json"}, '{"jsonrpc":"2.0","id":' + "9" * 1_000_000 + "}"),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_bodies(portal: Running, usual: float, name: str) -> None:
    headers, body = BODIES[name]
    for path in ("/sign-in", "/sign-out", "/mcp", "/api/v1/search"):
        kind = f"\r\nContent-Type: {headers['Content-Type']}\r\nAccept: application/json, text/event-stream"
        head = f"POST {path} HTTP/1.1\r\nCookie: portal_session={portal.cookie}{kind}".encode()
        spent, line = bitten(portal, usual, partial(said, portal, head, body.encode()))
        assert fine(line), (path, line)
        assert spent < MOST, path
    with portal.client() as web:
        assert web.get("/").status_code == 200, "the session goes on"


HEADS = {
    "10,000 cookies": b"Cookie: " + b"; ".join(b"c%d=%d" % (n, n) for n in range(10_000)),
    "a cookie of quotes": b'Cookie: portal_session="' + b'\\"' * 50_000,
    "20,000 languages": b"Accept-Language: " + b",".join(b"a%d;q=0.%d" % (n, n % 10) for n in range(20_000)),
    "a key of 200,000": b"Authorization: Bearer " + b"x" * 200_000,
    "40,000 proxies": b"X-Forwarded-For: " + b",".join([b"1.1.1"] * 40_000),
    "10,000 headers": b"\r\n".join(b"X-%d: y" % n for n in range(10_000)),
    "a folded header": b"X: y" + b"\r\n y" * 20_000,
}


@pytest.mark.parametrize("name", HEADS)
def test_heads(portal: Running, usual: float, name: str) -> None:
    spent, line = bitten(portal, usual, partial(said, portal, b"GET / HTTP/1.1\r\n" + HEADS[name]))
    assert fine(line), line
    assert spent < MOST


def operators(dice: random.Random) -> dict[str, str]:
    """Queries that cost a search more than they cost who sends them."""
    words = ["医鹿", "阿里", "合作", "的", "医", "a", "the", "2025", "并入"]
    return {
        "1,000 minus words": " ".join(f"-{dice.choice(words)}" for _ in range(240)),
        "single signs": " ".join(chr(0x4E00 + dice.randrange(20_000)) for _ in range(490)),
        "one sign": "的" * 990,
        "quotes": '"' * 999,
        "open phrases": ' "医鹿' * 190,
        "phrases in phrases": '"医 鹿 ' * 160 + '"',
        "a phrase of single letters": '"' + "a " * 480 + '"',
        "fields": " ".join(f"label:{dice.choice(('partnership', 'mergers_acquisitions'))}" for _ in range(40)),
        "entities": " ".join(["entity:医鹿"] * 90),
        "dates": " ".join(["after:2020 before:1d"] * 45),
        "FTS operators": "NEAR(医鹿 AND (阿里 OR 健康), 9) * ^ : <-> & | ! " * 20,
        "brackets": "(" * 500 + ")" * 490,
        "stars and percents": "%" * 300 + "*" * 300 + "_" * 300,
        "a pattern": "(a+)+$ " + "a" * 900 + "!",
        "combining signs": "é" + "\u0301" * 900,
        "ligatures that grow": "\ufdfa" * 900,
        "full width": "Ａ" * 990,
        "a word of 990": "x" * 990,
        "tickers": " ".join(f"{dice.randrange(9_999):04}.HK" for _ in range(110)),
        "10,000 signs": "医鹿 " * 3_400,
        "60,000 operators": "-" * 60_000,
    }


def asked(portal: Running, path: str, query: str) -> int:
    """The status of a query."""
    with portal.client() as web:
        return web.get(path, params={"q": query}).status_code


@pytest.mark.parametrize("name", sorted(operators(random.Random(0))))
def test_queries(portal: Running, usual: float, name: str, dice: random.Random) -> None:
    query = operators(dice)[name]
    for path in ("/", f"/documents/{RUMOUR}"):
        spent, status = bitten(portal, usual, partial(asked, portal, path, query))
        assert status in (200, 400, 414, 422, 431), path
        assert spent < MOST, path
