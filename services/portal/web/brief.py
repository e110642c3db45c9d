"""The pages of briefs: on the screen, as Markdown, as PDF, and for programs."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi import Request as Asked
from fastapi.responses import HTMLResponse, Response

from services.portal.application.brief import BriefRequest
from services.portal.application.printing import NoPrinter, PrinterBusy
from services.portal.domain.brief import Brief
from services.portal.domain.query import Problem
from services.portal.web.api import BASE, errors, query_problem, zone_asked
from services.portal.web.brief_markdown import markdown
from services.portal.web.brief_models import BriefAnswer, brief_answer
from services.portal.web.brief_shown import BriefPages, brief_link, shown_values
from services.portal.web.links import parts as parts_of
from services.portal.web.parts import Parts, outside
from services.portal.web.phrases_brief import PHRASES
from services.portal.web.preferences import ZONE, Preferences, preferences_of
from services.portal.web.problem_words import problem_words
from services.portal.web.problems import ProblemRaised
from services.portal.web.render import Renderer
from services.portal.web.words import Speech, said

SPANS = (
    ("", "br_all_times"),
    ("30d", "br_30d"),
    ("180d", "br_180d"),
    ("1y", "br_1y"),
    ("2y", "br_2y"),
    ("5y", "br_5y"),
)
EXAMPLES = {
    "zh": ("阿里健康 医保支付", "京东健康最近怎么样？", "互联网医院 监管"),
    "en": ("Alibaba Health partnerships", "How is JD Health doing?", "What is Alipay Health doing in insurance?"),
}
PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
"""What a machine without Pango needs (Debian 12)."""


def routes(parts: Parts, render: Renderer) -> APIRouter:
    """The routes of briefs."""
    router = APIRouter()
    pages = BriefPages(parts.entities)

    @router.get("/brief", response_class=HTMLResponse, include_in_schema=False)
    def page(asked: Asked, q: str = "", since: str = "", worded: str = "") -> Response:
        """The page; without a topic, how to ask."""
        chosen = preferences_of(asked)
        values: dict[str, Any] = {
            "asked_text": q, "since": since, "worded": worded == "1", "spans": SPANS, "brief_link": brief_link,
            "examples": EXAMPLES[chosen.speech], "brief": None, "problem": None, "can_word": parts.briefs.can_word,
        }  # fmt: skip
        if not q.strip():
            return render(asked, "brief.html", **values)
        found = _brief(parts, chosen, q, since, worded == "1")
        if isinstance(found, Problem):
            values |= {"problem": found, "wrong": problem_words(found, chosen.speech)}
            return render(asked, "brief.html", 400, **values)
        narrower = [rest for _, rest in parts_of(found.heading)]
        return render(asked, "brief.html", **values | shown_values(found, chosen) | {"narrower": narrower})

    @router.get("/brief.md", include_in_schema=False)
    def as_markdown(asked: Asked, q: str = "", since: str = "", worded: str = "") -> Response:
        """The same as Markdown."""
        chosen = preferences_of(asked)
        found = _brief(parts, chosen, q, since, worded == "1")
        if isinstance(found, Problem):
            return _refused(render, asked, found, chosen.speech)
        text = markdown(found, chosen, outside(parts, asked))
        return Response(text, media_type="text/markdown; charset=utf-8", headers=_file(found, "md"))

    @router.get("/brief.pdf", include_in_schema=False)
    def as_pdf(asked: Asked, q: str = "", since: str = "", worded: str = "") -> Response:
        """The same as PDF."""
        chosen = preferences_of(asked)
        found = _brief(parts, chosen, q, since, worded == "1")
        if isinstance(found, Problem):
            return _refused(render, asked, found, chosen.speech)
        try:
            made = parts.printer.pdf(pages.page(found, chosen, outside(parts, asked)))
        except NoPrinter:
            words = said(PHRASES["e501_help"], chosen.speech).format(packages=PACKAGES)
            heading = said(PHRASES["e501"], chosen.speech)
            return render(asked, "error.html", 501, code=501, heading=heading, words=words)
        except PrinterBusy:
            words = said(PHRASES["e503_print"], chosen.speech)
            answer = render(asked, "error.html", 503, code=503, heading=words, words="")
            answer.headers["Retry-After"] = "10"
            return answer
        return Response(made, media_type="application/pdf", headers=_file(found, "pdf"))

    @router.get(f"{BASE}/brief", responses=errors(400, 401, 403, 422, 429, 503), operation_id="brief", tags=["portal"])
    def for_programs(
        q: Annotated[str, Query(description="a topic, a question, or a query of the search")] = "",
        since: Annotated[str, Query(max_length=40, description="2y, 30d, 2025-06; empty: all times")] = "",
        lang: Annotated[Speech, Query(description="of lines of our own words; articles stay as they are")] = "zh",
        worded: Annotated[bool, Query(description="have the second reader word the points, where one is set")] = False,
        tz: Annotated[str, Query(max_length=64, description="timezone of `since`")] = ZONE,
    ) -> BriefAnswer:
        """Key points over all documents of a topic, each with document and paragraph."""
        chosen = Preferences(lang, zone_asked(tz), tz, "auto")
        found = _brief(parts, chosen, q, since, worded)
        if isinstance(found, Problem):
            raise ProblemRaised(query_problem(found))
        return brief_answer(found)

    return router


def _brief(parts: Parts, chosen: Preferences, text: str, since: str, worded: bool) -> Brief | Problem:
    asked = BriefRequest(text, since, chosen.speech == "zh", chosen.zone, worded)
    found = parts.briefs(asked, parts.clock())
    parts.database("")
    return found


def _refused(render: Renderer, asked: Asked, problem: Problem, speech: Speech) -> Response:
    heading = said(PHRASES["br_no_name"], speech)
    return render(asked, "error.html", 400, code=400, heading=heading, words=problem_words(problem, speech))


def _file(brief: Brief, ending: str) -> dict[str, str]:
    """A name that says what it is about."""
    name = "".join(each if each.isalnum() else "-" for each in brief.heading)[:60].strip("-") or "brief"
    whole = quote(f"brief-{name}.{ending}")
    return {"Content-Disposition": f"attachment; filename=\"brief.{ending}\"; filename*=UTF-8''{whole}"}
