"""The numbers and dates of a sentence in one form for both languages, so that one text can be held against another.

`2.06亿元` and `RMB 206 million` are one figure, `2025年6月26日` and `June 26, 2025` one date. A source is read
generously (every number in characters counts), a sentence that is to be held sparingly: 一 in 一些 is no number.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from services.portal.domain.brief_numerals import DIGITS, SCALES, han_value, months, named_number

_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_HAN = r"[零〇一二两三四五六七八九十百千]+(?:点[零〇一二三四五六七八九]+)?"
_BEFORE = r"人民币|港币|美金|rmb|cny|hkd|usd|eur|hk\$|us\$|nt\$|[$¥€£]"
_AFTER = (
    r"元人民币|港元|港币|美元|美金|欧元|英镑|日元|新台币|人民币|元|yuan|renminbi|rmb|cny|hkd|usd|hong kong dollars"
    r"|us dollars|dollars|euros?"
)
_SCALE = r"(?:十|百|千)?(?:万亿|亿|万)|thousand|million|billion|trillion|mln|bln|mn|bn|[kmb](?![a-z])"
_NUMBER = re.compile(
    rf"(?:(?P<before>{_BEFORE})\s?|(?<![a-z\d.]))(?P<digits>{_ARABIC})\s?-?[余多]?(?P<scale>{_SCALE})?[余多]?"
    rf"(?:\s?(?P<percent>%|个百分点|percentage points?|per ?cent)|\s?-?(?P<after>{_AFTER})(?![a-z]))?"
)
_IN_HAN = re.compile(rf"(?P<percent>百分之)?(?P<han>{_HAN})(?P<scale>万亿|亿|万)?[余多]?(?P<after>{_AFTER})?")
_MONTHS = "|".join(months())
_DAY = re.compile(
    r"(?<!\d)(?:(?P<y>(?:19|20)\d\d)年)?(?P<m>1[0-2]|0?[1-9])月(?:(?P<d>3[01]|[12]\d|0?[1-9])[日号])?"
    r"|(?<!\d)(?P<y2>(?:19|20)\d\d)[-/.](?P<m2>1[0-2]|0?[1-9])[-/.](?P<d2>3[01]|[12]\d|0?[1-9])(?!\d)"
    rf"|\b(?P<n3>{_MONTHS})\.?\s(?P<d3>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\b(?:,?\s(?P<y3>(?:19|20)\d\d))?"
    rf"|\b(?P<d4>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\s(?P<n4>{_MONTHS})\b\.?(?:,?\s(?P<y4>(?:19|20)\d\d))?"
    rf"|\b(?P<n5>{_MONTHS})\.?,?\s(?P<y5>(?:19|20)\d\d)\b"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年|财年)")
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)?")
_UNITS = {"人民币": "CNY", "rmb": "CNY", "cny": "CNY", "yuan": "CNY", "renminbi": "CNY", "¥": "CNY", "元人民币": "CNY",
          "元": "元", "港元": "HKD", "港币": "HKD", "hk$": "HKD", "hkd": "HKD", "hong kong dollars": "HKD",
          "美元": "USD",
          "美金": "USD", "us$": "USD", "usd": "USD", "$": "USD", "us dollars": "USD", "dollars": "USD", "欧元": "EUR",
          "eur": "EUR", "euro": "EUR", "euros": "EUR", "€": "EUR", "英镑": "GBP", "£": "GBP", "日元": "JPY",
          "新台币": "TWD", "nt$": "TWD"}  # fmt: skip
_YUAN = frozenset({"CNY", "HKD", "TWD"})
"""What 元 alone may be, by where it is written."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number. `unit` is a currency, `元`, `%` or empty where none is written."""

    value: Decimal
    unit: str
    sure: bool = True
    """Not a word or character that may be part of another word: what a sentence says must be held."""


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as it is written."""

    year: int | None
    month: int | None
    day: int | None


def figures(folded: str) -> tuple[tuple[Figure, ...], tuple[Day, ...]]:
    """The numbers and dates of a folded text; a number inside a date is none."""
    dates: list[Day] = []
    for found in _DAY.finditer(folded):
        dates.append(_day(found))
    rest = _DAY.sub(" ~ ", folded)
    dates += [Day(int(found[1]), None, None) for found in _YEAR.finditer(rest)]
    return tuple(_numbers(rest)), tuple(dates)


def holds_figure(wanted: Figure, there: tuple[Figure, ...], dates: tuple[Day, ...]) -> bool:
    """Whether the figure stands there: the same value, and no other unit."""
    if wanted.unit == "" and wanted.value == wanted.value.to_integral_value():
        years = {day.year for day in dates}
        if int(wanted.value) in years:
            return True
    return any(wanted.value == one.value and _units(wanted.unit, one.unit) for one in there)


def holds_day(wanted: Day, dates: tuple[Day, ...], there: tuple[Figure, ...]) -> bool:
    """Whether the date stands there; a year may stand by itself."""
    years = {day.year for day in dates} | {
        int(one.value) for one in there if one.unit == "" and 1900 < one.value < 2100
    }
    if wanted.year is not None and wanted.year not in years:
        return False
    if wanted.month is None:
        return True
    return any(
        day.month == wanted.month
        and (wanted.day is None or day.day == wanted.day)
        and (wanted.year is None or day.year in (None, wanted.year))
        for day in dates
    )


def _units(wanted: str, there: str) -> bool:
    if wanted == there or not wanted:
        return there != "%" or wanted == "%"
    return (wanted in _YUAN and there == "元") or (wanted == "元" and there in _YUAN)


def _day(found: re.Match[str]) -> Day:
    parts = found.groupdict()

    def of(*names: str) -> str | None:
        return next((parts[name] for name in names if parts[name]), None)

    year, day, name = of("y", "y2", "y3", "y4", "y5"), of("d", "d2", "d3", "d4"), of("n3", "n4", "n5")
    month = months()[name] if name else int(of("m", "m2") or 0)
    return Day(int(year) if year else None, month, int(day) if day else None)


def _numbers(folded: str) -> Iterator[Figure]:
    for found in _NUMBER.finditer(folded):
        value = Decimal(found["digits"].replace(",", "")) * SCALES[found["scale"] or ""]
        unit = "%" if found["percent"] else _UNITS.get(found["before"] or found["after"] or "", "")
        yield Figure(value, unit)
    for found in _IN_HAN.finditer(folded):
        value = han_value(found["han"]) * SCALES[found["scale"] or ""]
        unit = "%" if found["percent"] else _UNITS.get(found["after"] or "", "")
        plain = len(found["han"]) == 1 and not unit and not found["scale"]
        whole = all(one in DIGITS for one in found["han"])
        yield Figure(value, unit, sure=not plain and (bool(unit or found["scale"]) or not whole) and value > 10)
    for found in _WORD.finditer(folded):
        named = named_number(found[0])
        if named is not None:
            yield Figure(named, "", sure=named > 1)
