"""Who is watched: the list, and a page for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi import Request as Asked
from fastapi.responses import HTMLResponse, Response

from services.portal.application.overview import CIRCLES, Company
from services.portal.domain.company import Record, Teller
from services.portal.domain.tallies import ALL, Tallies
from services.portal.web.failures import error_page
from services.portal.web.grid import Cell, Head, cell_of, value_of, weekly_grid
from services.portal.web.links import search_link, with_filter
from services.portal.web.overview_asked import Wish, wish_of
from services.portal.web.overview_page import MOST, Namer, namer, period_page, ranked, t
from services.portal.web.parts import Parts
from services.portal.web.preferences import Preferences, preferences_of
from services.portal.web.render import Renderer
from services.portal.web.spark import Spark, spark

USUAL_LIST, USUAL_PAGE = 12, 52
"""Weeks that the list and the page of one company show where the address says nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One company of the list."""

    company: Company
    stories: Cell
    documents: Cell
    newest: datetime | None
    drawn: Spark


def routes(parts: Parts, render: Renderer) -> APIRouter:
    """The routes of companies."""
    router = APIRouter(include_in_schema=False)

    @router.get("/companies", response_class=HTMLResponse)
    def companies(asked: Asked) -> Response:
        """All who are watched."""
        chosen = preferences_of(asked)
        wish = wish_of(asked.query_params, parts.overview, parts.clock(), chosen.zone)
        (tallies,) = parts.overview.shelf.tallies(wish.asked)
        parts.database("")
        circles = [
            (circle, [_entry(one, wish, tallies) for one in parts.overview.companies if one.circle == circle])
            for circle in CIRCLES
        ]
        return render(asked, "companies.html", circles=circles, **period_page(wish, "/companies"))

    @router.get("/companies/{identifier}", response_class=HTMLResponse)
    def company(asked: Asked, identifier: str) -> Response:
        """One of them."""
        found = parts.overview.company(identifier)
        if found is None:
            return error_page(render, asked, 404)
        chosen, now = preferences_of(asked), parts.clock()
        wish = wish_of(asked.query_params, parts.overview, now, chosen.zone, "label", USUAL_PAGE, found.id)
        today = now.astimezone(chosen.zone).date()
        tallies, record = parts.overview.shelf.company(wish.asked, today)
        parts.database("")
        name = namer(parts, chosen)
        silent = [one for one in record.tellers if one.silent(now)]
        return render(
            asked,
            "company.html",
            company=found,
            record=record,
            by_label=_by_label(record),
            silent=silent,
            tellers=[(one, _told(found, one, wish)) for one in record.tellers],
            whole=tallies.whole(),
            drawn=spark([tallies.week(number).stories for number in range(len(wish.asked.weeks.held))]),
            others=[one for one in parts.overview.companies if one.id != found.id and one.circle != "regulator"],
            every=f"entity:{found.id}",
            **_tables(wish, tallies, name, chosen),
            **period_page(wish, f"/companies/{found.id}", USUAL_PAGE),
        )

    return router


def _entry(company: Company, wish: Wish, tallies: Tallies) -> Entry:
    weeks, whole = wish.asked.weeks, tallies.whole(company.id)
    counts = [tallies.week(number, company.id).stories for number in range(len(weeks.held))]
    highest = max((tally.stories for (_, value), tally in tallies.weekly.items() if value != ALL), default=0)
    cells = [
        cell_of(whole, "stories", company.id, None, weeks.first, weeks.following),
        cell_of(whole, "documents", company.id, None, weeks.first, weeks.following),
    ]
    return Entry(company, cells[0], cells[1], tallies.newest.get(company.id), spark(counts, highest))


def _by_label(record: Record) -> Sequence[tuple[str, Sequence[object]]]:
    """The newest lines of each label, the label of the newest first."""
    held: dict[str, list[object]] = {}
    for line in sorted(record.lines, key=lambda one: one.at, reverse=True):
        held.setdefault(line.label, []).append(line)
    return list(held.items())


def _told(company: Company, teller: Teller, wish: Wish) -> Cell:
    """How many documents of an outlet, with the search that finds them."""
    weeks = wish.asked.weeks
    query = with_filter(f"entity:{company.id}", "source", teller.outlet)
    query += f" after:{weeks.first.isoformat()} before:{weeks.following.isoformat()}"
    return Cell(teller.documents, search_link(query))


def _tables(wish: Wish, tallies: Tallies, name: Namer, chosen: Preferences) -> dict[str, Any]:
    """Weeks down, labels across."""
    labels = ranked(tallies, "label", wish.measure)[:MOST]
    heads = [Head(t("ov_all", chosen))]
    heads += [
        Head(name("label", one), beside=f"{value_of(tallies.whole(label=one), wish.measure):,}") for one in labels
    ]
    words = t("ov_by_week_caption", chosen), t("ov_week_of", chosen)
    return {"weekly": weekly_grid(wish.asked, tallies, labels, wish.measure, heads, words)}
