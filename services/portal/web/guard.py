"""What stands before every page: headers that bind the browser, the gate, and the count of requests."""

from collections.abc import Callable, MutableMapping
from time import monotonic
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.portal.web import csrf
from services.portal.web.doorman import CALENDAR, Doors, WrongKey, reader_by, reader_of_feed
from services.portal.web.local_paths import local
from services.portal.web.problems import ApiProblem, ProblemRaised, for_program
from services.portal.web.reader import KEY, READ, WRITE, Reader, need_scope
from services.portal.web.refusals import AWAY, FORGED, SIGNED_OUT, TOO_LARGE, WRONG_KEY, too_many
from shared.errors import TransientError

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"""Of every answer. Other sites learn that a reader came, not from which page: Referrer-Policy."""
OPEN_PATHS = ("/sign-in", "/sign-in/oidc", "/sign-in/oidc/back", "/enter")
"""What is served to strangers, beside files."""
FEEDS = ("/feed.atom", "/feed.json", CALENDAR)
"""What may be read by a secret in its address."""
READS = ("/mcp",)
"""Where a POST changes nothing."""
Refuse = Callable[[Request, ApiProblem], Response]


class Counts(Protocol):
    """What is counted of requests."""

    def answered(self, route: str, status: int, seconds: float) -> None:
        """One request was answered; `route` is a template such as /documents/{document_id}."""
        ...


def secured(headers: MutableMapping[str, str] | MutableHeaders) -> None:
    """Add the headers of every answer; what it already says stands."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "private, no-cache")


class Guard:
    """ASGI middleware."""

    def __init__(
        self,
        app: ASGIApp,
        doors: Doors,
        counts: Counts,
        refuse: Refuse,
        database: Callable[[str], None],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`refuse` answers a problem in the way that fits who asks; `database` is told why it did not answer."""
        self._app = app
        self._doors = doors
        self._counts = counts
        self._refuse = refuse
        self._database = database
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer strangers, let others pass; every answer is bound and counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = self._clock()
        status = 500

        async def bound(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_headers(message["headers"], self._doors.https)
            await send(message)

        try:
            receive, refusal = await self._look(scope, receive)
            await (refusal or self._app)(scope, receive, bound)
        finally:
            self._counts.answered(_route(scope), status, self._clock() - began)

    async def _look(self, scope: Scope, receive: Receive) -> tuple[Receive, Response | None]:
        """Put the reader into the scope; what is answered instead of the application, and what that reads from."""
        path, headers = scope["path"], Headers(scope=scope)
        if path.startswith("/static/"):
            return receive, None
        open_to_all = path in OPEN_PATHS or path.startswith("/problems/")
        away = wrong_key = False
        reader = None
        try:
            reader = await run_in_threadpool(reader_by, self._doors.accounts, headers)
            if reader is None and path in FEEDS:
                reader = await run_in_threadpool(reader_of_feed, self._doors.accounts, scope)
        except WrongKey:
            wrong_key = True
        except TransientError as error:
            self._database(str(error))
            away = not open_to_all
        scope[KEY] = reader
        wait = self._doors.limits.request(f"{reader.via} {reader.by}" if reader else self._doors.origin(scope))
        if wait is not None:
            return receive, self._refuse(Request(scope), too_many(wait))
        if away:
            return receive, self._refuse(Request(scope), AWAY)
        if wrong_key:
            return receive, _with_challenge(self._refuse(Request(scope), WRONG_KEY), ', error="invalid_token"')
        if reader is None:
            return receive, None if open_to_all else self._stranger(scope)
        if reader.via == "key":
            return receive, self._beyond(scope, reader)
        if scope["method"] in csrf.SAFE or open_to_all:  # the sign-in page has a token of its own
            return receive, None
        receive, wrong = await forged(reader.csrf, headers, receive)
        return receive, self._refuse(Request(scope), wrong) if wrong else None

    def _beyond(self, scope: Scope, reader: Reader) -> Response | None:
        """Refuses a key what its scopes do not hold. Routes that take much out ask for `EXPORT` besides."""
        reads = scope["method"] in csrf.SAFE or scope["path"].startswith(READS)
        try:
            need_scope(reader, READ if reads else WRITE)
        except ProblemRaised as error:
            return _with_challenge(self._refuse(Request(scope), error.problem), ', error="insufficient_scope"')
        return None

    def _stranger(self, scope: Scope) -> Response:
        """What a stranger is answered."""
        if for_program(scope["path"]) or scope["method"] not in ("GET", "HEAD"):
            return _with_challenge(self._refuse(Request(scope), SIGNED_OUT))
        query = scope["query_string"].decode("latin-1")
        wanted = quote(scope["path"]) + (f"?{query}" if query else "")
        there = local(wanted)
        return RedirectResponse(f"/sign-in?{urlencode({'next': there})}" if there != "/" else "/sign-in", 303)


async def forged(right: str, headers: Headers, receive: Receive) -> tuple[Receive, ApiProblem | None]:
    """What is wrong with an edit that does not come from a page of this session, and what its body is read from."""
    try:
        token, receive = await csrf.token_of(headers, receive)
    except csrf.TooLarge:
        return receive, TOO_LARGE
    return receive, None if csrf.from_here(headers) and csrf.same(token, right) else FORGED


def _with_challenge(answer: Response, why: str = "") -> Response:
    answer.headers["WWW-Authenticate"] = f'Bearer realm="portal"{why}'
    return answer


def _with_headers(raw: Any, https: bool) -> Any:
    held = {name.decode("latin-1").lower() for name, _ in raw}
    wanted = {"Strict-Transport-Security": "max-age=31536000"} if https else {}
    secured(wanted)
    return [*raw, *((name.encode(), value.encode()) for name, value in wanted.items() if name.lower() not in held)]


def _route(scope: Scope) -> str:
    """The template of the route that answered; `other` for addresses that are none, so that labels stay few."""
    route = scope.get("route")
    return str(getattr(route, "path", "other")) or "other"
