"""What changed since a reader was here, and the badge that says how much."""

from datetime import datetime

from fastapi import APIRouter
from fastapi import Request as Asked
from fastapi.responses import HTMLResponse, Response

from services.portal.domain.moments import moment
from services.portal.domain.news import FIRST, Counts
from services.portal.web.parts import Parts
from services.portal.web.preferences import preferences_of
from services.portal.web.reader import known, reader_of
from services.portal.web.render import Renderer
from shared.errors import PermanentError, TransientError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

BADGES = ("/", "/overview", "/companies", "/compare")
"""Pages that say how much is new."""
SPANS = ("today", "yesterday", "7d", "30d")
"""Moments that the page offers."""


def routes(parts: Parts, render: Renderer) -> APIRouter:
    """The route of the page; every page gets its badge."""
    router = APIRouter(include_in_schema=False)

    def badge(asked: Asked) -> Counts | None:
        """How much is new for whoever asks for a page; the visit is written down. None where no badge stands."""
        reader, now = known(asked.scope), parts.clock()
        if reader is None or reader.via != "session":
            return None
        try:
            if asked.url.path in BADGES:
                return parts.overview.fresh(reader.id, now)
            parts.overview.last_visit(reader.id, now)
        except (TransientError, PermanentError) as error:
            # The page itself was read: it is shown without its badge, and the next request tries again.
            log.warning("a visit could not be written down", error=str(error))
        return None

    render.offer("badge", badge)

    @router.get("/new", response_class=HTMLResponse)
    def new(asked: Asked, since: str = "") -> Response:
        """The page."""
        chosen, now, reader = preferences_of(asked), parts.clock(), reader_of(asked)
        said = moment(since[:40].strip(), now, chosen.zone) if since else None
        before = parts.overview.last_visit(reader.id, now)
        found = parts.overview.shelf.news(earliest(said or before or now - FIRST, now))
        parts.overview.looked(reader.id, now)
        parts.database("")
        return render(
            asked,
            "new.html",
            news=found,
            said=since if said else "",
            wrong=bool(since) and said is None,
            first=before is None,
            spans=SPANS,
            day=found.since.astimezone(chosen.zone).date(),
        )

    return router


def earliest(since: datetime, now: datetime) -> datetime:
    """No moment to come, and none beyond a year: what is older is no news."""
    return min(now, max(since, now - 53 * FIRST))
