"""What an address of the overview asks: period, axis, filters, measure. What cannot be used is said, not hidden."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import get_args
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from services.portal.application.overview import Overview
from services.portal.domain.tallies import Asked, Axis
from services.portal.domain.weeks import LONGEST, Weeks, newest_weeks, weeks_between
from services.portal.web.grid import Measure
from shared.watch import LABELS

PERIODS = (4, 12, 52)
"""Weeks that the page offers."""
USUAL = 12


@dataclass(frozen=True)
class Wish:
    """What is asked, and what of the address was not understood."""

    asked: Asked
    measure: Measure
    weeks: int | None
    """How many up to now; None for a period of its own."""
    wrong: tuple[str, ...] = ()
    """Names of parameters that were passed over."""
    held: dict[str, str] = field(default_factory=dict)
    """The parameters that say it, those that are usual left out."""

    @property
    def last(self) -> str:
        """The last day of the period."""
        return (self.asked.weeks.following - timedelta(days=1)).isoformat()

    def link(self, path: str = "/overview", **changed: str) -> str:
        """The same page with other parameters; an empty one is taken off."""
        if "weeks" in changed:
            changed |= {"from": "", "to": ""}
        asked = {name: value for name, value in (self.held | changed).items() if value}
        return f"{path}?{urlencode(asked)}" if asked else path


def wish_of(
    params: QueryParams,
    overview: Overview,
    now: datetime,
    zone: tzinfo,
    usual: Axis = "entity",
    weeks_usual: int = USUAL,
    company: str | None = None,
) -> Wish:
    """What the address asks; a parameter that means nothing is named in `wrong` and passed over.

    `company` is set where the page is of that company whatever the address says.
    """
    wrong: list[str] = []
    held: dict[str, str] = {}

    def one_of(name: str, known: tuple[str, ...], default: str) -> str:
        said = params.get(name) or default
        if said and said not in known:
            wrong.append(name)
            said = default
        if said != default:
            held[name] = said
        return said

    count, weeks = _period(params, now, zone, wrong, held, weeks_usual)
    by: Axis = "label" if one_of("by", get_args(Axis), usual) == "label" else "entity"
    measure: Measure = "documents" if one_of("of", get_args(Measure), "stories") == "documents" else "stories"
    entity = company or one_of("entity", tuple(one.id for one in overview.companies), "")
    label = one_of("label", tuple(LABELS), "")
    if by == "entity" and entity:
        by = "label"
    elif by == "label" and label and not entity:
        by = "entity"
    return Wish(Asked(weeks, by, entity or None, label or None), measure, count, tuple(wrong), held)


def _period(
    params: QueryParams, now: datetime, zone: tzinfo, wrong: list[str], held: dict[str, str], usual: int
) -> tuple[int | None, Weeks]:
    first, last = params.get("from", ""), params.get("to", "")
    if first or last:
        begin, end = _day(first), _day(last) if last else now.astimezone(zone).date()
        own = weeks_between(begin, end, zone) if begin and end else None
        if own is not None:
            held |= {"from": first, "to": last}
            return None, own
        wrong.append("from/to")
    said = params.get("weeks") or str(usual)
    count = int(said) if said.isascii() and said.isdigit() and len(said) < 4 else 0
    if not 1 <= count <= LONGEST:
        wrong.append("weeks")
        count = usual
    if count != usual:
        held["weeks"] = str(count)
    return count, newest_weeks(now, zone, count)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written[:10]) if len(written) == 10 else None
    except ValueError:
        return None
