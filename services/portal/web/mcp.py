"""Assistants over HTTP (MCP's streamable HTTP): one POST is one question, nothing is remembered between two.

Behind API keys: a session's cookie is not enough, since a page of another site could send it along. The guard asks for
a key with the scope `read`; here the Origin of a browser is looked at.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from services.portal.web.csrf import from_here
from services.portal.web.mcp_tools import Caller, Sources, make_server
from services.portal.web.parts import Parts
from services.portal.web.problems import ApiProblem, ProblemRaised
from services.portal.web.reader import reader_of

PATH = "/mcp"
LARGEST = 256 * 1024
"""Bytes of a question."""


class Assistants:
    """An ASGI application."""

    def __init__(self, parts: Parts) -> None:
        def base(ctx: Caller) -> str:
            """The host is one of ours: others were refused before."""
            host = (ctx.headers or {}).get("host", parts.hosts[0])
            return parts.doors.address or f"http://{host}"

        self._sources = Sources(parts.search, parts.library, parts.briefs, parts.clock, parts.database, base)
        hosts = [one for name in parts.hosts for one in (name, f"{name}:*")]
        origins = [f"{scheme}://{one}" for scheme in ("http", "https") for one in hosts]
        self._security = TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins)
        self._manager: StreamableHTTPSessionManager | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer until the block ends."""
        server = make_server(self._sources)
        server.streamable_http_app(
            stateless_http=True,
            json_response=True,
            transport_security=self._security,
            max_request_body_size=LARGEST,
        )
        async with server.session_manager.run():
            self._manager = server.session_manager
            try:
                yield
            finally:
                self._manager = None

    def route(self) -> Route:
        """The way to it."""
        return Route(PATH, self, include_in_schema=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one question. Raises ProblemRaised for what is none."""
        headers = Headers(scope=scope)
        if not from_here(headers):
            raise ProblemRaised(_refused("origin", 403, "the request comes from a page of another site"))
        if reader_of(Request(scope)).via != "key":
            raise ProblemRaised(_refused("scope", 403, "assistants come with an API key", "make a key and send it"))
        if scope["method"] != "POST":
            raise ProblemRaised(_refused("method", 405, "nothing is kept open here", "send each question by POST"))
        if self._manager is None:
            raise ProblemRaised(_refused("busy", 503, "the server is starting or stopping", "try again"))
        await self._manager.handle_request(scope, receive, send)


def _refused(kind: str, status: int, detail: str, mend: str = "") -> ApiProblem:
    titles = {403: "You may not do this", 405: "Method Not Allowed", 503: "Try again"}
    return ApiProblem(type=f"/problems/{kind}", title=titles[status], status=status, detail=detail, mend=mend)
