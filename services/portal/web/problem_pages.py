"""A page for each kind of problem: `type` of every problem leads to the one that explains it."""

from fastapi import APIRouter
from fastapi import Request as Asked
from fastapi.responses import HTMLResponse, Response

from services.portal.web.failures import error_page
from services.portal.web.preferences import preferences_of
from services.portal.web.problem_kinds import KINDS
from services.portal.web.render import Renderer
from services.portal.web.words import said


def routes(render: Renderer) -> APIRouter:
    """The page of a kind."""
    router = APIRouter(include_in_schema=False)

    @router.get("/problems/{name}", response_class=HTMLResponse)
    def problem(asked: Asked, name: str) -> Response:
        """What it means and what mends it."""
        kind = KINDS.get(name)
        if kind is None:
            return error_page(render, asked, 404)
        speech = preferences_of(asked).speech
        told = {
            "name": f"/problems/{name}", "status": kind.status, "heading": said(kind.title, speech),
            "means": said(kind.means, speech), "mend": said(kind.mend, speech),
        }  # fmt: skip
        return render(asked, "problem.html", told=told)

    return router
