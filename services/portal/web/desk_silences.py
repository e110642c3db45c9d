"""Silences: listed, made from a thread, an entity or a subscription, ended."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter
from fastapi import Request as Asked
from fastapi.responses import HTMLResponse, Response

from services.portal.application.desk import Silenced
from services.portal.domain.subscription_text import TextProblem, entries
from services.portal.web.desk_asking import ask, missing, whole
from services.portal.web.forms import Fields
from services.portal.web.parts import Parts
from services.portal.web.preferences import preferences_of
from services.portal.web.reader import WRITE, Reader, need, need_scope, reader_of
from services.portal.web.render import Renderer
from services.portal.web.words import LABELS

KEYS = ("subscription", "entity", "label", "thread", "channel", "words")
LONGEST = 300
"""Characters of a field."""


def routes(parts: Parts, render: Renderer) -> APIRouter:
    """The routes of silences."""
    router = APIRouter(include_in_schema=False)

    @router.get("/silences", response_class=HTMLResponse)
    def listed(asked: Asked, over: str = "") -> Response:
        """Those in force, and a form that the address may have filled in."""
        reader, chosen = reader_of(asked), preferences_of(asked)
        now = parts.clock()
        names = _names(parts, reader)
        found = parts.desk.shelf.silences(over=bool(over))
        parts.database("")
        shown = [one for one in found if _sees(reader, one, names)]
        ends = [(now + timedelta(hours=hours)).astimezone(chosen.zone) for hours in (8, 24, 24 * 7)]
        told: dict[str, Any] = {
            "silences": shown,
            "over": bool(over),
            "filled": {key: asked.query_params.get(key, "")[:LONGEST] for key in KEYS},
            "names": names,
            "ends": [_minute(end) for end in ends],
            "now": now,
            "may": reader.role != "reader",
            "labels": LABELS,
            "entities": parts.entities,
        }
        return render(asked, "silences.html", **told)

    @router.post("/silences")
    def made(asked: Asked, fields: Fields) -> Response:
        """A silence is asked for."""
        reader = _editor(asked)
        content = {key: fields.get(key, "")[:LONGEST] for key in (*KEYS, "until", "reason")}
        return ask(parts, reader, "silence_add", {**content, "timezone": preferences_of(asked).zone_name})

    @router.post("/silences/{number}/end")
    def ended(asked: Asked, number: str) -> Response:
        """The end of one is asked for."""
        reader = _editor(asked)
        wanted = whole(number)
        if wanted is None:
            raise missing("silence")
        return ask(parts, reader, "silence_end", {"silence": wanted})

    return router


def _editor(asked: Asked) -> Reader:
    reader = reader_of(asked)
    need(reader, "editor")
    need_scope(reader, WRITE)
    return reader


def _sees(reader: Reader, one: Silenced, names: list[str]) -> bool:
    """A silence of another team's is not shown; one for everybody is."""
    team = one.matcher.get("subscription")
    return reader.role == "admin" or team is None or team in names


def _names(parts: Parts, reader: Reader) -> list[str]:
    """The reader's subscriptions and the routes below them."""
    version = parts.desk.shelf.newest()
    try:
        held = entries(version.content) if version else ()
    except TextProblem:
        return list(reader.teams)
    return [name for one in held if reader.sees(one.name) for name in _below(one.plain)]


def _below(plain: Any) -> list[str]:
    if not isinstance(plain, dict):
        return []
    routes_below = plain.get("routes")
    below = [name for each in (routes_below if isinstance(routes_below, list) else ()) for name in _below(each)]
    return [str(plain.get("name", "")), *below]


def _minute(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(timespec="minutes")
