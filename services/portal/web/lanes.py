"""Lanes: requests that wait for somebody else hold few of the threads that serve pages, each kind its own few.

The alerter's answer, a PDF, the second reader and the OIDC provider take seconds, and each such request holds a thread
while it waits. anyio has 40 threads for all requests, so that 40 of these would leave none for a page. A request of a
lane that is full waits outside, without a thread, and is asked to come again when that takes too long. One reader has
half of a lane at most, so that another finds room.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from services.portal.web.problems import ApiProblem
from services.portal.web.reader import known

SIGN_IN = ("/sign-in/oidc", "/sign-in/oidc/back")
PRINTED = "/brief.pdf"
BRIEFS = ("/brief", "/brief.md", PRINTED, "/api/v1/brief")
ASKED = "/asked/"
QUEUE = 8
"""Requests that wait outside, for each that is let in, and of one reader; further ones are refused at once."""
Refuse = Callable[[Request, ApiProblem], Response]


@dataclass(frozen=True)
class Lane:
    """One kind of requests."""

    what: str
    """What is asked for, in the words of a refusal."""
    takes: Callable[[Scope], bool]
    room: int
    """Requests at once."""
    wait: float
    """Seconds outside."""
    again: int
    """Seconds after which to ask again."""


def _worded(scope: Scope) -> bool:
    return scope["path"] in BRIEFS and any(QueryParams(scope["query_string"]).getlist("worded"))


def _asked(scope: Scope) -> bool:
    return bool(scope["path"].startswith(ASKED)) and scope["method"] in ("GET", "HEAD")


LANES = (
    Lane("sign-ins by the identity provider", lambda scope: scope["path"] in SIGN_IN, 4, 3.0, 10),
    Lane("briefs in the second reader's words", _worded, 4, 5.0, 15),
    Lane("PDFs", lambda scope: scope["path"] == PRINTED, 4, 10.0, 10),
    Lane("pages that wait for the alerter", _asked, 8, 6.0, 5),
)
"""20 requests in all, half of the threads. A request is of the first that takes it. Two PDFs are made at once
(adapters/brief_pdf.py), two more read their brief meanwhile."""


class Full(Exception):
    """No room, for too long."""


class Entrance:
    """Lets requests into one lane."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self._room = anyio.CapacityLimiter(lane.room)
        self._shares: dict[str, anyio.CapacityLimiter] = {}
        self._present = 0
        """Requests inside and outside."""

    @asynccontextmanager
    async def entered(self, reader: str) -> AsyncIterator[None]:
        """Room for one request of the reader until the block ends; strangers (no text) share nothing. Raises Full."""
        ours, share = object(), self._share(reader)
        if self._present >= (1 + QUEUE) * self.lane.room or share.statistics().tasks_waiting >= QUEUE:
            self._forget(reader)
            raise Full
        self._present += 1
        try:
            with anyio.move_on_after(self.lane.wait) as patience:
                await _both(share, self._room, ours)
            if patience.cancelled_caught:
                raise Full
            try:
                yield
            finally:
                self._room.release_on_behalf_of(ours)
                share.release_on_behalf_of(ours)
        finally:
            self._present -= 1
            self._forget(reader)

    def _share(self, reader: str) -> anyio.CapacityLimiter:
        if not reader:
            return anyio.CapacityLimiter(1)
        return self._shares.setdefault(reader, anyio.CapacityLimiter(max(1, self.lane.room // 2)))

    def _forget(self, reader: str) -> None:
        share = self._shares.get(reader)
        if share is not None and not share.borrowed_tokens and not share.statistics().tasks_waiting:
            del self._shares[reader]


async def _both(share: anyio.CapacityLimiter, room: anyio.CapacityLimiter, who: object) -> None:
    """Take a place of the reader's share, then one of the lane; both or none."""
    await share.acquire_on_behalf_of(who)
    try:
        await room.acquire_on_behalf_of(who)
    except BaseException:
        share.release_on_behalf_of(who)
        raise


class Lanes:
    """ASGI middleware, behind the guard: strangers take no room but where they sign in."""

    def __init__(self, app: ASGIApp, refuse: Refuse, lanes: Sequence[Lane] | None = None) -> None:
        """`refuse` answers a problem in the way that fits who asks; `lanes` are the usual ones."""
        self._app = app
        self._refuse = refuse
        self._entrances = [Entrance(lane) for lane in (LANES if lanes is None else lanes)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request in when there is room; refuse it when there is none for too long."""
        asked = (one for one in self._entrances if scope["type"] == "http" and one.lane.takes(scope))
        entrance = next(asked, None)
        if entrance is None:
            await self._app(scope, receive, send)
            return
        reader = known(scope)
        try:
            async with entrance.entered(reader.id if reader else ""):
                await self._app(scope, receive, send)
        except Full:
            await self._refuse(Request(scope), _busy(entrance.lane))(scope, receive, send)


def _busy(lane: Lane) -> ApiProblem:
    return ApiProblem(
        type="/problems/busy",
        title="Too much at once",
        status=503,
        detail=f"{lane.what}: {lane.room} at once, half of them of one reader, and all are taken",
        mend=f"ask again in {lane.again} seconds",
        retry_after=lane.again,
    )
