"""A request on its way over redirects: where it goes next, and what it takes along.

What was meant for one origin (headers, a body) is not told to another; cookies return to the very host that set them,
within this one journey, since some sites set one and send back to the same address.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from services.crawler.domain.canonical import clean, host_of
from shared.errors import PermanentError

REDIRECTS = frozenset({301, 302, 303, 307, 308})
KEEPING = frozenset({307, 308})
"""Redirects that keep method and body (RFC 9110, 15.4)."""
MOST_COOKIES = 4_000
"""Characters of cookies that a host gets back; browsers send as many of one cookie."""
_PLAIN = {"Accept": "*/*"}


@dataclass
class Journey:
    """The next request, and what was seen on the way. `most`: hops allowed."""

    address: str
    headers: Mapping[str, str]
    most: int
    method: str = "GET"
    body: bytes | None = None
    _seen: set[tuple[str, str]] = field(default_factory=set)
    _cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._seen.add((self.address, ""))

    @property
    def told(self) -> dict[str, str]:
        """The headers of the next request, cookies of its host included."""
        jar = "; ".join(f"{name}={value}" for name, value in self._cookies.get(host_of(self.address), {}).items())
        if not jar or len(jar) > MOST_COOKIES or any(name.lower() == "cookie" for name in self.headers):
            return dict(self.headers)
        return {**self.headers, "Cookie": jar}

    def follow(self, status: int, location: str, cookies: Sequence[str] = ()) -> None:
        """Go where the answer points. `cookies`: its Set-Cookie headers.

        Raises PermanentError for a loop, too many hops, an address that no request may go to, and a redirect that
        would carry a body to another origin.
        """
        self._keep(cookies)
        target = clean(location, self.address)
        crosses = _origin(target) != _origin(self.address)
        if status in KEEPING and self.method != "GET":
            if crosses:
                raise PermanentError(f"redirects a {self.method} to {host_of(target)}")
        else:
            self.method, self.body = "GET", None
        if crosses:
            self.headers = _PLAIN
        self.address = target
        here = (target, self.told.get("Cookie", ""))
        if here in self._seen:
            raise PermanentError("redirect loop")
        if len(self._seen) > self.most:
            raise PermanentError(f"more than {self.most} redirects")
        self._seen.add(here)

    def _keep(self, cookies: Sequence[str]) -> None:
        jar = self._cookies.setdefault(host_of(self.address), {})
        for cookie in cookies:
            name, equals, value = cookie.partition(";")[0].strip().partition("=")
            if equals and name and (name + value).isprintable() and (name + value).isascii():
                jar[name] = value


def _origin(address: str) -> tuple[str, str]:
    return urlsplit(address).scheme, host_of(address)
