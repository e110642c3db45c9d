"""What stands before every page: headers that bind the browser, the gate, and the count of requests."""

from collections.abc import Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from time import monotonic
from typing import Any, Protocol

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.portal.web import csrf
from services.portal.web.gate import COOKIE, Gate
from services.portal.web.problems import ApiProblem, for_program, problem_answer
from services.portal.web.reader import KEY, Reader

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
OPEN_PATHS = ("/sign-in", "/enter", "/static/")
"""What is served to strangers."""


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

    def __init__(self, app: ASGIApp, gate: Gate, counts: Counts, clock: Callable[[], float] = monotonic) -> None:
        self._app = app
        self._gate = gate
        self._counts = counts
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
                message["headers"] = _with_headers(message["headers"])
            await send(message)

        try:
            reader = scope[KEY] = self._gate.reader(_cookie(Headers(scope=scope)))
            refusal = self._stranger(scope) if reader is None else None
            if reader is not None and scope["method"] not in csrf.SAFE:
                receive, refusal = await _forged(reader, Headers(scope=scope), receive)
            await (refusal or self._app)(scope, receive, bound)
        finally:
            self._counts.answered(_route(scope), status, self._clock() - began)

    def _stranger(self, scope: Scope) -> Response | None:
        """What a stranger is answered; None for what is open to all."""
        path: str = scope["path"]
        if path in OPEN_PATHS or path.startswith("/static/"):
            return None
        if for_program(path) or scope["method"] not in ("GET", "HEAD"):
            mend = "open the one-time link that `python -m services.portal run` printed"
            wrong = ApiProblem(type="/problems/signed-out", title="You are not signed in", status=401, detail=mend)
            answer = problem_answer(wrong)
            answer.headers["WWW-Authenticate"] = 'Cookie realm="portal", cookie-name="' + COOKIE + '"'
            return answer
        return RedirectResponse("/sign-in", status_code=303)


async def _forged(reader: Reader, headers: Headers, receive: Receive) -> tuple[Receive, Response | None]:
    """Refuses an edit that does not come from a page of this session."""
    if reader.via == "key":
        return receive, None
    try:
        token, receive = await csrf.token_of(headers, receive)
    except csrf.TooLarge:
        wrong = ApiProblem(type="/problems/too-large", title="The form is too large", status=413)
        return receive, problem_answer(wrong)
    if csrf.from_here(headers) and csrf.same(token, reader.csrf):
        return receive, None
    detail, mend = "the request carries no token of this session", "load the page anew and send the form again"
    return receive, problem_answer(
        ApiProblem(type="/problems/csrf", title="This edit was refused", status=403, detail=detail, mend=mend)
    )


def _cookie(headers: Headers) -> str | None:
    try:
        held: SimpleCookie = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return None
    return held[COOKIE].value if COOKIE in held else None


def _with_headers(raw: Any) -> Any:
    held = {name.decode("latin-1").lower() for name, _ in raw}
    wanted: dict[str, str] = {}
    secured(wanted)
    return [*raw, *((name.encode(), value.encode()) for name, value in wanted.items() if name.lower() not in held)]


def _route(scope: Scope) -> str:
    """The template of the route that answered; `other` for addresses that are none, so that labels stay few."""
    route = scope.get("route")
    return str(getattr(route, "path", "other")) or "other"
