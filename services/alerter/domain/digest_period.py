"""The spans of time that digests tell of: days and weeks that end when the wall's clock of the team says so. Pure.

A period is named by the day, or the ISO week, that most of it lies in: the day that ends at 08:00 is called after the
day before, the week that ends on Monday morning after the week before. Neighbours share their boundary, so that
daylight saving makes a day 23 or 25 hours long and loses none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from services.alerter.domain.digest_plan import DigestPlan
from services.alerter.domain.quiet_hours import WEEK, instant, minutes

Span = Literal["daily", "weekly"]
_FIRST_YEAR = 2000
"""Nothing was stored before."""
_NOON = 12 * 60
_DAYS: dict[Span, int] = {"daily": 1, "weekly": 7}
_WEEK_NAME = re.compile(r"(\d{4})-W(\d{2})")


@dataclass(frozen=True, order=True)
class Period:
    """One digest's span."""

    start: datetime
    """UTC; it belongs to the period."""
    end: datetime
    """UTC; it does not. The digest is due then."""
    name: str
    """`2026-11-22`, or `2026-W47`."""
    span: Span

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


def spans_of(plan: DigestPlan) -> tuple[Span, ...]:
    """Which digests the plan asks for."""
    return tuple(span for span in _DAYS if getattr(plan, span) is not None)


def period_at(plan: DigestPlan, span: Span, zone: ZoneInfo, moment: datetime) -> Period:
    """The one that `moment` lies in."""
    day = moment.astimezone(zone).date()
    last = day + timedelta(days=_DAYS[span])
    candidates = (_ending(plan, span, zone, day + timedelta(days=ahead)) for ahead in range((last - day).days + 1))
    return next(period for period in candidates if period is not None and moment < period.end)


def after(plan: DigestPlan, span: Span, zone: ZoneInfo, start: datetime, until: datetime) -> Iterator[Period]:
    """The periods from the one that `start` lies in to the one that `until` lies in."""
    moment = start
    while moment <= until:
        period = period_at(plan, span, zone, moment)
        yield period
        moment = period.end


def named(plan: DigestPlan, zone: ZoneInfo, name: str) -> Period:
    """The period of that name. Raises ValueError for a name that is none, or of a span that the plan has not."""
    span: Span = "weekly" if "W" in name.upper() else "daily"
    middle = _middle(name.strip().upper())
    if span not in spans_of(plan):
        raise ValueError(f"this subscription has no {span} digest; its plan: {' and '.join(spans_of(plan))}")
    days = _DAYS[span]
    for ahead in range(-days, days + 1):
        period = _ending(plan, span, zone, middle + timedelta(days=ahead))
        if period is not None and period.name == name.strip().upper():
            return period
    raise ValueError(f"no period is called {name}")


def _middle(name: str) -> date:
    """A day of the period. Raises ValueError saying how one is written."""
    week = _WEEK_NAME.fullmatch(name)
    try:
        found = date.fromisocalendar(int(week[1]), int(week[2]), 4) if week else date.fromisoformat(name)
    except ValueError:
        found = date.min
    if not _FIRST_YEAR <= found.year < date.max.year:
        raise ValueError(f"{name} is neither a day like 2026-11-22 nor a week like 2026-W47")
    return found


def _ending(plan: DigestPlan, span: Span, zone: ZoneInfo, day: date) -> Period | None:
    """The period that ends on `day`; None where none does."""
    at = plan.daily if span == "daily" else plan.weekly.at if plan.weekly else None
    if at is None or (span == "weekly" and plan.weekly is not None and WEEK[day.weekday()] != plan.weekly.day):
        return None
    minute = minutes(at)
    start, end = (instant(one, minute, zone, later=False) for one in (day - timedelta(days=_DAYS[span]), day))
    return Period(start, end, _name(span, day, minute), span)


def _name(span: Span, last: date, minute: int) -> str:
    """By its middle: a day that ends at noon or before is mostly the day before."""
    if span == "daily":
        return (last - timedelta(days=1) if minute <= _NOON else last).isoformat()
    middle = last - timedelta(days=4 if minute <= _NOON else 3)
    year, week, _ = middle.isocalendar()
    return f"{year}-W{week:02}"
