"""Redirects to another host or to what is no web address: no login and no cookie goes along, no file is opened."""

from collections.abc import Iterator

import pytest

from shared.errors import PermanentError
from tests.chaos.hostile import fetched, refused
from tests.integration.crawler_site import Site, serve

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(60)]

elsewhere = pytest.mark.fault(44, "redirects to another host, to a file")


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as made:
        made.add("/a", "open")
        yield made


@elsewhere
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_origin_carries_neither_login_nor_cookies(site: Site, status: int) -> None:
    secret = {"Authorization": "Bearer canary", "Cookie": "session=canary", "X-Api-Key": "canary"}
    with serve() as other:
        other.add("/there", "there")
        other.redirect("/back", site.url("/a"))
        for name, target in (("/go", other.url("/there")), ("/round", other.url("/back"))):
            headers = {"Location": target, "Set-Cookie": "kept=canary; Domain=127.0.0.1; Path=/"}
            site.pages[name] = (status, headers, b"")
        assert fetched(site.url("/go"), page=False, headers=secret).body == b"there"
        assert fetched(site.url("/round"), page=False, headers=secret).body == b"open"
        told = [(path, headers) for path, headers in other.hits if path != "/robots.txt"]
        assert len(told) == 2
        assert "canary" not in str(told)
    again = next(headers for path, headers in site.hits if path == "/a")
    assert not {"Authorization", "X-Api-Key"} & set(again), "what was dropped came back"
    assert next(headers for path, headers in site.hits if path == "/go")["Authorization"] == "Bearer canary"


@elsewhere
@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "file://localhost/etc/passwd",
        "FILE:/etc/passwd",
        "data:text/html,x",
        "javascript:1",
        "ftp://127.0.0.1/",
        "gopher://127.0.0.1:70/",
        "jar:file:///x!/",
        "dict://x/",
        "view-source:http://127.0.0.1/",
        "blob:null",
        "about:blank",
    ],
)
def test_a_redirect_to_what_is_no_web_address_is_refused(site: Site, target: str) -> None:
    site.redirect("/go", target)
    error = refused(site.url("/go"))
    assert isinstance(error, PermanentError)
    assert "no http address" in str(error) or "no usable address" in str(error)


@elsewhere
def test_a_login_in_a_redirect_is_refused(site: Site) -> None:
    site.redirect("/go", site.url("/a").replace("http://", "http://user:canary@"))
    assert "an address with a name or password" in str(refused(site.url("/go")))
    assert "/a" not in site.paths()
