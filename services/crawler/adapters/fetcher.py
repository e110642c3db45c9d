"""Asking hosts: within a time, a size and a number of hops, at their pace and by their robots.txt."""

import asyncio
import re
import time
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from services.crawler.adapters.body import ENCODINGS, read_body
from services.crawler.adapters.dialer import ForbiddenAddress, GuardedTransport
from services.crawler.adapters.pace import Pace
from services.crawler.adapters.robots import RobotsCache
from services.crawler.application.ports import Unreached
from services.crawler.application.values import Answer
from services.crawler.domain.canonical import clean, host_of
from services.crawler.domain.source import Request
from shared.errors import LumingError, PermanentError, TransientError

AGENT = "Luming"
"""Product token: what a robots.txt names to speak to this crawler."""
BUSY = frozenset({429, 456, 503})
"""Statuses that ask for peace; 456 is Sina's."""
PEACE = 30.0
"""Seconds of peace where a busy host names none."""
CONNECT = 0.6
"""Share of the time for an answer in which a connection must stand: so a host that is away is told from a slow one."""
READABLE = re.compile(r"text/(?:html|plain|xml)|application/(?:xhtml\+xml|xml)", re.IGNORECASE)
"""Content types of pages."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_Exchange = tuple[httpx.Response, bytes]
_KEPT = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}


@dataclass(frozen=True)
class Limits:
    """Seconds and bytes (after decompression) for one answer, and hops to it."""

    timeout: float = 20.0
    max_bytes: int = 5_000_000
    max_redirects: int = 10


class HttpFetcher:
    """Asks hosts; to be used as an async context manager."""

    def __init__(self, limits: Limits, contact: str, loopback_allowed: bool = False, connections: int = 32) -> None:
        self._limits = limits
        self._pace = Pace()
        self._robots = RobotsCache(self._ask_robots)
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(loopback_allowed, connections),
            headers={"User-Agent": f"{AGENT}/1.0 (+{contact})", "Accept-Encoding": ENCODINGS, "Accept": "*/*"},
            timeout=httpx.Timeout(limits.timeout, connect=limits.timeout * CONNECT),
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    def busy_hosts(self) -> list[str]:
        """Hosts that asked to be left alone for more than a moment."""
        return self._pace.busy()

    async def fetch(
        self, request: Request, pace: float, validators: Mapping[str, str] | None = None, page: bool = False
    ) -> Answer:
        """The answer, whole. `page`: only documents of text are taken.

        Raises TransientError or PermanentError with the reason in plain words; Unreached or NotItsTurn when the host
        was not asked.
        """
        left, seen = self._limits.timeout, set[str]()
        headers, address = {**dict(request.headers), **(validators or {})}, clean(request.address)
        hop = request
        while True:
            if address in seen:
                raise PermanentError("redirect loop")
            if len(seen) > self._limits.max_redirects:
                raise PermanentError(f"more than {self._limits.max_redirects} redirects")
            seen.add(address)
            await self._wait_for_turn(address, pace)
            began = time.monotonic()
            response, body = await self._within(left, self._one(address, hop, headers, page))
            left -= time.monotonic() - began
            if response.status_code not in _REDIRECTS:
                return self._answer(address, response, body)
            target = clean(response.headers.get("location", ""), address)
            if _origin(target) != _origin(address):
                headers = {"Accept": "*/*"}  # what was meant for one host is not told to another
            address, hop = target, Request(target)

    async def _wait_for_turn(self, address: str, pace: float) -> None:
        robots = await self._robots.of(address)
        if robots.unreachable:
            raise Unreached(f"robots.txt unreachable: {robots.unreachable}", robots.kept)
        if not robots.allows(address, AGENT):
            raise PermanentError("robots.txt forbids it")
        await self._pace.turn(host_of(address), max(pace, robots.delay(AGENT)))

    async def _within(self, seconds: float, work: Coroutine[Any, Any, _Exchange]) -> _Exchange:
        """The whole exchange under one deadline: time-outs of single reads let a drip of bytes go on for ever."""
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                return await work
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Unreached(f"no connection: {str(error) or type(error).__name__}") from error
        except (TimeoutError, httpx.TimeoutException) as error:
            raise TransientError(f"no answer within {self._limits.timeout:g} s") from error
        except LumingError:
            raise
        except httpx.TransportError as error:
            raise TransientError(f"no connection: {str(error) or type(error).__name__}") from error
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise PermanentError(f"no usable answer: {error}") from error

    async def _one(self, address: str, hop: Request, headers: Mapping[str, str], page: bool) -> _Exchange:
        async with self._client.stream(hop.method, address, headers=dict(headers), content=hop.body) as response:
            if response.status_code != 200:
                return response, b""
            kind = response.headers.get("content-type", "")
            if page and kind and not READABLE.match(kind.strip()):
                raise PermanentError(f"content type {kind.partition(';')[0][:60]} is not read")
            return response, await self._body(response, self._limits.max_bytes)

    async def _body(self, response: httpx.Response, limit: int, cut: bool = False) -> bytes:
        encoding, length = response.headers.get("content-encoding", ""), response.headers.get("content-length", "")
        return await read_body(response.aiter_raw(), encoding, length, limit, cut)

    def _answer(self, address: str, response: httpx.Response, body: bytes) -> Answer:
        status = response.status_code
        if status == 304:
            return Answer(address, b"", unmodified=True)
        if status == 200:
            kept = {header: response.headers[name] for name, header in _KEPT.items() if name in response.headers}
            return Answer(address, body, response.charset_encoding, validators=kept)
        retry_after = _seconds(response.headers.get("retry-after", ""))
        if status in BUSY:
            self._pace.leave_alone(host_of(address), retry_after or PEACE)
        if status in BUSY or status >= 500 or status in (408, 425):
            raise TransientError(str(status), retry_after)
        raise PermanentError(str(status))

    async def _ask_robots(self, address: str, most: int) -> tuple[int, bytes]:
        """robots.txt, over at most five redirects (RFC 9309, 2.3.1.2); without asking robots.txt."""

        async def one(target: str) -> _Exchange:
            async with self._client.stream("GET", target) as response:
                readable = response.status_code == 200
                return response, await self._body(response, most, cut=True) if readable else b""

        for hop in range(6):
            try:
                response, body = await self._within(self._limits.timeout, one(address))
            except ForbiddenAddress as error:
                if hop == 0:
                    raise  # the host itself is one that no request may go to
                raise PermanentError(str(error)) from error
            if response.status_code not in _REDIRECTS:
                return response.status_code, body
            address = clean(response.headers.get("location", ""), address)
        raise PermanentError("more than 5 redirects")


def _origin(address: str) -> tuple[str, str]:
    return urlsplit(address).scheme, host_of(address)


def _seconds(retry_after: str) -> float | None:
    """Retry-After as seconds from now: a number, a date, or None for nonsense."""
    text = retry_after.strip()
    if text.isdigit():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())
