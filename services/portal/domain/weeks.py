"""Weeks by the reader's clock: from Monday to Sunday (ISO 8601), as `after:` and `before:` of a search count days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

LONGEST = 260
"""Weeks of one page: five years."""
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days by the reader's clock."""

    first: date
    """Its Monday."""
    since: datetime
    """The beginning of its Monday in the reader's timezone."""

    @property
    def last(self) -> date:
        """Its Sunday."""
        return self.first + timedelta(days=6)

    @property
    def following(self) -> date:
        """The Monday after it."""
        return self.first + _WEEK


@dataclass(frozen=True, slots=True)
class Weeks:
    """Weeks without a gap, the oldest first; at least one."""

    held: tuple[Week, ...]
    until: datetime
    """The end of the last one, exclusive."""

    @property
    def since(self) -> datetime:
        """The beginning of the first one."""
        return self.held[0].since

    @property
    def first(self) -> date:
        """The Monday on which they begin."""
        return self.held[0].first

    @property
    def following(self) -> date:
        """The Monday after them."""
        return self.held[-1].following

    def starts(self) -> Sequence[datetime]:
        """The beginning of each."""
        return [week.since for week in self.held]


def newest_weeks(now: datetime, zone: tzinfo, count: int) -> Weeks:
    """The week that it is and those before it, `count` in all (1 to LONGEST)."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    return _weeks(monday - _WEEK * (count - 1), count, zone)


def weeks_between(first: date, last: date, zone: tzinfo) -> Weeks | None:
    """The whole weeks that hold both days; None where they are in the wrong order, too many, or out of the calendar."""
    if first > last or first.year < 1970 or last.year > 2200:
        return None
    monday = first - timedelta(days=first.weekday())
    count = (last - monday).days // 7 + 1
    return _weeks(monday, count, zone) if count <= LONGEST else None


def _weeks(monday: date, count: int, zone: tzinfo) -> Weeks:
    held = tuple(Week(day, _begin(day, zone)) for day in (monday + _WEEK * number for number in range(count)))
    return Weeks(held, _begin(held[-1].following, zone))


def _begin(day: date, zone: tzinfo) -> datetime:
    """As services/portal/domain/moments.py takes a day, so that both mean one moment."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)
