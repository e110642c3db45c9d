"""Addresses that lead inside, in every disguise and on every way."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pydantic import SecretStr

from services.alerter.channels.http import Poster
from services.crawler.adapters import dialer
from services.crawler.adapters.fetcher import HttpFetcher
from services.crawler.domain.addresses import Opened, forbidden
from services.crawler.domain.source import Request
from shared.errors import ConfigError, LumingError, PermanentError, TransientError
from shared.reader.chat import ChatReader, Endpoint
from shared.reader.question import Question, WrongAnswer
from shared.reader.settings import ReaderSettings
from tests.chaos.hostile import LIMITS, fetched, refused
from tests.integration.chat_server import chatting, raw
from tests.integration.crawler_site import Site, serve

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(120)]

inside = pytest.mark.fault(43, "addresses that lead inside")

DISGUISES = (
    "127.0.0.1", "127.1", "0x7f.1", "0x7f000001", "0177.0.0.1", "2130706433", "017700000001",
    "①②⑦.0.0.1", "127。0。0。1",
    "0.0.0.0", "0", "localhost", "LOCALHOST", "localhost.", "127.0.0.1.", "2130706433.", "0x7f.1.",
    "[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:7f00:1]", "[::ffff:127.0.0.1]", "[::127.0.0.1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::7f00:1]", "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]", "[::1%25lo]",
    "192.0.0.192", "[::ffff:100.64.0.1]", "100.100.100.200", "169.254.169.254", "[fd00:ec2::254]", "168.63.129.16",
    "10.0.0.1", "172.16.0.1", "192.168.0.1", "[fe80::1]", "[fc00::1]", "224.0.0.1", "255.255.255.255", "198.18.0.1",
)  # fmt: skip
ODD = (
    "http://in\\@{out}/", "http://{out}\\@in/", "http://x:y@{out}/", "http://in@{out}/", "http://{out}#@in/",
    "http://in%2F@{out}/", "http://x%2F%23@{out}/", "http://{out}%2F%23.example.com/", "http://{out}%00.example.com/",
    "http:///{out}/", "http:{out}/", "//{out}/", "http://{out};example.com/", "http://example.com:80@{out}/",
    "http://[{out}]/", "gopher://{out}/", "ftp://{out}/", "unix:/{out}", "file://{out}/etc/passwd", "HTTP://{out}/",
    "http://in\t@{out}/", " http://{out}/", "http://{out}\r\nHost: in/",
)  # fmt: skip
"""Forms that readers of addresses split differently; `out` is the forbidden listener."""


class Forbidden:
    """A listener on this machine, over IPv4 and IPv6, that nobody may reach."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.hits = 0


@contextmanager
def forbidden_listener() -> Iterator[Forbidden]:
    """It counts connections, whether or not anything is sent over them."""
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as server:
        listener, stop = Forbidden(server.getsockname()[1]), threading.Event()
        server.settimeout(0.05)

        def listen() -> None:
            while not stop.is_set():
                try:
                    client, _ = server.accept()
                except TimeoutError:
                    continue
                listener.hits += 1
                client.close()

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            socket.create_connection(("127.0.0.1", listener.port)).close()  # it does count
            while not listener.hits:
                stop.wait(0.01)
            listener.hits = 0
            yield listener
        finally:
            stop.wait(0.2)
            stop.set()
            thread.join()


@pytest.fixture
def listener() -> Iterator[Forbidden]:
    with forbidden_listener() as made:
        yield made
    assert made.hits == 0, "a forbidden address was connected to"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as made:
        made.add("/a", "open")
        yield made


def only(site: Site) -> Opened:
    """The site alone is open, by name and port, as a person would open it."""
    return Opened(endpoints=frozenset({("127.0.0.1", site.port)}))


@inside
def test_no_disguise_of_an_inner_address_is_connected_to(listener: Forbidden) -> None:
    for host in DISGUISES:
        assert refused(f"http://{host}:{listener.port}/a", loopback=False), host


@inside
def test_no_odd_form_of_an_address_is_connected_to(listener: Forbidden) -> None:
    for form in ODD:
        with pytest.raises(LumingError):
            fetched(form.format(out=f"127.0.0.1:{listener.port}"), loopback=False)


@inside
def test_no_redirect_leads_inside(site: Site, listener: Forbidden) -> None:
    targets = [f"http://{host}:{listener.port}/a" for host in DISGUISES]
    targets += [form.format(out=f"127.0.0.1:{listener.port}") for form in ODD if "\r" not in form]
    for number, target in enumerate(targets):
        site.pages[f"/{number}"] = (302, {"Location": target.encode("utf-8").decode("latin-1")}, b"")

    async def run() -> None:
        async with HttpFetcher(LIMITS, "tests@example.com", opened=only(site), chance=lambda: 0.0) as fetcher:
            for number, target in enumerate(targets):
                with pytest.raises(LumingError) as caught:
                    await fetcher.fetch(Request(site.url(f"/{number}")), 0.0, page=True)
                assert str(caught.value), target

    asyncio.run(run())
    assert len([path for path in site.paths() if path != "/robots.txt"]) >= len(targets)


@inside
def test_no_robots_txt_leads_inside(listener: Forbidden) -> None:
    for host in ("127.0.0.1", "2130706433", "[::ffff:7f00:1]", "100.100.100.200"):
        with serve() as site:
            site.redirect("/robots.txt", f"http://{host}:{listener.port}/robots.txt")
            site.add("/a", "open")
            with pytest.raises(TransientError, match=r"robots\.txt unreachable"):
                fetched(site.url("/a"), loopback=False, opened=only(site))
            assert "/a" not in site.paths()


@inside
def test_a_name_whose_answer_changes_is_dialled_where_it_was_checked(
    listener: Forbidden, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def resolved(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["192.0.2.1", "127.0.0.1"] if len(asked) == 1 else ["127.0.0.1"]

    monkeypatch.setattr(dialer, "_resolved", resolved)
    for _ in range(3):
        with pytest.raises(LumingError):
            fetched(f"http://rebinding.example.com:{listener.port}/a", loopback=False)
    assert set(asked) == {"rebinding.example.com"}


@inside
def test_a_webhook_that_redirects_inside_is_a_refusal(site: Site, listener: Forbidden) -> None:
    for status in (301, 302, 303, 307, 308):
        site.pages["/hook"] = (status, {"Location": f"http://127.0.0.1:{listener.port}/"}, b"")
        answer = Poster(2.0).post(SecretStr(site.url("/hook")), b"{}")
        with pytest.raises(PermanentError, match=f"HTTP {status}"):
            answer.checked()


@inside
def test_a_model_endpoint_that_redirects_inside_is_not_followed(listener: Forbidden) -> None:
    for status in (301, 302, 307, 308):
        with chatting(raw(b"", status, Location=f"http://127.0.0.1:{listener.port}/")) as server:
            reader = ChatReader(Endpoint(server.base, "model", SecretStr("sk-canary")))
            try:
                with pytest.raises(WrongAnswer, match="not followed"):
                    reader.ask(Question("system", "user", "q", {}), 3.0)
            finally:
                reader.close()


@inside
@pytest.mark.parametrize(
    "address",
    [
        "http://in\\@out.example/v1",
        "http://0x7f.1/v1",
        "http://a:b@127.0.0.1/v1",
        "file:///etc/passwd",
        "http://①②⑦.0.0.1/v1",
        "http://[::]/v1",
        "http://100.100.100.200/v1",
    ],
)
def test_a_model_endpoint_in_disguise_is_a_wrong_setting(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECOND_READER_URL", address)
    with pytest.raises((ValueError, ConfigError), match=r"(?i)second_reader_url"):
        ReaderSettings()


@inside
def test_every_range_is_refused_by_the_rule_itself() -> None:
    for host in DISGUISES:
        text = host.strip("[]").replace("%25", "%")
        try:
            found = socket.getaddrinfo(text, 80, type=socket.SOCK_STREAM)
        except OSError:
            continue  # this machine's resolver takes it for no address
        assert all(forbidden(str(entry[4][0])) for entry in found), host
    assert forbidden("93.184.216.34") == ""
