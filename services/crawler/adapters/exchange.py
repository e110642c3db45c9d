"""One request and its answer: within a time and a size, every fault as a typed error in plain words."""

import asyncio
import re
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from services.crawler.adapters.body import ENCODINGS, read_body
from services.crawler.application.ports import Unreached
from shared.errors import LumingError, PermanentError, TransientError

AGENT = "Luming"
"""Product token: what a robots.txt names to speak to this crawler."""
CONNECTIONS = 32
"""Requests under way at once, and connections that are open."""
CONNECT = 0.6
"""Share of the time for an answer in which a connection must stand: so a host that is away is told from a slow one."""
READABLE = re.compile(
    r"text/(?:html|plain|xml)|application/(?:xhtml\+xml|xml|(?:x-)?pdf|octet-stream)|binary/octet-stream", re.IGNORECASE
)
"""Content types of pages; a stream of octets may be a PDF, which its first bytes tell."""
TELLING = frozenset({401, 403, 412, 429, 456, 503})
"""Statuses whose body may be a check for robots."""
TOLD = 32_000
"""Bytes read of such a body."""

PDF = "application/pdf"
_MAGIC = b"%PDF-"


@dataclass(frozen=True)
class Limits:
    """Seconds and bytes (after decompression) for one answer, and hops to it."""

    timeout: float = 20.0
    max_bytes: int = 5_000_000
    max_redirects: int = 10


@dataclass(frozen=True)
class Reply:
    """An answer as it came, unpacked; without a body unless its status makes it matter."""

    status: int
    headers: httpx.Headers
    body: bytes = b""

    @property
    def media(self) -> str:
        """The content type without parameters; a PDF is known by its first bytes too (they may follow some junk)."""
        if self.body[:1024].lstrip().startswith(_MAGIC):
            return PDF
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()[:100]

    @property
    def charset(self) -> str | None:
        """The charset that the content type declares."""
        found = re.search(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", self.headers.get("content-type", ""), re.IGNORECASE)
        return found[1] if found else None

    @property
    def retry_after(self) -> float | None:
        """Retry-After as seconds from now: a number, a date, or None for nonsense."""
        text = self.headers.get("retry-after", "").strip()
        if re.fullmatch(r"[0-9]+", text):
            return float(text[:9])
        try:
            at = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError):
            return None
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return max(0.0, (at - datetime.now(UTC)).total_seconds())


class Exchange:
    """Asks over a transport. No cookies are kept; nothing of the environment is trusted."""

    def __init__(
        self, limits: Limits, contact: str, transport: httpx.AsyncBaseTransport, connections: int = CONNECTIONS
    ) -> None:
        """`connections`: how many requests are under way at once, as many as the transport may open."""
        self._limits = limits
        # httpcore 1.0.9 keeps a connection for ever that it gave to a request which was cancelled while it waited in
        # the pool's own queue (encode/httpcore#1093). So nobody waits there: who finds no place waits here.
        self._places = asyncio.Semaphore(connections)
        self._transport = transport
        self._client = httpx.AsyncClient(
            transport=transport,
            headers={"User-Agent": f"{AGENT}/1.0 (+{contact})", "Accept-Encoding": ENCODINGS, "Accept": "*/*"},
            timeout=httpx.Timeout(limits.timeout, connect=limits.timeout * CONNECT),
            trust_env=False,
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def page(
        self, address: str, method: str, headers: Mapping[str, str], body: bytes | None, seconds: float, only_text: bool
    ) -> Reply:
        """An answer whose body is read when its status is 200. `only_text`: documents of text alone.

        Raises TransientError or PermanentError with the reason; Unreached when there was no connection.
        """

        async def ask() -> Reply:
            async with self._answer(method, address, headers, body) as response:
                if response.status_code in TELLING:
                    told = await self._told(response)
                    return Reply(response.status_code, response.headers, told)
                if response.status_code != 200:
                    return Reply(response.status_code, response.headers)
                kind = response.headers.get("content-type", "").strip()
                if only_text and kind and not READABLE.match(kind):
                    raise _unread(kind)
                reply = Reply(200, response.headers, await self._body(response, self._limits.max_bytes))
                if only_text and reply.media.endswith("octet-stream"):
                    raise _unread(kind)
                return reply

        return await self._within(seconds, ask())

    async def robots(self, address: str, most: int) -> Reply:
        """An answer of which `most` bytes are read, what follows is ignored."""

        async def ask() -> Reply:
            async with self._answer("GET", address, {}, None) as response:
                readable = response.status_code == 200
                body = await self._body(response, most, cut=True) if readable else b""
                return Reply(response.status_code, response.headers, body)

        return await self._within(self._limits.timeout, ask())

    @asynccontextmanager
    async def _answer(
        self, method: str, address: str, headers: Mapping[str, str], body: bytes | None
    ) -> AsyncIterator[httpx.Response]:
        """The answer's head. The client only words the request: sending it too, it would keep cookies, and stumble
        over the odd addresses of redirects that are not to be followed."""
        request = self._client.build_request(method, address, headers=dict(headers), content=body)
        async with self._places:
            response = await self._transport.handle_async_request(request)
            try:
                yield response
            finally:
                await response.aclose()

    async def _told(self, response: httpx.Response) -> bytes:
        try:
            return await self._body(response, TOLD, cut=True)
        except PermanentError:
            return b""  # packed badly; the status says enough

    async def _body(self, response: httpx.Response, limit: int, cut: bool = False) -> bytes:
        encoding, length = response.headers.get("content-encoding", ""), response.headers.get("content-length", "")
        return await read_body(response.aiter_raw(), encoding, length, limit, cut)

    async def _within(self, seconds: float, work: Coroutine[Any, Any, Reply]) -> Reply:
        """The whole exchange under one deadline: time-outs of single reads let a drip of bytes go on for ever."""
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                return await work
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Unreached(f"no connection: {str(error) or type(error).__name__}") from error
        except httpx.ProxyError as error:
            raise Unreached(f"no connection: the proxy says {error}") from error
        except (TimeoutError, httpx.TimeoutException) as error:
            raise TransientError(f"no answer within {self._limits.timeout:g} s") from error
        except LumingError:
            raise
        except httpx.TransportError as error:
            raise TransientError(f"no connection: {str(error) or type(error).__name__}") from error
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise PermanentError(f"no usable answer: {error}") from error


def _unread(kind: str) -> PermanentError:
    return PermanentError(f"content type {kind.partition(';')[0].strip()[:60]} is not read")
