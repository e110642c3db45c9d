"""Figures, dates, periods and numbers of documents in a text, in one form for Chinese and English.

They link reports of one event across outlets and languages: `2.06亿元` and `RMB206 million` are one amount.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from shared.watch.fold import fold

_SCALES = {
    "万亿": 1e12, "亿": 1e8, "千万": 1e7, "百万": 1e6, "万": 1e4, "千": 1e3,
    "trillion": 1e12, "billion": 1e9, "bn": 1e9, "million": 1e6, "mln": 1e6, "m": 1e6, "thousand": 1e3, "k": 1e3,
}  # fmt: skip
_CURRENCIES = {
    "元": "CNY", "人民币": "CNY", "rmb": "CNY", "cny": "CNY", "yuan": "CNY", "¥": "CNY",
    "港元": "HKD", "港币": "HKD", "hk$": "HKD", "hkd": "HKD", "hong kong dollars": "HKD",
    "美元": "USD", "us$": "USD", "usd": "USD", "$": "USD", "dollars": "USD",
}  # fmt: skip
_IN_YUAN = {"CNY": 1.0, "HKD": 0.9, "USD": 7.0}
"""Rough rates of 2016 to 2026 (0.83 to 0.93, 6.3 to 7.3), good to ±12 %: only to see that two amounts are one."""
_RATE_TOLERANCE = 0.12
_NUMBER = r"(?P<number>\d[\d,]*(?:\.\d+)?)"
_SCALE = r"\s?(?P<scale>万亿|亿|千万|百万|万|千|trillion|billion|bn|million|mln|thousand|m(?![a-z]))?"
_BEFORE = r"(?P<before>人民币|港币|rmb|cny|hk\$|hkd|us\$|usd|\$|¥)?\s?"
_AFTER = r"(?:余|多)?\s?(?P<after>港元|港币|美元|元|人民币|yuan|rmb|hong kong dollars|us dollars|dollars)?"
_FIGURE = re.compile(rf"{_BEFORE}{_NUMBER}{_SCALE}{_AFTER}")
_DATE = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]")
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_MONTH = rf"({'|'.join(_MONTH_NAMES)})[a-z]*\.?"
_ENGLISH_DATE = re.compile(rf"\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?\b(?! ?\d{{3}})|\b(\d{{1,2}}) {_MONTH}\b")
_DOCUMENT_NUMBER = re.compile(r"[〔\[（(](\d{4})[〕\]）)]\s?第?\s?(\d+)\s?号")
_TITLED = re.compile(r"《([^《》]{4,60})》")
_CHINESE_DIGITS = {digit: number for number, digit in enumerate("零一二三四五六七八九十")}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_BATCH = re.compile(r"第([一二三四五六七八九十\d]{1,3})批")
_ENGLISH_BATCH = re.compile(rf"\b({'|'.join(_ORDINALS)}) (?:batch|group|list)")
_HALF = re.compile(r"上半年|中期|半年报|first[- ]half|interim|\bh1\b|1h|(下半年|second[- ]half|\bh2\b|2h)")
_QUARTER = re.compile(r"第?([一二三四])季度|\bq([1-4])\b|(first|second|third|fourth)[- ]quarter")
_YEAR = re.compile(r"(?<!\d)(20[0-3]\d)(?!\d)")
_NAMED_YEAR = re.compile(
    r"(20[0-3]\d)\s?(?:财年|财政年度|年度|年?全年|年?年报|年?上半年|年?下半年|年?中期|年第?[一二三四]季)"
    r"|(?<![a-z])fy\s?(20[0-3]\d)|(?:fiscal|financial)(?: year)? (20[0-3]\d)|(?:half|quarter) of (20[0-3]\d)"
)
_ENDING_YEAR = re.compile(
    r"截至\s?(20[0-3]\d)年\d{1,2}月\d{1,2}日\s?止?的?(?:年度|财年|财政年度|[三六九十]+二?个月|季度|上半年)"
    r"|(?:year|months|quarter|half) (?:ended|ending|to) [a-z0-9., ]{3,16}(20[0-3]\d)"
)
_BIG_ENOUGH = 10
"""Smaller bare numbers (two firms, three rules) are in every text."""


@dataclass(frozen=True)
class Amount:
    """A sum of money: `value` in whole units of `unit` (a currency), three significant digits."""

    value: float
    unit: str | None

    def same_as(self, other: "Amount") -> bool:
        """One sum, perhaps rounded by another outlet or told in another currency."""
        if self.unit == other.unit or self.unit is None or other.unit is None:
            return abs(self.value - other.value) <= 0.015 * max(self.value, other.value)
        mine, theirs = _IN_YUAN.get(self.unit), _IN_YUAN.get(other.unit)
        if mine is None or theirs is None:
            return False
        a, b = self.value * mine, other.value * theirs
        return abs(a - b) <= _RATE_TOLERANCE * max(a, b)


def _figures(text: str) -> Iterator[tuple[float, str | None, bool]]:
    for found in _FIGURE.finditer(fold(text)):
        value = float(found["number"].replace(",", "")) * _SCALES.get(found["scale"] or "", 1.0)
        currency = _CURRENCIES.get(found["before"] or "") or _CURRENCIES.get((found["after"] or "").replace("us ", ""))
        yield float(f"{value:.3g}"), currency, bool(found["scale"])


def amounts(text: str) -> frozenset[Amount]:
    """The sums of money in `text`."""
    return frozenset(Amount(value, unit) for value, unit, _ in _figures(text) if unit and value)


def numbers(text: str) -> frozenset[float]:
    """Every figure from 10 that is no year, money or not."""
    found = set()
    for value, unit, scaled in _figures(text):
        year = not unit and not scaled and 1990 <= value <= 2040
        if value >= _BIG_ENOUGH and not year:
            found.add(value)
    return frozenset(found)


def dates(text: str) -> frozenset[tuple[int, int]]:
    """(month, day) of every full date in `text`."""
    folded = fold(text)
    found = {(int(month), int(day)) for _, month, day in _DATE.findall(folded)}
    for month, day, day_first, month_after in _ENGLISH_DATE.findall(folded):
        found.add((_MONTHS[month or month_after], int(day or day_first)))
    return frozenset((month, day) for month, day in found if 1 <= month <= 12 and 1 <= day <= 31)


def month_and_day(value: str) -> tuple[int, int] | None:
    """Of a day written as 2024-11-01; None of a month or a year alone."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day.month, day.day


def document_numbers(text: str) -> frozenset[str]:
    """Official numbers (〔2022〕58号) and the titles of rules (《…》) in `text`."""
    numbered = {f"{year}/{number}" for year, number in _DOCUMENT_NUMBER.findall(text)}
    return frozenset(numbered | {re.sub(r"[(（].*?[)）]", "", fold(title)) for title in _TITLED.findall(text)})


def batches(text: str) -> frozenset[int]:
    """N of every 第N批."""
    folded = fold(text)
    found = {_ORDINALS.index(word) + 1 for word in _ENGLISH_BATCH.findall(folded)}
    for written in _BATCH.findall(folded):
        if written.isdigit():
            found.add(int(written))
            continue
        tens, _, ones = written.rpartition("十")
        ten = 10 * (_CHINESE_DIGITS[tens] if tens else 1) if "十" in written else 0
        found.add(ten + (_CHINESE_DIGITS[ones] if ones else 0))
    return frozenset(found)


def periods(text: str) -> frozenset[str]:
    """Halves (H1, H2) and quarters (Q1 to Q4) of business years that `text` names."""
    folded = fold(text)
    found = {"H2" if second else "H1" for second in _HALF.findall(folded)}
    for chinese, short, word in _QUARTER.findall(folded):
        number = _CHINESE_DIGITS[chinese] if chinese else int(short) if short else _ORDINALS.index(word) + 1
        found.add(f"Q{number}")
    return frozenset(found)


def years(text: str) -> frozenset[int]:
    """The years that `text` names."""
    return frozenset(int(year) for year in _YEAR.findall(text))


def named_years(text: str) -> frozenset[int]:
    """Years that `text` names as business years (2025财年, FY2025) or as those of a reported half or quarter."""
    return _years(_NAMED_YEAR, text)


def ending_years(text: str) -> frozenset[int]:
    """Years in which the reported periods end (截至2025年3月31日止年度, year ended March 31, 2025)."""
    return _years(_ENDING_YEAR, text)


def _years(pattern: re.Pattern[str], text: str) -> frozenset[int]:
    return frozenset(int(year) for found in pattern.findall(fold(text)) for year in _several(found) if year)


def _several(found: str | tuple[str, ...]) -> tuple[str, ...]:
    return (found,) if isinstance(found, str) else found
