"""The pages for people: search, document, thread."""

import re
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi import Request as Asked
from fastapi.responses import HTMLResponse, Response

from services.portal.application.library import Gone
from services.portal.application.search import Request
from services.portal.domain.page import Count, FacetValue, SearchPage
from services.portal.domain.query import Problem, Query
from services.portal.domain.story_cursor import place_of
from services.portal.web.failures import error_page
from services.portal.web.links import parts as parts_of
from services.portal.web.links import search_link, with_filter, without_filter
from services.portal.web.parts import Parts
from services.portal.web.phrases import PHRASES
from services.portal.web.preferences import Preferences, preferences_of
from services.portal.web.problem_words import in_words, problem_words
from services.portal.web.reader import audience_of
from services.portal.web.render import Renderer
from services.portal.web.words import filled

DOCUMENT = re.compile(r"[0-9a-f]{32}")
THREAD = re.compile(r"[0-9A-Za-z_.-]{1,100}")
LIMIT = 20
"""Results of a page."""


def routes(parts: Parts, render: Renderer) -> APIRouter:
    """The routes of all pages."""
    router = APIRouter(include_in_schema=False)

    @router.get("/", response_class=HTMLResponse)
    def search(asked: Asked, q: str = "", sort: str = "relevance", cursor: str = "") -> Response:
        """Results and facets."""
        chosen = preferences_of(asked)
        wanted = Request(q, sort, LIMIT, cursor or None, chosen.zone)  # type: ignore[arg-type]  # the search checks it
        found = parts.search(wanted, parts.clock())
        parts.database("")
        order = sort if sort == "newest" else "relevance"
        shown: dict[str, Any] = {"query": q, "sort": order, "cursor": cursor}
        if isinstance(found, Problem):
            return render(asked, "search.html", 400, **shown, problem=found, wrong=problem_words(found, chosen.speech))
        return render(asked, "search.html", **shown, **_results(parts, found, chosen, q, order))

    @router.get("/documents/{document_id}", response_class=HTMLResponse)
    def document(asked: Asked, document_id: str, q: str = "") -> Response:
        """One document; `q` is what its reader looked for."""
        if not DOCUMENT.fullmatch(document_id):
            return error_page(render, asked, 404)
        query = reader(parts, preferences_of(asked))(q) if q else None
        found = parts.library.article(document_id, query, audience_of(asked))
        parts.database("")
        if found is None:
            return error_page(render, asked, 404)
        if isinstance(found, Gone):
            return error_page(render, asked, 410, f"e410_{found.why}")
        kinds = {kind for one in found.paragraphs for segment in one.segments for kind in segment.kinds}
        legend = [kind for kind in ("entity", "evidence", "hit") if kind in kinds]
        return render(asked, "document.html", article=found, legend=legend, query=q if query else "")

    @router.get("/threads/{thread_id}", response_class=HTMLResponse)
    def thread(asked: Asked, thread_id: str, cursor: str = "") -> Response:
        """One story: its newest reports, or by a cursor older ones."""
        before = place_of(cursor, thread_id)
        if not THREAD.fullmatch(thread_id) or isinstance(before, Problem):
            return error_page(render, asked, 404)
        found = parts.library.story(thread_id, audience_of(asked), before)
        parts.database("")
        return render(asked, "thread.html", story=found, cursor=cursor) if found else error_page(render, asked, 404)

    return router


def reader(parts: Parts, chosen: Preferences) -> Callable[[str], Query | None]:
    """Reads parts of queries by the reader's clock."""

    def read(text: str) -> Query | None:
        found = parts.search.read(text, parts.clock(), chosen.zone)
        return None if isinstance(found, Problem) else found

    return read


def _results(parts: Parts, page: SearchPage, chosen: Preferences, query: str, sort: str) -> dict[str, Any]:
    """What the template of a good search needs."""
    read = reader(parts, chosen)

    def link(field: str, value: FacetValue) -> str:
        change = without_filter(query, field, value.value, read) if value.chosen else None
        return search_link(with_filter(query, field, value.value) if change is None else change, sort)

    facets = [(field, [(one, link(field, one)) for one in values]) for field, values in page.facets.items()]
    return {
        "page": page,
        "problem": None,
        "facets": facets,
        "notes": [in_words(note, chosen.speech) for note in page.query.notes],
        "fewer": parts_of(query) if not page.results else (),
        "found": _found(page.total, page.query.threads, chosen),
        "words": query if page.query.terms else "",
    }


def _found(total: Count, threads: bool, chosen: Preferences) -> str:
    """How many there are, in words."""
    number = f"{total.value:,}"
    if not total.exact:
        number = filled(PHRASES["about"], chosen.speech, count=number)
    return filled(PHRASES["found_threads" if threads else "found"], chosen.speech, count=number)
