"""The page of one request: what came of it, or that nobody has answered yet; and what to do next."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi import Request as Asked
from fastapi.responses import HTMLResponse, Response

from services.portal.application.desk import PATIENCE, Request
from services.portal.domain.desk_shown import difference, place_of
from services.portal.domain.subscription_text import TextProblem, entry_of
from services.portal.web.desk_asking import ask, may_see, missing, whole
from services.portal.web.forms import Fields
from services.portal.web.parts import Parts
from services.portal.web.problems import ApiProblem, ProblemRaised
from services.portal.web.reader import WRITE, Reader, need, need_scope, reader_of
from services.portal.web.render import Renderer

AGAIN = 2
"""Seconds after which the page of a request that waits loads itself again."""
SAMPLES = 20
"""Stories of each kind that a preview shows."""
REASON = 300
"""Characters of a reason."""


def routes(parts: Parts, render: Renderer) -> APIRouter:
    """The routes of requests."""
    router = APIRouter(include_in_schema=False)

    @router.get("/asked/{number}", response_class=HTMLResponse)
    def answer(asked: Asked, number: str) -> Response:
        """What came of it; waits some seconds for the answer."""
        request = _own(parts, reader_of(asked), number, PATIENCE)
        parts.database("")
        page = render(asked, "asked.html", **_page(parts, request), again=AGAIN, clock=parts.clock())
        if not request.state:
            page.headers["Refresh"] = str(AGAIN)
        return page

    @router.post("/asked/{number}/apply")
    def apply(asked: Asked, number: str, fields: Fields) -> Response:
        """Put in force what was previewed."""
        reader = reader_of(asked)
        need(reader, "editor")
        need_scope(reader, WRITE)
        request = _own(parts, reader, number, 0)
        if request.wish.kind != "preview" or request.state != "done":
            wrong = "Only what was previewed can be put in force"
            raise ProblemRaised(ApiProblem(title=wrong, status=409))
        kept = {key: request.text(key) for key in ("text", "team", "entry")}
        content = {**kept, "reason": fields.get("reason", "").strip()[:REASON]}
        return ask(parts, reader, "apply", content, request.wish.base_version)

    return router


def _own(parts: Parts, reader: Reader, number: str, patience: float) -> Request:
    """The reader's own request, by what the reader may now. Raises ProblemRaised (404)."""
    found = parts.desk.answered(whole(number) or 0, patience)
    if found is None or not may_see(reader, found):
        raise missing("request")
    return found


def _page(parts: Parts, request: Request) -> dict[str, Any]:
    """What the template needs."""
    told: dict[str, Any] = {"asked": request, "team": request.text("team"), "place": None, "lines": (), "titles": {}}
    if request.wish.kind in ("silence_add", "silence_end"):
        return told
    line = request.answer.get("line")
    told["place"] = place_of(request.text("text"), request.text("team"), line if isinstance(line, int) else None)
    base = parts.desk.shelf.version(request.wish.base_version or 0)
    told["lines"] = difference(_part(base.content if base else "", request), _part(request.text("text"), request))
    if request.wish.kind == "preview" and request.state == "done":
        shown = {key: list(request.answer.get(key, ()))[:SAMPLES] for key in ("gained", "lost", "moved")}
        told["stories"] = shown
        told["titles"] = parts.desk.shelf.titles({one["document_id"] for held in shown.values() for one in held})
        told["teams"] = _teams(request.answer)
    return told


def _part(file: str, request: Request) -> str:
    """The text that the reader edited: an entry, or the whole."""
    team = request.text("team")
    if not team:
        return file
    try:
        entry = entry_of(file, team)
    except TextProblem:
        return ""
    return entry.text if entry else ""


def _teams(answer: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Each team with what it heard and what it would have heard."""
    before, after = answer["teams"]["current"], answer["teams"]["changed"]
    none = {"alerts": 0, "a_day": 0, "busiest": 0, "busiest_day": None, "digest": 0, "suppressed": 0, "messages": 0}
    return [(team, before.get(team, none), after.get(team, none)) for team in dict.fromkeys([*before, *after])]
