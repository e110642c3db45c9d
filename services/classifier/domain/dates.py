"""How old is what a sentence tells: dates in a text, as days before the article's own day.

Only days up to some weeks matter (a fresh event) against months and years (history), so a month stands for its
middle and a year for its middle, and a date without a year is the last one before the article's day.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

_NAMES = (
    "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
    "sep sept september", "oct october", "nov november", "dec december",
)  # fmt: skip
_MONTHS = {name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATES = re.compile(
    r"(?=[0-9去上前今明昨本日近jfmasondiuleblty])"  # what a date can begin with: elsewhere nothing is tried
    rf"(?:(?=[^a-z])|(?<![a-z])(?={_MONTH}|in\s|since|until|late|early|of\s|by\s|last|next|this|the year|today"
    r"|yesterday))(?:"
    r"(?P<zy>(?:19|20)\d\d)\s?年(?:\s?(?P<zm>\d{1,2})\s?月(?:\s?(?P<zd>\d{1,2})\s?[日号])?)?"
    r"|(?P<mm>\d{1,2})\s?月(?:\s?(?P<md>\d{1,2})\s?[日号])?(?!份?以来)"
    r"|(?<![\d.月])(?P<dd>\d{1,2})[日](?!元|均|活|内|起内)"
    rf"|(?<![a-z])(?P<em>{_MONTH})\.?\s(?P<ed>\d{{1,2}})(?:,?\s(?P<ey>(?:19|20)\d\d))?(?!\d)"
    rf"|(?<![a-z])(?P<fd>\d{{1,2}})\s(?P<fm>{_MONTH})(?:\s(?P<fy>(?:19|20)\d\d))?(?![a-z])"
    rf"|(?<![a-z])(?:in|since|until|late|early|of|by|last)\s(?P<gm>{_MONTH})(?:,?\s(?P<gy>(?:19|20)\d\d))?(?![a-z])"
    r"|(?<![\d$.,])(?P<yy>(?:19|20)\d\d)(?![\d.,]*(?:\d|万|亿|元| million| billion|家|人|股|名|例|件|条|个|种|次))"
    r"|(?P<ago>去年|上年|last year|前年|the year before|上个?月|last month|上周|last week|今年|this year|明年|next year"
    r"|今[日天晚]|today|昨[日天晚]|yesterday|本周|this week|日前|近日|本月|this month))"
)
_AGO = {
    "去年": 365, "上年": 365, "last year": 365, "前年": 730, "the year before": 550, "上月": 31, "上个月": 31,
    "last month": 31, "上周": 7, "last week": 7, "明年": -200, "next year": -200, "今日": 0, "今天": 0, "今晚": 0,
    "today": 0, "昨日": 1, "昨天": 1, "昨晚": 1, "yesterday": 1, "本周": 3, "this week": 3, "日前": 3, "近日": 3,
    "本月": 10, "this month": 10,
}  # fmt: skip
"""Days; `今年` and `this year` say nothing about age."""
GRACE = 3
"""Days by which a date without a year may lie ahead of the article's day before it is taken for last year's."""


@dataclass(frozen=True, slots=True)
class Dated:
    """One date in the text: where it stands and how many days before the article's day it lies (negative: ahead)."""

    place: int
    age: float
    has_year: bool


class Ages:
    """The dates of one text."""

    def __init__(self, folded: str, published: date | None) -> None:
        self.known = published is not None
        reference = published or _latest_year(folded)
        self._dates = [] if reference is None else list(_read(folded, reference))
        self._places = [dated.place for dated in self._dates]

    def between(self, start: int, end: int) -> list[Dated]:
        """The dates that begin in [start, end), in order."""
        return self._dates[bisect_left(self._places, start) : bisect_left(self._places, end)]

    def before(self, place: int, floor: int) -> Dated | None:
        """The last date before `place` and not before `floor`."""
        index = bisect_right(self._places, place) - 1
        if index < 0 or self._places[index] < floor:
            return None
        return self._dates[index]


def _latest_year(folded: str) -> date | None:
    """For an undated article: the end of the latest year that it names."""
    years = [int(year) for year in re.findall(r"(?<![\d.])(20[0-3]\d)(?!\d)", folded)]
    return date(max(years), 12, 31) if years else None


def _read(folded: str, reference: date) -> list[Dated]:
    dates: list[Dated] = []
    for found in _DATES.finditer(folded):
        parts = found.groupdict()
        if parts["ago"]:
            days = _AGO.get(parts["ago"])
            if days is not None:
                dates.append(Dated(found.start(), days, abs(days) > 300))
            continue
        year = parts["zy"] or parts["ey"] or parts["fy"] or parts["gy"] or parts["yy"]
        age = _age(
            year, _month(parts), parts["zd"] or parts["md"] or parts["dd"] or parts["ed"] or parts["fd"], reference
        )
        if age is not None:
            dates.append(Dated(found.start(), age, year is not None))
    return dates


def _month(parts: dict[str, str | None]) -> int | None:
    number = parts["zm"] or parts["mm"]
    if number:
        return int(number)
    name = parts["em"] or parts["fm"] or parts["gm"]
    return _MONTHS[name] if name else None


def _age(year: str | None, month: int | None, day: str | None, reference: date) -> float | None:
    """Days from the named date to the reference; None for impossible dates."""
    try:
        if year and not month:
            return float((reference.year - int(year)) * 365)
        if month and year:
            return float((reference - date(int(year), month, int(day) if day else 15)).days)
        if month:
            named = date(reference.year, month, int(day) if day else min(15, reference.day))
            if named - reference > timedelta(days=GRACE if day else 20):
                named = named.replace(year=named.year - 1)
            return float((reference - named).days)
        if day:
            return float((reference.day - int(day)) % 31)
    except ValueError:
        return None
    return None
