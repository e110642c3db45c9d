"""The application: pages, API, feed and files behind the guard."""

from typing import Annotated

from fastapi import FastAPI, Query
from fastapi import Request as Asked
from fastapi.responses import Response
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from services.portal.application.search import Request
from services.portal.domain.query import Problem
from services.portal.web import api, pages
from services.portal.web.failures import answer_failures
from services.portal.web.feed import feed
from services.portal.web.guard import Guard
from services.portal.web.parts import Parts
from services.portal.web.preferences import preferences_of
from services.portal.web.problems import ProblemRaised
from services.portal.web.render import STATIC, Renderer

VERSION = "1"
"""Of the API."""
ENTRIES = 50
"""Entries of a feed."""


class Files(StaticFiles):
    """Files that browsers may keep: their addresses change with what is in them."""

    def file_response(self, *arguments: object, **named: object) -> Response:
        """The file, to be kept for a day."""
        answer = super().file_response(*arguments, **named)  # type: ignore[arg-type]  # handed on as they came
        answer.headers["Cache-Control"] = "public, max-age=86400"
        return answer


def make_app(parts: Parts) -> FastAPI:
    """The application over its parts."""
    app = FastAPI(
        title="Luming portal",
        version=VERSION,
        description="Search over documents and threads, with citations. Signed in by the session cookie.",
        docs_url=None,  # its pages need scripts of another site, which the policy forbids
        redoc_url=None,
        openapi_url=f"{api.BASE}/openapi.json",
    )
    render = Renderer(parts.entities)
    app.include_router(pages.routes(parts, render))
    app.include_router(api.routes(parts))
    _feed(app, parts)
    app.mount("/static", Files(directory=STATIC), name="static")
    api.describe(app)
    answer_failures(app, parts, render)
    app.add_middleware(Guard, gate=parts.gate, counts=parts.counts)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(parts.hosts), www_redirect=False)
    return app


def _feed(app: FastAPI, parts: Parts) -> None:
    @app.get("/feed.atom", include_in_schema=False)
    def atom(asked: Asked, q: Annotated[str, Query()] = "") -> Response:
        """The newest documents of a search."""
        chosen, now = preferences_of(asked), parts.clock()
        found = parts.search(Request(q, "newest", ENTRIES, None, chosen.zone), now)
        parts.database("")
        if isinstance(found, Problem):
            raise ProblemRaised(api.query_problem(found))
        base = str(asked.base_url).rstrip("/")
        return Response(feed(found, base, now, chosen.speech), media_type="application/atom+xml; charset=utf-8")
