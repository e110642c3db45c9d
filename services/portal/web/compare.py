"""Two companies side by side, by week and by label, on one scale."""

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi import Request as Asked
from fastapi.responses import HTMLResponse, Response

from services.portal.application.overview import Overview
from services.portal.domain.tallies import ALL, Tallies
from services.portal.domain.tallies import Asked as Counted
from services.portal.web.grid import Cell, Grid, Head, Row, cell_of
from services.portal.web.overview_asked import Wish, wish_of
from services.portal.web.overview_page import namer, period_page, ranked, t
from services.portal.web.parts import Parts
from services.portal.web.preferences import Preferences, preferences_of
from services.portal.web.render import Renderer
from services.portal.web.spark import Spark, spark
from shared.watch import LABELS


@dataclass(frozen=True, slots=True)
class Pair:
    """One label of both."""

    label: str
    name: str
    href: str
    cells: tuple[Cell, Cell]
    drawn: tuple[Spark, Spark]


def routes(parts: Parts, render: Renderer) -> APIRouter:
    """The route of the comparison."""
    router = APIRouter(include_in_schema=False)

    @router.get("/compare", response_class=HTMLResponse)
    def compare(asked: Asked) -> Response:
        """The page."""
        chosen = preferences_of(asked)
        wish = wish_of(asked.query_params, parts.overview, parts.clock(), chosen.zone, "label")
        both, wrong = _both(asked, parts.overview)
        held = wish.held | {"a": both[0], "b": both[1]}
        wish = Wish(wish.asked, wish.measure, wish.weeks, (*wish.wrong, *wrong), held)
        weeks, label = wish.asked.weeks, wish.asked.label
        one, other = parts.overview.shelf.tallies(*(Counted(weeks, "label", each) for each in both))
        number, stories = parts.overview.shelf.shared(weeks, *both, label)
        parts.database("")
        name = namer(parts, chosen)
        names = name("entity", both[0]), name("entity", both[1])
        labels = dict.fromkeys([*ranked(one, "label", wish.measure), *ranked(other, "label", wish.measure)])
        pairs = [_pair(wish, (one, other), both, each, name("label", each)) for each in labels]
        return render(
            asked,
            "compare.html",
            both=both,
            names=names,
            companies=parts.overview.companies,
            weekly=_weekly(wish, (one, other), both, names, chosen),
            pairs=sorted(pairs, key=lambda pair: -sum(cell.count for cell in pair.cells)),
            whole=tuple(
                _cell(wish, tallies, entity, label or ALL) for tallies, entity in zip((one, other), both, strict=True)
            ),
            label_name=name("label", label) if label else "",
            labels=[(each, name("label", each)) for each in LABELS],
            shared=number,
            stories=stories,
            **period_page(wish, "/compare"),
        )

    return router


def _both(asked: Asked, overview: Overview) -> tuple[tuple[str, str], tuple[str, ...]]:
    """Whom the address names; else the first of the watchlist and its first peer, never one with itself."""
    known = [one.id for one in overview.companies]
    usual = [overview.companies[0].id, *(one.id for one in overview.companies if one.circle == "peer")]
    said = {name: asked.query_params.get(name) or "" for name in ("a", "b")}
    wrong = tuple(name for name, value in said.items() if value and value not in known)
    first = said["a"] if said["a"] in known else next(one for one in usual if one != said["b"])
    if said["b"] == first:
        wrong = (*wrong, "b")
    second = said["b"] if said["b"] in known and said["b"] != first else next(one for one in usual if one != first)
    return (first, second), wrong


def _cell(wish: Wish, tallies: Tallies, entity: str, label: str) -> Cell:
    weeks = wish.asked.weeks
    return cell_of(tallies.whole(label=label), wish.measure, entity, label or None, weeks.first, weeks.following)


def _weekly(
    wish: Wish, tallies: tuple[Tallies, Tallies], both: tuple[str, str], names: tuple[str, str], chosen: Preferences
) -> Grid:
    """Weeks down, the two across."""
    rows = []
    for number, week in reversed(list(enumerate(wish.asked.weeks.held))):
        cells = [
            cell_of(
                held.week(number, wish.asked.label or ALL),
                wish.measure,
                entity,
                wish.asked.label,
                week.first,
                week.following,
            )
            for held, entity in zip(tallies, both, strict=True)
        ]
        name = f"{week.first.isoformat()} – {week.last.strftime('%m-%d')}"
        rows.append(Row(Head(name, moment=week.first.isoformat()), tuple(cells)))
    columns = tuple(Head(name, f"/companies/{entity}") for name, entity in zip(names, both, strict=True))
    return Grid(t("ov_by_week_caption", chosen), t("ov_week_of", chosen), columns, tuple(rows))


def _pair(wish: Wish, tallies: tuple[Tallies, Tallies], both: tuple[str, str], label: str, name: str) -> Pair:
    weeks = range(len(wish.asked.weeks.held))
    counts = [[_count(wish, held, number, label) for number in weeks] for held in tallies]
    highest = max(*counts[0], *counts[1])
    one, other = (_cell(wish, held, entity, label) for held, entity in zip(tallies, both, strict=True))
    drawn = spark(counts[0], highest), spark(counts[1], highest)
    return Pair(label, name, wish.link("/compare", label=label), (one, other), drawn)


def _count(wish: Wish, tallies: Tallies, number: int, label: str) -> int:
    tally = tallies.week(number, label)
    return tally.stories if wish.measure == "stories" else tally.documents
