"""Pages from templates. Everything is escaped; a name that a template misspells is an error, not a blank."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.portal.domain.mark import Span
from services.portal.domain.printed import when
from services.portal.domain.segments import Mark, segments
from services.portal.web import links, words
from services.portal.web.phrases import PHRASES
from services.portal.web.preferences import ZONES, Preferences, preferences_of, remember
from services.portal.web.reader import known
from services.portal.web.words import Words, called, filled

HERE = Path(__file__).parent
STATIC = HERE / "static"
KEPT = frozenset(
    ("q", "sort", "cursor", "weeks", "from", "to", "by", "of", "entity", "label", "a", "b", "since", "worded", "next")
)
"""Parameters that stay when a reader changes language, timezone or colours."""


class Renderer:
    """Holds the templates and the names of the watchlist's entities."""

    def __init__(self, entities: Mapping[str, Words]) -> None:
        self._entities = entities
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            auto_reload=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals |= {
            "document_link": links.document_link,
            "thread_link": links.thread_link,
            "search_link": links.search_link,
            "safe_link": links.safe_link,
            "asset": {path.name: _asset(path) for path in STATIC.rglob("*") if path.is_file()},
            "zones": ZONES,
        }

    def offer(self, name: str, function: Callable[[Request], object]) -> None:
        """Have templates know a function of the request."""
        self._templates.globals[name] = function

    def __call__(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """The page in the reader's language."""
        chosen = preferences_of(request)
        values.setdefault("query", "")
        values.setdefault("sort", "relevance")
        page = self._templates.get_template(template).render(
            **self._spoken(chosen),
            request=request,
            prefs=chosen,
            kept=list(_kept(request)),
            reader=known(request.scope),
            **values,
        )
        answer = HTMLResponse(page, status)
        answer.headers["Content-Language"] = "zh-Hans" if chosen.speech == "zh" else "en"
        answer.headers["Vary"] = "Accept-Language, Cookie"
        remember(request, chosen, answer)
        return answer

    def _spoken(self, chosen: Preferences) -> dict[str, Any]:
        """The words and times of one reader."""
        speech, zone = chosen.speech, chosen.zone

        def t(key: str, **told: object) -> str:
            return filled(PHRASES[key], speech, **told)

        def name(field: str, value: str) -> str:
            names = self._entities if field == "entity" else words.VALUES.get(field, {})
            return called(names, value, speech)

        def day_or_minute(at: datetime, precision: str = "minute") -> str:
            return when(at, precision, zone)

        return {
            "t": t,
            "name": name,
            "when": day_or_minute,
            "moment": datetime.fromisoformat,
            "second": lambda at: at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
            "field_name": lambda field: called(words.FIELDS, field, speech),
            "group_name": lambda group: called(words.GROUPS, group, speech),
            "fact_name": lambda kind: called(words.FACTS, kind, speech),
            "station_name": lambda station: called(words.STATIONS, station, speech),
            "count": lambda number: f"{number:,}",
            "hits": hits,
            "cited": cited,
        }


def hits(text: str, places: tuple[Span, ...]) -> Markup:
    """The text with its hits marked. A page of results asks hundreds of times: a macro would take much longer."""
    if not places:
        return escape(text)
    cut = segments(text, [Mark(start, end, "hit") for start, end in places])
    made = (f'<mark class="hit">{escape(one.text)}</mark>' if one.kinds else escape(one.text) for one in cut)
    return Markup("".join(made))  # noqa: S704  # each part is escaped


def cited(document_id: str, numbers: Sequence[int], query: str) -> Markup:
    """Links to paragraphs, as the macro `citations` makes them."""
    made = (
        f'<a class="cite" href="{escape(links.document_link(document_id, query, number))}">[{number:d}]</a>'
        for number in numbers
    )
    return Markup("".join(made))  # noqa: S704  # the address is escaped, the rest are numbers


def _kept(request: Request) -> Iterator[tuple[str, str]]:
    """What the form of preferences sends along, so that the reader stays on the page."""
    for name, value in request.query_params.multi_items():
        if name in KEPT and len(value) <= 1_000:
            yield name, value


def _asset(path: Path) -> str:
    """Its address, which changes with what is in it, so that browsers may keep it."""
    return f"/static/{path.relative_to(STATIC).as_posix()}?v={hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
