"""The calendar's routes: an address that calendar programs subscribe to, and the page that makes one."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi import Request as Asked
from fastapi.responses import HTMLResponse, Response

from services.portal.application.calendar import NotYet
from services.portal.domain.query import Problem
from services.portal.web.api import query_problem
from services.portal.web.conditional import conditional
from services.portal.web.doorman import CALENDAR
from services.portal.web.feeds import new_secret
from services.portal.web.forms import Fields
from services.portal.web.parts import Parts, outside
from services.portal.web.preferences import preferences_of
from services.portal.web.problems import ApiProblem, ProblemRaised
from services.portal.web.reader import own_session
from services.portal.web.render import Renderer
from services.portal.web.words import Speech, Words, said
from shared.calendar.entries import Entry
from shared.calendar.ical import MEDIA, feed
from shared.watch import OTHER

AGAIN = 30
"""Seconds after which to ask again while the documents are still being read."""
MOST = 16
"""Calendars that are kept as they were written, a megabyte each at most."""
NAMED = 5
"""Entities that a refusal names."""
Entity = Annotated[str, Query(description="identifier of a watched entity; empty: all")]


class Written:
    """Calendars as they were written: to write a thousand entries takes a second, and most requests find no new one."""

    def __init__(self, names: Mapping[str, Words]) -> None:
        self._names = names
        self._held: dict[tuple[str, Speech], tuple[tuple[Entry, ...], bytes]] = {}

    def __call__(self, entries: tuple[Entry, ...], title: str, speech: Speech) -> bytes:
        """The calendar of that title with these entries."""
        held = self._held.get((title, speech))
        if held is None or held[0] != entries:
            held = entries, feed(entries, self._names, "zh-Hans" if speech == "zh" else "en", title)
            if len(self._held) >= MOST:
                self._held.clear()
            self._held[title, speech] = held
        return held[1]


def routes(parts: Parts, render: Renderer) -> APIRouter:
    """The calendar, and the addresses with which calendar programs come."""
    router = APIRouter(include_in_schema=False)
    written = Written({entity: words for entity, words in parts.entities.items() if entity != OTHER})

    @router.get(CALENDAR)
    def calendar(asked: Asked, entity: Entity = "") -> Response:
        """Ends of consultations, dates of effect and results days, each with the documents that say so."""
        _known(parts, entity)
        speech = preferences_of(asked).speech
        try:
            entries = parts.calendar(parts.clock(), entity)
        except NotYet as error:
            raise ProblemRaised(_reading(str(error))) from error
        parts.database("")
        title = f"Luming · {said(parts.entities[entity], speech)}" if entity else "Luming"
        headers = {"Content-Disposition": 'inline; filename="luming.ics"'}
        return conditional(asked, written(entries, title, speech), f"{MEDIA}; charset=utf-8", headers)

    @router.post("/calendar-address", response_class=HTMLResponse)
    def address(asked: Asked, fields: Fields) -> Response:
        """Make a key for the calendar and show its address, this once."""
        reader, entity = own_session(asked), fields.get("entity", "")
        _known(parts, entity)
        token = new_secret(parts, reader, entity, "calendar")
        held = {"entity": entity, "lang": preferences_of(asked).speech, "token": token}
        query = urlencode({name: value for name, value in held.items() if value})
        made = f"{outside(parts, asked)}{CALENDAR}?{query}"
        subscribe = f"webcal:{made.partition(':')[2]}"
        answer = render(asked, "calendar_address.html", entity=entity, address=made, subscribe=subscribe)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return router


def _known(parts: Parts, entity: str) -> None:
    """Raises the 400 problem for an entity that is not watched."""
    if entity and entity not in parts.entities:
        known = ", ".join(list(parts.entities)[:NAMED])
        raise ProblemRaised(
            query_problem(Problem(f"entity: knows no {entity[:80]}", f"known are, among others, {known}"))
        )


def _reading(detail: str) -> ApiProblem:
    mend = f"ask again in {AGAIN} seconds"
    title = "Too much at once"
    return ApiProblem(type="/problems/busy", title=title, status=503, detail=detail, mend=mend, retry_after=AGAIN)
