"""The application: pages, API, feed and files behind the guard."""

from functools import partial

from fastapi import FastAPI
from fastapi.responses import Response
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from services.portal.web import (
    accounts,
    api,
    brief,
    calendar,
    desk,
    doors,
    exports,
    feeds,
    overview,
    pages,
    problem_pages,
)
from services.portal.web.failures import answer_failures, refusal
from services.portal.web.guard import Guard
from services.portal.web.lanes import Lanes
from services.portal.web.mcp import Assistants
from services.portal.web.parts import Parts
from services.portal.web.render import STATIC, Renderer

VERSION = "1"
"""Of the API."""


class Files(StaticFiles):
    """Files that browsers may keep: their addresses change with what is in them."""

    def file_response(self, *arguments: object, **named: object) -> Response:
        """The file, to be kept for a day."""
        answer = super().file_response(*arguments, **named)  # type: ignore[arg-type]  # handed on as they came
        answer.headers["Cache-Control"] = "public, max-age=86400"
        return answer


def make_app(parts: Parts) -> FastAPI:
    """The application over its parts."""
    assistants = Assistants(parts)
    app = FastAPI(
        title="Luming portal",
        version=VERSION,
        description=api.ABOUT,
        docs_url=None,  # its pages need scripts of another site, which the policy forbids
        redoc_url=None,
        openapi_url=f"{api.BASE}/openapi.json",
        lifespan=lambda _app: assistants.running(),
    )
    app.router.routes.append(assistants.route())
    render = Renderer(parts.entities)
    app.include_router(pages.routes(parts, render))
    app.include_router(doors.routes(parts, render))
    app.include_router(desk.routes(parts, render))
    app.include_router(accounts.routes(parts, render))
    app.include_router(api.routes(parts))
    app.include_router(feeds.routes(parts, render))
    app.include_router(calendar.routes(parts, render))
    app.include_router(exports.routes(parts))
    app.include_router(problem_pages.routes(render))
    app.include_router(overview.routes(parts, render))
    app.include_router(brief.routes(parts, render))
    app.mount("/static", Files(directory=STATIC), name="static")
    api.describe(app)
    answer_failures(app, parts, render)
    app.add_middleware(Lanes, refuse=partial(refusal, render))
    app.add_middleware(
        Guard, doors=parts.doors, counts=parts.counts, refuse=partial(refusal, render), database=parts.database
    )
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(parts.hosts), www_redirect=False)
    return app
