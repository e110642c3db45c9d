"""HTTP/2, a company's proxy and certificates, and names that change their answer."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.crawler.adapters import dialer
from services.crawler.adapters.fetcher import HttpFetcher, Limits
from services.crawler.adapters.transport import trust
from services.crawler.application.ports import Unreached
from services.crawler.application.values import Answer
from services.crawler.domain.addresses import NOTHING, Opened, read_opened
from services.crawler.domain.routes import STRAIGHT, Routes, read_routes
from services.crawler.domain.source import Request
from shared.errors import LumingError, PermanentError
from tests.integration.crawler_net import Certificates, Proxy, make_certificates, serve_http2, serve_proxy
from tests.integration.crawler_site import Site, serve

pytestmark = [pytest.mark.integration, pytest.mark.timeout(60)]

NAME = "news.example.com"
PUBLIC = "93.184.216.34"
"""An address of the public internet, which no test reaches."""


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as made:
        made.add("/a", "正文")
        yield made


@pytest.fixture
def proxy(site: Site) -> Iterator[Proxy]:
    with serve_proxy(site.port) as made:
        yield made


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"), NAME)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What names stand for: the first answer is given once, the last for ever. All others are not known."""
    known: dict[str, list[str]] = {"localhost": ["127.0.0.1"], "127.0.0.1": ["127.0.0.1"]}

    async def resolved(host: str, port: int) -> list[str]:
        if host not in known:
            raise dialer.httpcore.ConnectError(f"{host} is not known")  # type: ignore[attr-defined]  # its own import
        answers = known[host]
        return [answers.pop(0) if len(answers) > 1 else answers[0]]

    monkeypatch.setattr(dialer, "_resolved", resolved)
    return known


def fetch(
    address: str, routes: Routes = STRAIGHT, opened: Opened = NOTHING, trusted: ssl.SSLContext | None = None
) -> Answer:
    async def run() -> Answer:
        limits = Limits(timeout=2.0, max_bytes=1_000_000)
        async with HttpFetcher(limits, "tests@example.com", opened=opened, routes=routes, trusted=trusted) as fetcher:
            return await fetcher.fetch(Request(address), 0.0)

    return asyncio.run(run())


def over(proxy: Proxy, login: str = "", direct: str = "") -> Routes:
    return read_routes(f"http://{login}127.0.0.1:{proxy.port}", f"http://{login}127.0.0.1:{proxy.port}", direct)


def test_http2_is_spoken_and_a_companys_certificate_believed(
    certificates: Certificates, names: dict[str, list[str]]
) -> None:
    names[NAME], asked = ["127.0.0.1"], list[str]()
    with serve_http2(certificates, "正文".encode(), asked) as port:
        opened = Opened(loopback=True)
        answer = fetch(f"https://{NAME}:{port}/a", opened=opened, trusted=trust(certificates.authority))
        assert answer.body.decode() == "正文"
        assert asked == ["/robots.txt", "/a"]
        with pytest.raises(Unreached, match="certificate verify failed"):
            fetch(f"https://{NAME}:{port}/a", opened=opened)


def test_a_certificate_for_another_name_is_refused(certificates: Certificates, names: dict[str, list[str]]) -> None:
    names["other.example.com"] = ["127.0.0.1"]
    with serve_http2(certificates, b"", []) as port, pytest.raises(Unreached, match="certificate verify failed"):
        fetch(
            f"https://other.example.com:{port}/a", opened=Opened(loopback=True), trusted=trust(certificates.authority)
        )


def test_a_proxy_is_asked_with_its_login(site: Site, proxy: Proxy, names: dict[str, list[str]]) -> None:
    names[NAME] = [PUBLIC]
    answer = fetch(f"http://{NAME}/a", over(proxy, login="user:p%40ss@"))
    assert answer.body.decode() == "正文"
    assert [one.split(" HTTP")[0] for one in proxy.asked] == [f"GET http://{NAME}/robots.txt", f"GET http://{NAME}/a"]
    assert "Proxy-Authorization: Basic dXNlcjpwQHNz" in proxy.asked[0]


def test_https_goes_through_a_tunnel(certificates: Certificates, names: dict[str, list[str]]) -> None:
    names[NAME], asked = [PUBLIC], list[str]()
    with serve_http2(certificates, b"text", asked) as port, serve_proxy(port) as proxy:
        assert fetch(f"https://{NAME}/a", over(proxy), trusted=trust(certificates.authority)).body == b"text"
    assert proxy.asked[0].startswith(f"CONNECT {NAME}:443 ")
    assert asked == ["/robots.txt", "/a"]


@pytest.mark.parametrize(
    "host", ["10.1.2.3", "169.254.169.254", "2130706433", "[fd00::1]", "inside.example.com", "printer", "wiki.internal"]
)
def test_private_targets_are_refused_before_the_proxy_is_asked(
    proxy: Proxy, names: dict[str, list[str]], host: str
) -> None:
    names |= {"inside.example.com": ["10.1.2.3"], "10.1.2.3": ["10.1.2.3"], "169.254.169.254": ["169.254.169.254"]}
    names |= {"2130706433": ["127.0.0.1"], "fd00::1": ["fd00::1"]}
    for scheme in ("http", "https"):
        with pytest.raises(PermanentError, match="refused"):
            fetch(f"{scheme}://{host}/a", over(proxy))
    assert proxy.asked == []


def test_a_redirect_to_a_private_target_is_refused_before_the_proxy_is_asked(
    site: Site, proxy: Proxy, names: dict[str, list[str]]
) -> None:
    names |= {NAME: [PUBLIC], "10.1.2.3": ["10.1.2.3"]}
    site.redirect("/a", "http://10.1.2.3/secret")
    with pytest.raises(PermanentError, match=r"10\.1\.2\.3 is not on the public internet"):
        fetch(f"http://{NAME}/a", over(proxy))
    assert len(proxy.asked) == 2


def test_a_name_that_only_the_proxy_knows_is_left_to_it(proxy: Proxy, names: dict[str, list[str]]) -> None:
    assert fetch("http://unknown.example.com/a", over(proxy)).body.decode() == "正文"


def test_no_proxy_is_obeyed(site: Site, proxy: Proxy, names: dict[str, list[str]]) -> None:
    names["site.intern.example"] = ["10.9.9.9"]
    opened = read_opened("10.9.0.0/16")
    with pytest.raises(Unreached):
        fetch(f"http://site.intern.example:{site.port}/a", over(proxy, direct=".intern.example"), opened)
    assert proxy.asked == []


def test_a_proxy_that_refuses_is_no_fault_of_the_page(proxy: Proxy, names: dict[str, list[str]]) -> None:
    names[NAME] = [PUBLIC]
    proxy.answer = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with pytest.raises(Unreached, match="407"):
        fetch(f"https://{NAME}/a", over(proxy))


def test_a_name_that_changes_its_answer_is_dialled_where_it_was_checked(
    site: Site, names: dict[str, list[str]]
) -> None:
    names[NAME] = [PUBLIC, "127.0.0.1"]
    with pytest.raises(LumingError):
        fetch(f"http://{NAME}:{site.port}/a")
    assert site.hits == []


def test_only_what_was_opened_is_open(site: Site, names: dict[str, list[str]]) -> None:
    opened = read_opened(f"localhost:{site.port}")
    assert fetch(f"http://localhost:{site.port}/a", opened=opened).body.decode() == "正文"
    site.redirect("/b", f"http://127.0.0.1:{site.port}/a")
    with pytest.raises(PermanentError, match="this machine"):
        fetch(f"http://localhost:{site.port}/b", opened=opened)


def test_certificates_that_cannot_be_read_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "bad.pem").write_text("nothing")
    with pytest.raises(ssl.SSLError):
        trust(tmp_path / "bad.pem")
    with pytest.raises(OSError, match="No such file"):
        trust(tmp_path / "none.pem")


def test_the_resolver_of_this_machine_takes_odd_spellings() -> None:
    assert socket.gethostbyname("0x7f.1") == "127.0.0.1"  # which is why addresses are looked at after resolving
