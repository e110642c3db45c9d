"""Asking hosts: over redirects, at their pace, by their robots.txt, and not while they refuse."""

import random
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Self

from services.crawler.adapters.browser import Renderer
from services.crawler.adapters.dialer import ForbiddenAddress
from services.crawler.adapters.exchange import AGENT, CONNECTIONS, Exchange, Limits, Reply
from services.crawler.adapters.pace import Hosts, Pace
from services.crawler.adapters.robots import RobotsCache
from services.crawler.adapters.transport import GuardedTransport
from services.crawler.adapters.visit import Visit
from services.crawler.application.ports import Unreached
from services.crawler.application.values import Answer
from services.crawler.domain.addresses import NOTHING, Opened
from services.crawler.domain.breaker import Refusal, refusal_of
from services.crawler.domain.canonical import clean, host_of
from services.crawler.domain.journey import REDIRECTS, Journey
from services.crawler.domain.refusal import challenge
from services.crawler.domain.robots import Robots
from services.crawler.domain.routes import STRAIGHT, Routes
from services.crawler.domain.source import Request
from shared.errors import PermanentError, TransientError

ROBOTS_PACE = 1.0
"""Seconds that follow a request for robots.txt, where the host's pace is not shorter."""
ROBOTS_HOPS = 5
"""Redirects followed to robots.txt (RFC 9309, 2.3.1.2)."""
PART_HOPS = 5
"""Redirects followed for a part of a rendered page."""
RENDERED = frozenset({"text/html", "application/xhtml+xml", ""})
"""Content types that are rendered; others have no scripts."""
_KEPT = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}

__all__ = ["AGENT", "HttpFetcher", "Limits"]


class HttpFetcher:
    """Asks hosts; to be used as an async context manager.

    `hosts` keeps the turns (this process's own if not given), `chance` (0 to 1) picks pauses within their spread.
    """

    def __init__(
        self,
        limits: Limits,
        contact: str,
        loopback_allowed: bool = False,
        connections: int = CONNECTIONS,
        *,
        opened: Opened = NOTHING,
        hosts: Hosts | None = None,
        routes: Routes = STRAIGHT,
        trusted: ssl.SSLContext | None = None,
        renderer: Renderer | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._limits = limits
        self._hosts = hosts or Pace()
        self._chance = chance
        self._renderer = renderer or Renderer()
        self._robots = RobotsCache(self._ask_robots)
        allowed = replace(opened, loopback=loopback_allowed or opened.loopback)
        self._exchange = Exchange(limits, contact, GuardedTransport(allowed, connections, routes, trusted), connections)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._exchange.close()

    def busy_hosts(self) -> list[str]:
        """Hosts that asked to be left alone for more than a moment."""
        return self._hosts.busy()

    async def fetch(
        self,
        request: Request,
        pace: float,
        validators: Mapping[str, str] | None = None,
        page: bool = False,
        render: bool = False,
    ) -> Answer:
        """The answer, whole. `page`: only documents of text are taken. `render`: as a browser shows it.

        Raises TransientError or PermanentError with the reason in plain words; Unreached or NotItsTurn when the host
        was not asked, Refused when it is left alone since it refused.
        """
        headers = {**dict(request.headers), **(validators or {})}
        journey = Journey(
            clean(request.address), headers, self._limits.max_redirects, method=request.method, body=request.body
        )
        visit = Visit(self._hosts, page, self._chance)
        try:
            reply = await self._arrive(journey, visit, pace, page)
            answer = self._answer(journey.address, reply, visit, page)
            if render and answer.media in RENDERED:
                return await self._rendered(answer, reply, visit, pace)
            return answer
        finally:
            await visit.end()

    async def _arrive(self, journey: Journey, visit: Visit, pace: float, page: bool) -> Reply:
        left = self._limits.timeout
        while True:
            await self._admitted(journey.address, visit, pace)
            began = time.monotonic()
            reply = await self._exchange.page(
                journey.address, journey.method, journey.told, journey.body, left, only_text=page
            )
            left -= time.monotonic() - began
            if reply.status not in REDIRECTS:
                return reply
            journey.follow(reply.status, reply.headers.get("location", ""), reply.headers.get_list("set-cookie"))

    async def _rendered(self, answer: Answer, reply: Reply, visit: Visit, pace: float) -> Answer:
        """The answer with what the page's scripts made of it. Its host rests afterwards for all that they asked."""

        async def ask(
            address: str, method: str, headers: Mapping[str, str], body: bytes | None, seconds: float
        ) -> Reply:
            return await self._part(
                Journey(clean(address), headers, PART_HOPS, method=method, body=body), visit, pace, seconds
            )

        rendered = await self._renderer.render(answer.address, reply, ask, self._limits.timeout, self._limits.max_bytes)
        await visit.rest(answer.address, pace * rendered.asked.get(host_of(answer.address), 0))
        if check := challenge(rendered.body, answer.address):
            raise visit.refused(answer.address, Refusal(f"{reply.status}: {check}", "no"))
        return Answer(answer.address, rendered.body, "utf-8", media="text/html")

    async def _part(self, journey: Journey, visit: Visit, pace: float, seconds: float) -> Reply:
        """What a rendered page asks for, within its page's turn."""
        while True:
            await visit.beside(journey.address, pace)
            check_robots(await self._robots.of(journey.address), journey.address)
            reply = await self._exchange.page(
                journey.address, journey.method, journey.told, journey.body, seconds, only_text=False
            )
            if reply.status not in REDIRECTS:
                refusal = refusal_of(reply.status, "", reply.retry_after, page=True)
                if refusal or reply.status < 500:
                    visit.part_answered(journey.address, refusal)
                return reply
            journey.follow(reply.status, reply.headers.get("location", ""), reply.headers.get_list("set-cookie"))

    async def _admitted(self, address: str, visit: Visit, pace: float) -> None:
        """Wait for the host's turn. Raises PermanentError where robots.txt forbids the address."""
        robots = self._robots.kept(address)
        if robots is None:
            await visit.take(address, min(pace, ROBOTS_PACE))
            robots = await self._robots.of(address)
        check_robots(robots, address)
        await visit.take(address, max(pace, robots.delay(AGENT)))

    def _answer(self, address: str, reply: Reply, visit: Visit, page: bool) -> Answer:
        check = challenge(reply.body, address, reply.headers.get("cf-mitigated", ""))
        refusal = refusal_of(reply.status, check, reply.retry_after, page)
        if refusal is not None:
            raise visit.refused(address, refusal)
        if reply.status < 500:
            visit.welcome(address)
        if reply.status == 304:
            return Answer(address, b"", unmodified=True)
        if reply.status == 200:
            kept = {header: reply.headers[name] for name, header in _KEPT.items() if name in reply.headers}
            return Answer(address, reply.body, reply.charset, validators=kept, media=reply.media)
        if reply.status >= 500 or reply.status in (408, 425):
            raise TransientError(str(reply.status), reply.retry_after)
        raise PermanentError(str(reply.status))

    async def _ask_robots(self, address: str, most: int) -> tuple[int, bytes]:
        """robots.txt, over some redirects; without asking robots.txt."""
        for hop in range(ROBOTS_HOPS + 1):
            try:
                reply = await self._exchange.robots(address, most)
            except ForbiddenAddress as error:
                if hop == 0:
                    raise  # the host itself is one that no request may go to
                raise PermanentError(str(error)) from error
            if reply.status not in REDIRECTS:
                if check := challenge(reply.body, address, reply.headers.get("cf-mitigated", "")):
                    raise PermanentError(check)
                return reply.status, reply.body
            address = clean(reply.headers.get("location", ""), address)
        raise PermanentError(f"more than {ROBOTS_HOPS} redirects")


def check_robots(robots: Robots, address: str) -> None:
    """Raises Unreached without rules, PermanentError where they forbid the address."""
    if robots.unreachable:
        raise Unreached(f"robots.txt unreachable: {robots.unreachable}", robots.kept)
    if not robots.allows(address, AGENT):
        raise PermanentError("robots.txt forbids it")
