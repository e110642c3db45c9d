"""The overview: stories by company, label and week."""

from fastapi import APIRouter
from fastapi import Request as Asked
from fastapi.responses import HTMLResponse, Response

from services.portal.web import companies, compare, news, overview_api
from services.portal.web.overview_asked import wish_of
from services.portal.web.overview_page import namer, page_of
from services.portal.web.parts import Parts
from services.portal.web.preferences import preferences_of
from services.portal.web.render import Renderer


def routes(parts: Parts, render: Renderer) -> APIRouter:
    """The routes of the overview, of companies, of their comparison and of what is new."""
    router = APIRouter(include_in_schema=False)
    everything = APIRouter()

    @router.get("/overview", response_class=HTMLResponse)
    def overview(asked: Asked) -> Response:
        """Charts and tables."""
        chosen = preferences_of(asked)
        wish = wish_of(asked.query_params, parts.overview, parts.clock(), chosen.zone)
        (tallies,) = parts.overview.shelf.tallies(wish.asked)
        parts.database("")
        return render(asked, "overview.html", **page_of(wish, tallies, namer(parts, chosen), chosen))

    router.include_router(companies.routes(parts, render))
    router.include_router(compare.routes(parts, render))
    router.include_router(news.routes(parts, render))
    everything.include_router(router)
    everything.include_router(overview_api.routes(parts))
    return everything
