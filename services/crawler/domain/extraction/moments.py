"""Dates in the ways that pages write them, read into a moment with its precision and timezone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from services.crawler.domain.extraction.extracted import Precision

BEIJING = timezone(timedelta(hours=8))
"""China, Hong Kong, Macau and Taiwan alike; none of them has had summer time since 1991."""
FIRST_YEAR, LAST_YEAR = 1990, 2099
"""Years outside are not a web page's date of publication; 1970 is what an empty field turns into."""

_MONTHS = {name: number + 1 for number, name in enumerate(str.split("jan feb mar apr may jun jul aug sep oct nov dec"))}
_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "bst": 60, "cet": 60, "cest": 120, "est": -300, "edt": -240, "et": -300, "cst": -360,
    "cdt": -300, "ct": -360, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "pt": -480, "hkt": 480, "sgt": 480,
    "ist": 330, "jst": 540, "kst": 540, "aest": 600, "aedt": 660, "msk": 180, "brt": -180, "bjt": 480,
    "ast": -240, "adt": -180, "ut": 0,
}  # fmt: skip
"""Minutes east of Greenwich of the abbreviations that English pages use (RFC 2822 section 4.3, and news usage)."""

HALVES = {
    **dict.fromkeys(("凌晨", "清晨", "早上", "上午"), "a"), "中午": "n", **dict.fromkeys(("下午", "傍晚"), "p"),
    **dict.fromkeys(("晚上", "晚间", "晚間"), "e"),
}  # fmt: skip
"""Parts of the day before a 12-hour clock: a and p as am and pm, n around noon, e evening up to midnight."""

_CLOCK = (
    r"(?:\s*(?:,|at|[-–—|·•T]|\(?(?:周|星期)[一二三四五六日天]\)?)?\s*"
    rf"(?P<ampm_zh>{'|'.join(HALVES)})?\s*"
    r"(?P<hour>[012]?\d)\s*[:：时點点]\s*(?P<minute>[0-5]\d)(?:\s*[:：分]\s*(?P<second>[0-5]\d)(?:[.,]\d{1,9})?秒?|分)?"
    r"\s*(?P<ampm>[ap]\.?m\b\.?)?\s*\(?(?P<zone>(?:UTC|GMT)\s?[+-][01]?\d(?::?[0-5]\d)?(?!\d)|[+-][01]\d:?[0-5]\d(?!\d)"
    r"|(?-i:Z|[A-Z]{2,4})\b|GMT|UTC)?)?"
)
_OFFSET = re.compile(r"(?:utc|gmt)?\s?(?P<sign>[+-])(?P<hours>[01]?\d):?(?P<minutes>[0-5]\d)?")
_NUMERIC = re.compile(
    r"(?<![\d.])(?P<year>(?:19|20)\d\d)\s*(?P<sep>[-/.年])\s*(?P<month>[01]?\d)\s*(?:(?:(?P=sep)|月)\s*"
    r"(?P<day>[0-3]?\d)(?!\d)\s*(?:日|号|號)?)" + _CLOCK,
    re.I,
)
_COMPACT = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)"
    r"(?:T?(?P<hour>[012]\d):?(?P<minute>[0-5]\d)(?::?(?P<second>[0-5]\d))?(?P<zone>Z|[+-]\d\d:?\d\d)?)?(?!\d)"
)
_MONTH = r"(?P<name>jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
_DAY_FIRST = re.compile(
    r"(?<![\d:/])(?P<day>[0-3]?\d)(?:st|nd|rd|th)?[\s,.-]+(?:of\s+)?"
    + _MONTH
    + r"[\s,.-]+(?P<year>(?:19|20)\d\d)"
    + _CLOCK,
    re.I,
)
_MONTH_FIRST = re.compile(
    r"(?:(?-i:(?<=[a-z])(?=[A-Z]))|(?<![a-z]))"
    + _MONTH
    + r"\s*(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?:\s*,\s*|\s+)(?P<year>(?:19|20)\d\d)"
    + _CLOCK,
    re.I,
)
_SLASHES = re.compile(
    r"(?<![\d/.])(?P<one>[0-3]?\d)(?P<sep>[/.])(?P<two>[0-3]?\d)(?P=sep)(?P<year>(?:19|20)\d\d)(?!\d)" + _CLOCK, re.I
)
_MONTH_ONLY = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)\s*(?:年|-)\s*(?P<month>[01]?\d)(?:\s*月|\s*$)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_YEAR_ONLY = re.compile(r"^\s*(?P<year>(?:19|20)\d\d)\s*年?\s*$")
_EPOCH = re.compile(r"^\s*(\d{10})(?:\d{3})?(?:\.0)?\s*$")
_ENGLISH_TIME_FIRST = re.compile(
    r"\b(?P<hour>[012]?\d):(?P<minute>[0-5]\d)\s*(?P<ampm>[ap]\.?m\b\.?)?\s*(?P<zone>[A-Z]{2,4})?[\s,|-]*(?:on\s+)?\w{0,9}[\s,]*$"
)


@dataclass(frozen=True, slots=True)
class Habit:
    """How a page's dates are meant where their writing leaves it open."""

    zone: tzinfo
    day_first: bool | None = False
    """3/4/2031 is the third of April (Britain, Australia, India, most of Europe), not the fourth of March; None where
    that is not known: what may be either is then left unread."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment as a page writes it, and where in the text it stands (characters)."""

    at: datetime
    precision: Precision
    start: int = 0
    end: int = 0

    @property
    def day(self) -> tuple[int, int, int]:
        """The calendar day as written."""
        return (self.at.year, self.at.month, self.at.day)


def read(text: str, habit: Habit) -> Moment | None:
    """Give the first moment of a short text that is meant to be one (a meta value, an attribute)."""
    text = text.strip()[:120]
    found = next(scan(text, habit), None)
    if found:
        return found
    for pattern, precision in ((_MONTH_ONLY, "month"), (_YEAR_ONLY, "year")):
        match = pattern.search(text)
        if match:
            month = int(match["month"]) if precision == "month" else 1
            return _moment(int(match["year"]), month, 1, match, habit.zone, "month" if precision == "month" else "year")
    epoch = _EPOCH.match(text)
    if epoch:
        at = datetime.fromtimestamp(int(epoch[1]), UTC).astimezone(habit.zone)
        return Moment(at, "minute") if FIRST_YEAR <= at.year <= LAST_YEAR else None
    return None


def scan(text: str, habit: Habit) -> Iterator[Moment]:
    """Give the moments that a text names to the day, kind of writing by kind of writing."""
    if not _YEAR.search(text):
        return
    for match in _NUMERIC.finditer(text):
        yield from _kept(_moment(int(match["year"]), int(match["month"]), int(match["day"]), match, habit.zone))
    if len(text) <= 60:
        for match in _COMPACT.finditer(text):
            yield from _kept(_moment(int(match["year"]), int(match["month"]), int(match["day"]), match, habit.zone))
    for pattern in (_MONTH_FIRST, _DAY_FIRST):
        for match in pattern.finditer(text):
            month = _MONTHS[match["name"][:3].lower()]
            yield from _kept(_moment(int(match["year"]), month, int(match["day"]), match, habit.zone))
    for match in _SLASHES.finditer(text):
        one, two = int(match["one"]), int(match["two"])
        if habit.day_first is None and match["sep"] == "/" and one != two and max(one, two) <= 12:
            continue
        month, day = (two, one) if one > 12 or (habit.day_first and two <= 12) or match["sep"] == "." else (one, two)
        yield from _kept(_moment(int(match["year"]), month, day, match, habit.zone))


def _kept(moment: Moment | None) -> Iterator[Moment]:
    if moment is not None:
        yield moment


def _moment(
    year: int, month: int, day: int, match: re.Match[str], zone: tzinfo, precision: Precision | None = None
) -> Moment | None:
    """Put the parts together; None where they are no day of the calendar."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    parts = match.groupdict()
    hour, minute = parts.get("hour"), int(parts.get("minute") or 0)
    clock = _hour(int(hour), parts) if hour is not None and precision is None else None
    try:
        if clock is None:
            return Moment(datetime(year, month, day, tzinfo=zone), precision or "day", *match.span())
        at = datetime(year, month, day, clock, minute, int(parts.get("second") or 0), tzinfo=zone)
        at = at.replace(tzinfo=_zone(parts, at))
    except ValueError:
        return None
    return Moment(at, "minute", *match.span())


def _hour(hour: int, parts: dict[str, str | None]) -> int | None:
    """Give the hour of the day; None where there is no such hour."""
    return hour_of_day(hour, parts.get("ampm") or parts.get("ampm_zh") or "")


def hour_of_day(hour: int, half: str) -> int | None:
    """Give the hour from 0 to 23 of a clock that says `pm`, `下午` and the like, or nothing; None for no such hour.

    Twelve in the evening is None: some mean the midnight that begins the day, some the one that ends it.
    """
    half = HALVES.get(half, half.lower()[:1])
    if half == "e" and hour == 12:
        return None
    if (half in ("p", "e") and hour < 12) or (half == "n" and hour < 6):
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    return hour if hour < 24 else None


def _zone(parts: dict[str, str | None], at: datetime) -> tzinfo | None:
    """Read +0800, +08:00, UTC+8, Z or a known abbreviation; the page's own zone, which `at` has, for all else."""
    written = (parts.get("zone") or "").lower()
    offset = _OFFSET.fullmatch(written)
    if offset:
        minutes = int(offset["hours"]) * 60 + int(offset["minutes"] or 0)
        return timezone(timedelta(minutes=minutes) * (1 if offset["sign"] == "+" else -1))
    if written == "cst" and at.utcoffset() == BEIJING.utcoffset(None):
        return at.tzinfo  # China Standard Time, not the American Central one
    return timezone(timedelta(minutes=_ZONES[written])) if written in _ZONES else at.tzinfo
