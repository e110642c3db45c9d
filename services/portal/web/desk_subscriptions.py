"""Subscriptions: listed, edited by form or as text, copied, switched off, deleted. All of it is previewed first."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from fastapi import Request as Asked
from fastapi.responses import HTMLResponse, Response

from services.portal.application.desk import Version
from services.portal.domain.subscription_form import Form, FormProblem, form_of
from services.portal.domain.subscription_text import TextProblem, alone, with_entry
from services.portal.web.desk_asking import ask, in_force, may_see, missing, whole
from services.portal.web.desk_entry import entries_in, entry_in, form_again, form_of_text, refuse_name, text_of
from services.portal.web.forms import Fields
from services.portal.web.parts import Parts
from services.portal.web.reader import WRITE, Reader, need, need_scope, reader_of
from services.portal.web.render import Renderer
from services.portal.web.words import LABELS, STATUSES

DAYS = (14, 30)
"""Over how many days a preview looks back; the alerter offers no others."""
HISTORY = 10
"""Versions that admins see."""


def routes(parts: Parts, render: Renderer) -> APIRouter:
    """The routes of subscriptions."""
    router = APIRouter(include_in_schema=False)
    room = _Room(parts, render)

    @router.get("/subscriptions", response_class=HTMLResponse)
    def listed(asked: Asked) -> Response:
        """Those of the reader's teams."""
        return room.listed(asked)

    @router.get("/new-subscription", response_class=HTMLResponse)
    def new(asked: Asked, copy: str = "") -> Response:
        """An empty form, or that of a copy."""
        reader, version = reader_of(asked), in_force(parts)
        need(reader, "editor")
        like = entry_in(version, copy) if copy and reader.sees(copy) else None
        form = replace(form_of(like.plain), name="") if like else Form()
        return room.form(asked, form, like.text if like else "", version, copy=like.name if like else "")

    @router.get("/subscriptions/{name}", response_class=HTMLResponse)
    def shown(asked: Asked, name: str, again: str = "") -> Response:
        """Its form and its text; `again`: a request whose text is to be edited further, on top of what is in force."""
        reader, version = reader_of(asked), in_force(parts)
        entry = entry_in(version, name)
        text = room.earlier(reader, again, name) or (entry.text if entry else "")
        if not reader.sees(name) or not text:
            raise missing("subscription")
        return room.form(asked, form_of_text(text, name), text, version, name if entry else "")

    @router.post("/subscriptions", response_class=HTMLResponse)
    def made(asked: Asked, fields: Fields) -> Response:
        """A new one is asked for: its preview."""
        need(reader_of(asked), "editor")
        return room.changed(asked, fields, "")

    @router.post("/subscriptions/{name}", response_class=HTMLResponse)
    def changed(asked: Asked, name: str, fields: Fields) -> Response:
        """A change is asked for: its preview."""
        if not reader_of(asked).sees(name):
            raise missing("subscription")
        return room.changed(asked, fields, name)

    _file(router, parts, render)
    return router


class _Room:
    """The pages of single subscriptions."""

    def __init__(self, parts: Parts, render: Renderer) -> None:
        self._parts = parts
        self._render = render
        statuses = [status for status in STATUSES if status != "background"]
        self._order = {
            "entities": [*dict.fromkeys([*parts.entities, "other"])],
            "labels": [*LABELS],
            "statuses": statuses,
        }

    def listed(self, asked: Asked) -> Response:
        """The list."""
        shelf, reader = self._parts.desk.shelf, reader_of(asked)
        version, silences = shelf.newest(), len(shelf.silences(over=False))
        history = shelf.history(HISTORY) if reader.role == "admin" else ()
        self._parts.database("")
        held, wrong = entries_in(version)
        shown = [(one, form_of(one.plain)) for one in held if reader.sees(one.name)]
        told: dict[str, Any] = {
            "version": version,
            "shown": shown,
            "unreadable": wrong,
            "history": history,
            "silences": silences,
        }
        return self._render(asked, "subscriptions.html", **told, may=reader.role != "reader")

    def earlier(self, reader: Reader, number: str, name: str) -> str:
        """The text that the reader asked for before; empty where that is none of this subscription."""
        found = self._parts.desk.shelf.request(whole(number) or 0)
        mine = found is not None and may_see(reader, found) and found.text("team") == name
        return found.text("entry") if found is not None and mine else ""

    def changed(self, asked: Asked, fields: Mapping[str, str], name: str) -> Response:
        """Ask for a preview of the change; or the form again, with what is wrong."""
        reader, shelf = reader_of(asked), self._parts.desk.shelf
        need_scope(reader, WRITE)
        version = shelf.version(whole(fields.get("base")) or 0) or in_force(self._parts)
        entry, copied = entry_in(version, name) if name else None, fields.get("copy", "")
        like = entry_in(version, copied) if copied and reader.sees(copied) else None
        if name and entry is None:
            raise missing("subscription")
        try:
            text = text_of(fields, entry, like, self._order)
            team = alone(text).name if text else name
            refuse_name(reader, team, name, version)
            file = with_entry(version.content, name or team, text)
        except (FormProblem, TextProblem) as error:
            kept = fields.get("text") or (entry.text if entry else "")
            return self.form(asked, form_again(fields, entry), kept, version, name, error, copied)
        days = whole(fields.get("days"))
        content = {"text": file, "team": team, "entry": text, "days": days if days in DAYS else DAYS[0]}
        return ask(self._parts, reader, "preview", content, version.version)

    def form(
        self, asked: Asked, form: Form, text: str, version: Version, name: str = "",
        error: FormProblem | TextProblem | None = None, copy: str = "",
    ) -> Response:  # fmt: skip
        """The page of the form and the text."""
        told = {"form": form, "text": text, "version": version, "editing": name, "error": error, "copy": copy}
        may = reader_of(asked).role != "reader"
        status = 422 if error else 200
        return self._render(asked, "subscription.html", status, **told, order=self._order, may=may, days=DAYS)


def _file(router: APIRouter, parts: Parts, render: Renderer) -> None:
    """The whole text, for admins."""

    @router.get("/subscription-file", response_class=HTMLResponse)
    def file(asked: Asked, again: str = "") -> Response:
        """The text in force, or of an earlier request of the reader's."""
        reader, version = reader_of(asked), in_force(parts)
        need(reader, "admin")
        earlier = parts.desk.shelf.request(whole(again) or 0)
        text = (earlier.text("text") if earlier is not None and may_see(reader, earlier) else "") or version.content
        return render(asked, "subscription_file.html", version=version, text=text, days=DAYS)

    @router.post("/subscription-file")
    def changed(asked: Asked, fields: Fields) -> Response:
        """A change of anything is asked for: its preview."""
        reader = reader_of(asked)
        need(reader, "admin")
        need_scope(reader, WRITE)
        days = whole(fields.get("days"))
        text = fields.get("text", "").replace("\r\n", "\n")
        content = {"text": text, "team": "", "days": days if days in DAYS else DAYS[0]}
        return ask(parts, reader, "preview", content, whole(fields.get("base")))
