"""Redirects: where they may lead and what goes along; routes: what goes over a proxy; what a person opens."""

import pytest

from services.crawler.domain.addresses import NOTHING, Opened, forbidden, forbidden_port, private_name, read_opened
from services.crawler.domain.journey import Journey
from services.crawler.domain.routes import Proxy, read_proxy, read_routes
from shared.errors import PermanentError

pytestmark = pytest.mark.unit

A = "https://example.com/a"
SECRET = {"Authorization": "Bearer x"}


def test_headers_stay_with_their_origin() -> None:
    journey = Journey(A, SECRET, 5)
    journey.follow(302, "/b")
    assert (journey.address, journey.told) == ("https://example.com/b", SECRET)
    journey.follow(302, "http://example.com/c")
    assert journey.told == {"Accept": "*/*"}


@pytest.mark.parametrize(("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
def test_a_post_stays_one_where_the_status_says_so(status: int, method: str) -> None:
    journey = Journey(A, {}, 5, method="POST", body=b"x")
    journey.follow(status, "/b")
    assert (journey.method, journey.body) == (method, b"x" if method == "POST" else None)


def test_a_cookie_lets_one_come_back_once() -> None:
    journey = Journey(A, {}, 5)
    journey.follow(302, A, ["k=1; HttpOnly", "bad\x01=1", "=x", "l=2"])
    assert journey.told == {"Cookie": "k=1; l=2"}
    with pytest.raises(PermanentError, match="redirect loop"):
        journey.follow(302, A, ["k=1"])


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "data:text/html,x", "javascript:alert(1)", "ftp://example.com/", "http://a:b@example.com/",
     "http://in\\@out/", "http://x%2F%23@out/", "http://x%2F%23.example.com/", "http://[bad", "http:///nowhere"],
)  # fmt: skip
def test_no_redirect_leads_out_of_the_web(location: str) -> None:
    with pytest.raises(PermanentError):
        Journey(A, {}, 5).follow(302, location)


def test_hops_are_counted() -> None:
    journey = Journey(A, {}, 3)
    for hop in range(3):
        journey.follow(302, f"/{hop}")
    with pytest.raises(PermanentError, match="more than 3 redirects"):
        journey.follow(302, "/last")


def test_what_a_person_opens_is_open_and_nothing_beside_it() -> None:
    opened = read_opened("10.1.0.0/16, rsshub.intern:1200,[fd00::5]:80, 192.168.1.7")
    assert forbidden("10.1.2.3", opened) == ""
    assert forbidden("::ffff:10.1.2.3", opened) == ""
    assert forbidden("10.2.2.3", opened)
    assert forbidden("192.168.1.7", opened) == ""
    assert forbidden("127.0.0.1", opened)
    assert opened.names("RSSHub.intern.", 1200)
    assert not opened.names("rsshub.intern", 80)
    assert opened.names("fd00::5", 80)
    assert read_opened("") == NOTHING
    assert read_opened("", loopback=True) == Opened(loopback=True)


@pytest.mark.parametrize("text", ["0.0.0.0/0", "::/0", "host", "host:0", "host:99999", "10.1.2.3/33", "http://x:80/"])
def test_what_is_no_opening_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"too wide|neither|no such port"):
        read_opened(text)


def test_ports_of_other_protocols_are_closed() -> None:
    assert all(forbidden_port(port) for port in (22, 25, 587, 6667))
    assert not any(forbidden_port(port) for port in (80, 443, 8080, 1200))


@pytest.mark.parametrize(
    ("name", "private"),
    [
        ("wiki", True),
        ("a.local", True),
        ("db.internal.", True),
        ("www.example.com", False),
        ("home.example.com", False),
    ],
)
def test_names_of_private_networks_are_known_by_their_form(name: str, private: bool) -> None:
    assert private_name(name) == private


def test_proxies_are_read_and_their_passwords_not_shown() -> None:
    proxy = read_proxy("http://user:p%40ss@proxy.example:3128")
    assert proxy == Proxy("http", "proxy.example", 3128, ("user", "p@ss"))
    assert "p@ss" not in repr(proxy)
    assert read_proxy("proxy.example:8080") == Proxy("http", "proxy.example", 8080)
    assert read_proxy("") is None
    for bad in ("socks5://secret@proxy.example", "http://secret@:80", "http://proxy.example:99999"):
        with pytest.raises(ValueError, match="no p") as caught:
            read_proxy(bad)
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("host", "port", "direct"),
    [
        ("a.intern.example", 443, True), ("intern.example", 443, True), ("xintern.example", 443, False),
        ("10.1.2.3", 443, True), ("11.1.2.3", 443, False), ("special.example", 8443, True),
        ("special.example", 443, False), ("::1", 443, True), ("www.example.com", 443, False),
    ],
)  # fmt: skip
def test_no_proxy_names_hosts_domains_networks_and_ports(host: str, port: int, direct: bool) -> None:
    routes = read_routes("http://proxy.example:1", "", " .intern.example,10.0.0.0/8,special.example:8443,[::1]")
    assert (routes.proxy_for("https", host, port) is None) == direct
    assert routes.proxy_for("http", host, port) is None
    assert read_routes("http://proxy.example:1", "", "*").proxy_for("https", host, port) is None
