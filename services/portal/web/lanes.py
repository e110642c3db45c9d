"""Lanes: requests that wait for somebody else hold few of the threads that serve pages, each kind its own few.

The alerter's answer, a PDF, the second reader and the OIDC provider take seconds, and each such request holds a thread
while it waits. anyio has 40 threads for all requests, so that 40 of these would leave none for a page. A request of a
lane that is full waits outside, without a thread, and is asked to come again when that takes too long.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import anyio
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from services.portal.web.problems import ApiProblem

SIGN_IN = ("/sign-in/oidc", "/sign-in/oidc/back")
PRINTED = "/brief.pdf"
BRIEFS = ("/brief", "/brief.md", PRINTED, "/api/v1/brief")
ASKED = "/asked/"
QUEUE = 8
"""Requests that wait outside, for each that is let in; further ones are refused at once."""
Refuse = Callable[[Request, ApiProblem], Response]


@dataclass(frozen=True)
class Lane:
    """One kind of requests."""

    what: str
    """For whom it is refused to."""
    takes: Callable[[Scope], bool]
    room: int
    """Requests at once."""
    wait: float
    """Seconds outside."""
    again: int
    """Seconds after which to ask again."""
    limiter: anyio.CapacityLimiter = field(init=False)

    def __post_init__(self) -> None:
        """Make the limiter of this lane."""
        object.__setattr__(self, "limiter", anyio.CapacityLimiter(self.room))


def usual_lanes() -> tuple[Lane, ...]:
    """Those of the portal: 19 requests in all, less than half of the threads. A request is of the first that takes it.

    Two PDFs are made at once (adapters/brief_pdf.py), two more read their brief meanwhile.
    """
    return (
        Lane("sign-ins by the identity provider", lambda scope: scope["path"] in SIGN_IN, 4, 3.0, 10),
        Lane("briefs in the second reader's words", _worded, 3, 5.0, 15),
        Lane("PDFs", lambda scope: scope["path"] == PRINTED, 4, 10.0, 10),
        Lane("pages that wait for the alerter", _asked, 8, 6.0, 5),
    )


def _worded(scope: Scope) -> bool:
    return scope["path"] in BRIEFS and any(QueryParams(scope["query_string"]).getlist("worded"))


def _asked(scope: Scope) -> bool:
    return bool(scope["path"].startswith(ASKED)) and scope["method"] in ("GET", "HEAD")


class Lanes:
    """ASGI middleware, behind the guard: strangers take no room but where they sign in."""

    def __init__(self, app: ASGIApp, refuse: Refuse, lanes: Sequence[Lane] | None = None) -> None:
        """`refuse` answers a problem in the way that fits who asks; `lanes` are the usual ones."""
        self._app = app
        self._refuse = refuse
        self._lanes = usual_lanes() if lanes is None else lanes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request in when there is room; refuse it when there is none for too long."""
        lane = next((one for one in self._lanes if one.takes(scope)), None) if scope["type"] == "http" else None
        if lane is None:
            await self._app(scope, receive, send)
            return
        ours = object()
        if not await _entered(lane, ours):
            await self._refuse(Request(scope), _busy(lane))(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            lane.limiter.release_on_behalf_of(ours)


async def _entered(lane: Lane, who: object) -> bool:
    """Whether there was room in time."""
    if lane.limiter.statistics().tasks_waiting >= QUEUE * lane.room:
        return False
    with anyio.move_on_after(lane.wait):
        await lane.limiter.acquire_on_behalf_of(who)
        return True
    return False


def _busy(lane: Lane) -> ApiProblem:
    return ApiProblem(
        type="/problems/busy",
        title="Too much at once",
        status=503,
        detail=f"{lane.what}: {lane.room} at once, and all are taken",
        mend=f"ask again in {lane.again} seconds",
        retry_after=lane.again,
    )
