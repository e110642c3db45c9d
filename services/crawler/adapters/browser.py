"""Rendering a page that is empty without JavaScript, under the limits of all other requests.

Chromium itself reaches nothing: its only way out is a proxy at a closed port, no name is resolved, and every request of
the page is answered by the fetcher (the same address check, robots.txt, breaker, time and size) or refused. Playwright
is an optional extra.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.crawler.adapters.exchange import Reply
from services.crawler.domain.canonical import host_of
from shared.errors import LumingError, PermanentError, TransientError
from shared.runtime.logs import get_logger

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page, Route, WebSocketRoute

log = get_logger(__name__)

AT_ONCE = 1
"""Pages rendered at once in this process: a Chromium takes some 300 MB."""
MOST_REQUESTS = 80
"""Requests of one page."""
MOST_BYTES = 20_000_000
"""Bytes of all answers to one page."""
QUIET = 0.5
"""Seconds without a request of the page after which it is taken as done."""
LAUNCH = 15.0
"""Seconds for Chromium to start."""
END = 3.0
"""Seconds for Chromium to close a page; then it is ended with all its processes."""

_WANTED = frozenset({"document", "script", "stylesheet", "xhr", "fetch", "other"})
"""What a text needs: no images, fonts, media, web sockets, events or pings."""
_TOLD = frozenset({"accept", "accept-language", "content-type", "referer", "origin", "x-requested-with"})
"""Headers of the page's requests that are sent; its cookies go to its own host alone."""
_UNTOLD = frozenset(
    ("content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive", "alt-svc")
) | {"link", "set-cookie"}
"""Headers of answers that the page does not get: the body is unpacked, nothing is to be fetched ahead, and cookies are
given to the browser by another way."""
_ARGUMENTS = (
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--dns-prefetch-disable",
    "--no-pings",
    "--disable-gpu",
    "--disable-dev-shm-usage",
)

Ask = Callable[[str, str, Mapping[str, str], bytes | None, float], Awaitable[Reply]]
"""(address, method, headers, body, seconds) to an answer; raises LumingError."""


@dataclass(frozen=True)
class Rendered:
    """A page as a reader sees it, as UTF-8, and how many requests it made of which hosts."""

    body: bytes
    asked: Mapping[str, int]


class Renderer:
    """Renders pages in Chromium. `chromium`: its program; Playwright's own if not given."""

    def __init__(self, chromium: Path | None = None) -> None:
        self._chromium = chromium
        self._free = asyncio.Semaphore(AT_ONCE)

    async def render(self, address: str, first: Reply, ask: Ask, seconds: float, most_bytes: int) -> Rendered:
        """The page at `address`, whose plain answer is `first`, after its scripts ran.

        Raises PermanentError without Playwright or for a page that is too large, TransientError when Chromium does not
        start or the page does not come to an end.
        """
        try:
            from playwright.async_api import Error, async_playwright
        except ImportError as error:
            raise PermanentError(
                "fetch: browser needs Playwright, an optional extra: pip install -r requirements/browser.txt"
            ) from error
        async with self._free, async_playwright() as playwright:
            try:
                browser = await playwright.chromium.launch(
                    executable_path=self._chromium,
                    args=_ARGUMENTS,
                    chromium_sandbox=os.geteuid() != 0,  # Chromium has no sandbox for root
                    timeout=LAUNCH * 1000,
                )
            except Error as error:
                raise TransientError(f"Chromium does not start: {_first_line(error)}") from error
            try:
                async with asyncio.timeout(seconds + END):
                    context = await browser.new_context(accept_downloads=False, service_workers="block", locale="zh-CN")
                    return await _Rendering(context, address, first, ask, time.monotonic() + seconds, most_bytes).run()
            except TimeoutError as error:
                raise TransientError(f"not rendered within {seconds:g} s") from error
            except Error as error:
                raise TransientError(f"not rendered: {_first_line(error)}") from error
            finally:
                with suppress(Error, TimeoutError):
                    async with asyncio.timeout(END):
                        await browser.close()


class _Rendering:
    """One page in one browser."""

    def __init__(
        self, context: "BrowserContext", address: str, first: Reply, ask: Ask, end: float, most_bytes: int
    ) -> None:
        self._context = context
        self._address = address
        self._first: Reply | None = first
        self._ask = ask
        self._end = end
        self._most_bytes = most_bytes
        self._asked: dict[str, int] = {}
        self._bytes = 0
        self._under_way = 0
        self._last = time.monotonic()

    async def run(self) -> Rendered:
        """Open the page, wait until it asks for nothing more, and take its text."""
        context = self._context
        await context.route("**/*", self._answer)
        await context.route_web_socket("**/*", _refuse)
        page = await context.new_page()
        context.on("page", lambda other: asyncio.ensure_future(other.close()))
        await page.goto(self._address, wait_until="commit", timeout=self._left() * 1000)
        await self._quiet(page)
        size = int(await page.evaluate("document.documentElement.outerHTML.length"))
        if size > self._most_bytes:
            raise PermanentError(f"larger than {self._most_bytes / 1_000_000:g} MB when it is rendered")
        text = await page.content()
        return Rendered(text.encode("utf-8", "replace"), self._asked)

    async def _quiet(self, page: "Page") -> None:
        """Wait until the page was read and has asked for nothing for a moment; at the end of its time take it as is."""
        from playwright.async_api import Error

        with suppress(Error):
            await page.wait_for_load_state("domcontentloaded", timeout=self._left() * 1000)
        while self._left() > 0.01 and (self._under_way or time.monotonic() - self._last < QUIET):
            await asyncio.sleep(0.05)

    async def _answer(self, route: "Route") -> None:
        request = route.request
        self._last = time.monotonic()
        if self._first is not None and _leads(route):
            reply, self._first = self._first, None
            await self._keep_cookies(request.url, reply)
            await _fulfil(route, reply)
            return
        self._under_way += 1
        try:
            reply = await self._asked_for(request.url, request.method, request.resource_type, route)
        except LumingError as error:
            log.info("part of a rendered page was refused", page=self._address, address=request.url, why=str(error))
            await _abort(route)
            return
        finally:
            self._under_way -= 1
            self._last = time.monotonic()
        await _fulfil(route, reply)

    async def _asked_for(self, address: str, method: str, kind: str, route: "Route") -> Reply:
        request = route.request
        if kind not in _WANTED or method not in ("GET", "POST") or not address.startswith(("http://", "https://")):
            raise PermanentError(f"{method} of a {kind} is not made")
        if _leads(route):
            raise PermanentError("the page wants to lead elsewhere")
        host = host_of(address)
        if sum(self._asked.values()) >= MOST_REQUESTS:
            raise PermanentError(f"more than {MOST_REQUESTS} requests")
        self._asked[host] = self._asked.get(host, 0) + 1
        headers = {name: value for name, value in request.headers.items() if name in _TOLD}
        if host == host_of(self._address):
            kept = await self._context.cookies(address)
            headers |= {"Cookie": "; ".join(f"{one['name']}={one['value']}" for one in kept)} if kept else {}
        reply = await self._ask(address, method, headers, request.post_data_buffer, self._left())
        if host == host_of(self._address):
            await self._keep_cookies(address, reply)
        self._bytes += len(reply.body)
        if self._bytes > MOST_BYTES:
            raise PermanentError(f"larger than {MOST_BYTES / 1_000_000:g} MB in all")
        return reply

    async def _keep_cookies(self, address: str, reply: Reply) -> None:
        """Cookies of the page's own host, which end with it: an answer that is handed in brings none along itself."""
        for cookie in reply.headers.get_list("set-cookie"):
            name, equals, value = cookie.partition(";")[0].strip().partition("=")
            if equals and name and (name + value).isascii() and (name + value).isprintable():
                await self._context.add_cookies([{"name": name, "value": value, "url": address}])

    def _left(self) -> float:
        return max(0.01, self._end - time.monotonic())


async def _fulfil(route: "Route", reply: Reply) -> None:
    from playwright.async_api import Error

    headers = {name: value for name, value in reply.headers.items() if name not in _UNTOLD}
    with suppress(Error):  # the page may be gone by now
        await route.fulfill(status=reply.status, headers=headers, body=reply.body)


def _leads(route: "Route") -> bool:
    """Whether a window, not a frame within it, goes to another page."""
    from playwright.async_api import Error

    try:
        return route.request.is_navigation_request() and route.request.frame.parent_frame is None
    except Error:
        return True  # a new window, which has no frame yet


async def _abort(route: "Route") -> None:
    from playwright.async_api import Error

    with suppress(Error):
        await route.abort("aborted")  # a page that is led away stays as it is


async def _refuse(socket: "WebSocketRoute") -> None:
    await socket.close(code=1008, reason="not opened")


def _first_line(error: Any) -> str:
    return str(error).partition("\n")[0][:200]
