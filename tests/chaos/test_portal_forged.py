"""Headers that say what is not so: from where a request comes, which site it asks, which page sent it."""

import socket
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from deploy.local.database import Database
from services.portal.signing_in import make_accounts
from services.portal.web.doorman import Doors
from services.portal.web.gate import COOKIE
from services.portal.web.limits import Limits
from services.portal.web.proxies import address_of
from shared.store.engine import make_engine
from tests.chaos.portal_rig import Readers, portal, refused, token_of
from tests.integration.portal_web_rig import RUMOUR, Client, Site

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.fault(59, "forged X-Forwarded-For, Host, Origin"),
    pytest.mark.timeout(240),
]

FROM_HERE = (
    {"X-Forwarded-For": "127.0.0.1"},
    {"X-Forwarded-For": "127.0.0.1, 127.0.0.1"},
    {"X-Real-IP": "127.0.0.1"},
    {"Forwarded": 'for="127.0.0.1";host=localhost;proto=https'},
    {"X-Forwarded-Host": "localhost", "X-Forwarded-Proto": "https"},
    {"X-Original-URL": "/metrics", "X-Rewrite-URL": "/metrics"},
    {"X-Forwarded-User": "admin", "Remote-User": "admin", "X-Auth-Request-User": "admin"},
)
BASE = "http://portal.test"
ATTEMPTS = 5
"""To sign in, a minute, of one name from one address (services/portal/web/limits.py)."""
REQUESTS = 40


@pytest.fixture(scope="module")
def met(local_database: Database, project_root: Path) -> Iterator[tuple[Site, Readers]]:
    engine = make_engine(local_database.create("portal_forged", template="template"))
    with portal(engine, project_root) as made:
        yield made
    engine.dispose()
    local_database.drop("portal_forged")


@pytest.fixture
def limited(met: tuple[Site, Readers], local_database: Database, project_root: Path) -> Iterator[Site]:
    """The same database behind doors that count, for which nobody is a proxy."""
    engine = make_engine(local_database.url("portal_forged"))
    yield Site(engine, project_root / "config", Doors(make_accounts(engine), Limits(REQUESTS)))
    engine.dispose()


def test_metrics_are_no_page_whoever_asks(met: tuple[Site, Readers]) -> None:
    site, readers = met
    admin = readers.client("admin")
    for headers in ({}, *FROM_HERE):
        for path in ("/metrics", "/metrics/", "//metrics", "/static/../metrics", "/healthz", "/readyz"):
            answer = site.client(signed_in=False).get(BASE + path, headers=headers)
            assert refused(answer) or answer.status_code == 404, (path, headers)
            signed_in = admin.get(BASE + path, headers=headers)
            assert signed_in.status_code == 404, (path, headers)
            assert "luming_" not in answer.text + signed_in.text


def test_nobody_is_let_in_for_where_he_says_he_comes_from(met: tuple[Site, Readers]) -> None:
    for headers in FROM_HERE:
        answer = met[0].client(signed_in=False).get(f"/documents/{RUMOUR}", headers=headers)
        assert refused(answer), headers


def attempt(client: Client, forwarded: str) -> int:
    """The status of an attempt to sign in with a wrong password."""
    client.get("/sign-in")
    form = {"name": "somebody", "password": "wrong", "csrf": token_of(client, "portal_door")}
    return client.ask("POST", "/sign-in", data=form, headers={"X-Forwarded-For": forwarded}).status_code


def test_attempts_are_counted_by_who_connects(limited: Site) -> None:
    client = limited.client(signed_in=False)
    found = [attempt(client, f"203.0.113.{number}, 198.51.100.{number}") for number in range(ATTEMPTS + 3)]
    assert found == [403] * ATTEMPTS + [429] * 3


def test_requests_are_counted_by_who_connects(limited: Site) -> None:
    client = limited.client(signed_in=False)
    found = [client.get("/sign-in", headers={"X-Forwarded-For": f"203.0.113.{n}"}).status_code for n in range(60)]
    assert found == [200] * REQUESTS + [429] * (60 - REQUESTS)
    assert client.get("/", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 429
    assert client.get("/static/portal.css").status_code == 200, "files are not counted"


def test_behind_a_proxy_only_what_that_one_wrote_is_believed() -> None:
    proxies = [ip_network("10.0.0.0/8")]

    def found(forwarded: str, client: str = "10.0.0.7") -> str:
        headers = [(b"x-forwarded-for", forwarded.encode())]
        return address_of({"type": "http", "client": (client, 1), "headers": headers}, proxies)

    assert found("127.0.0.1, 203.0.113.9") == "203.0.113.9", "what stands before is the client's own invention"
    assert found("127.0.0.1, 203.0.113.9, 10.1.1.1") == "203.0.113.9"
    assert found("127.0.0.1", client="198.51.100.1") == "198.51.100.1", "no proxy wrote it"
    assert found("10.0.0.1, not an address") == "10.0.0.7"
    assert found(",".join(["10.0.0.1"] * 50_000)) == "10.0.0.1"


HOSTS = (
    "evil.example", "evil.example:80", "portal.test.evil.example", "portal.test@evil.example", "evil.example/portal",
    "portal.test:80@evil.example", "portal.test#evil.example", "portal.test\\.evil.example", "[::1]", "", "*",
)  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_a_name_that_is_not_ours_is_not_answered(met: tuple[Site, Readers], host: str) -> None:
    client = met[1].client("admin")
    answer = client.ask("GET", "/", headers={"Host": host, "Cookie": f"{COOKIE}={client.cookies[COOKIE]}"})
    assert answer.status_code == 400
    assert "医鹿" not in answer.text


def test_no_header_puts_another_name_into_an_answer(met: tuple[Site, Readers]) -> None:
    client = met[1].client("admin")
    headers = {
        "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "//evil.example",
        "X-Host": "evil.example", "Forwarded": "host=evil.example", "X-Original-Host": "evil.example",
        "Referer": "https://evil.example/", "X-Forwarded-Port": "4443",
    }  # fmt: skip
    programs = ("/feed.atom", "/feed.json", "/calendar.ics", "/api/v1/search", "/api/v1/openapi.json")
    for path in ("/", *programs, f"/documents/{RUMOUR}"):
        answer = client.get(path, headers=headers)
        assert answer.status_code == 200, path
        assert "evil.example" not in answer.text + str(answer.headers), path
    answer = met[0].client(signed_in=False).get("/", headers=headers)
    assert "evil" not in answer.headers["location"]


def raw(address: str, head: bytes) -> bytes:
    """What a server answers to these bytes."""
    place = urlsplit(address)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=20) as connection:
        connection.sendall(head)
        got = b""
        while part := connection.recv(65_536):
            got += part
        return got


def test_two_names_and_an_address_in_the_first_line_are_not_believed(met: tuple[Site, Readers]) -> None:
    with met[0].served() as address:
        ours = urlsplit(address).netloc.encode()
        for head in (
            b"GET / HTTP/1.1\r\nHost: evil.example\r\nHost: " + ours,
            b"GET / HTTP/1.1\r\nHost: " + ours + b"\r\nHost: evil.example",
            b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example",
            b"GET / HTTP/1.1\r\nHost : evil.example",
            b"GET / HTTP/1.1\r\nX: y\r\n Host: evil.example",
            b"GET / HTTP/1.0\r\nHost: evil.example",
        ):
            answer = raw(address, head + b"\r\nConnection: close\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 400"), head
            assert b"evil" not in answer
