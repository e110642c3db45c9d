"""“Wrong”: what a reader says of an event or a thread, and the list of all that was said."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from fastapi import Request as Asked
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.application.desk import Judged, Said
from services.portal.web.desk_asking import missing, whole
from services.portal.web.forms import Fields
from services.portal.web.parts import Parts
from services.portal.web.reader import WRITE, need_scope, reader_of
from services.portal.web.render import Renderer
from services.portal.web.words import LABELS, STATUSES

OF_EVENT = ("label", "status", "entity", "not_event", "missing")
KINDS = (*OF_EVENT, "story")
"""What may be wrong: of an event, or that a report does not belong to its thread."""
NOTE = 1_000
"""Characters of a note."""
LISTED = 200
_DOCUMENT = re.compile(r"[0-9a-f]{32}")


def routes(parts: Parts, render: Renderer) -> APIRouter:
    """The routes of corrections."""
    router = APIRouter(include_in_schema=False)
    values = {"label": [*LABELS], "status": [*STATUSES], "entity": [*dict.fromkeys([*parts.entities, "other"])]}

    @router.get("/wrong", response_class=HTMLResponse)
    def form(asked: Asked, document: str = "", event: str = "", story: str = "") -> Response:
        """The form for one event of a document, for what is missing in it, or for its place in a thread."""
        judged = _judged(parts, document)
        number = _event(judged, event)
        return page(asked, judged, number, "story" if story and judged.story else "", {})

    @router.post("/wrong", response_class=HTMLResponse)
    def said(asked: Asked, fields: Fields) -> Response:
        """Write it down."""
        reader = reader_of(asked)
        need_scope(reader, WRITE)
        judged = _judged(parts, fields.get("document", ""))
        number = _event(judged, fields.get("event", ""))
        wrong = fields.get("wrong", "")
        answer = {key: fields.get(key, "") for key in ("label", "status", "entity") if fields.get(key)}
        if problem := _problem(wrong, answer, values, judged, number):
            return page(asked, judged, number, wrong, fields, problem)
        parts.desk.shelf.correct(
            Said(
                who=reader.name,
                wrong=wrong,
                document_id=judged.document_id,
                revision=judged.revision,
                thread_id=judged.thread_id,
                event={**judged.events[number], "model": judged.model} if number is not None else {},
                answer={"document_id": judged.story} if wrong == "story" else {} if wrong == "not_event" else answer,
                note=fields.get("note", "").strip()[:NOTE],
            )
        )
        return RedirectResponse(f"/corrections?document={judged.document_id}", 303)

    @router.get("/corrections", response_class=HTMLResponse)
    def listed(asked: Asked, document: str = "") -> Response:
        """What readers said, and what became of it."""
        reader_of(asked)
        wanted = document if _DOCUMENT.fullmatch(document) else None
        found = parts.desk.shelf.corrections(wanted, LISTED)
        parts.database("")
        return render(asked, "corrections.html", corrections=found, document=wanted)

    def page(
        asked: Asked, judged: Judged, number: int | None, wrong: str, filled: Mapping[str, str], problem: str = ""
    ) -> Response:
        reader_of(asked)
        event = judged.events[number] if number is not None else None
        kinds: Sequence[str] = OF_EVENT if event else ("missing",)
        if judged.story:
            kinds = (*kinds, "story")
        chosen = wrong if wrong in kinds else kinds[0]
        told: dict[str, Any] = {"judged": judged, "event": event, "number": number, "kinds": kinds, "chosen": chosen}
        return render(
            asked, "wrong.html", 422 if problem else 200, **told, filled=filled, values=values, problem=problem
        )

    return router


def _judged(parts: Parts, document: str) -> Judged:
    """Raises ProblemRaised (404) for a document that is none, is gone or was not classified."""
    found = parts.desk.shelf.judged(document) if _DOCUMENT.fullmatch(document) else None
    parts.database("")
    if found is None:
        raise missing("document to correct")
    return found


def _event(judged: Judged, told: str) -> int | None:
    """The number of an event of the document, from 0. Raises ProblemRaised (404) for one that is none."""
    if told == "":
        return None
    number = whole(told)
    if number is None or number >= len(judged.events):
        raise missing("event")
    return number


def _problem(
    wrong: str, answer: Mapping[str, str], values: Mapping[str, Sequence[str]], judged: Judged, number: int | None
) -> str:
    """The key of what is to be said of a form that cannot be taken; empty for a good one."""
    if wrong not in KINDS or (wrong == "story" and not judged.story):
        return "wr_choose"
    if wrong in ("label", "status", "entity", "not_event") and number is None:
        return "wr_choose"
    if any(value not in values[key] for key, value in answer.items()):
        return "wr_value"
    needed = {"label": ("label",), "status": ("status",), "entity": ("entity",), "missing": ("label", "status")}
    if any(key not in answer for key in needed.get(wrong, ())):
        return "wr_needs"
    event = judged.events[number] if number is not None else {}
    if wrong in ("label", "status") and answer[wrong] == event.get(wrong):
        return "wr_same"
    return "wr_same" if wrong == "entity" and answer["entity"] in event.get("entities", ()) else ""
