"""Days that an article announces: until when comments are taken, and when results will be published. Pure.

The classifier names dates of effect; these two it does not. A day counts only in a sentence that says what it is for,
and only from the day of the article on. A date without a year takes the one that brings it nearest to that day.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

DayKind = Literal["effective", "comments", "results"]
_SENTENCE = re.compile(r"[^。；;!！?？\n]*?(?:[。；;!！?？\n]|(?<=[a-z\d)])\.(?=\s|$)|$)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<{0}>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{{0,6}})\.?"
_DATE = re.compile(
    r"(?:(?P<year>20\d\d)\s?年\s?)?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?[日号號]"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)? {_MONTH.format('month2')},?(?: (?P<year2>20\d\d))?\b"
    rf"|\b{_MONTH.format('month3')} (?P<day3>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<year3>20\d\d))?\b"
    r"|(?P<year4>20\d\d)-(?P<month4>\d\d)-(?P<day4>\d\d)",
    re.IGNORECASE,
)
_MAY_HOLD_DATE = re.compile(r"\d\s?[日号號]|\d(?:[a-zA-Z]{2})? [jJfFmMaAsSoOnNdD]|[a-zA-Z]\.? \d|20\d\d-\d\d-\d\d")
"""Matches wherever `_DATE` does, in a fifth of its time: most places and sentences hold no date."""
_COMMENTS = re.compile(
    r"(?:征求|徵求|公开征|反馈|反饋|提出|提交|收集|建议|建議).{0,20}(?:意见|意見|建议|建議)?.{0,20}(?:截止|截至|至|前|之前|以前|期限)"
    r"|(?:截止|截至|至|前).{0,20}(?:征求|徵求|公开征|反馈|反饋|提出|提交).{0,10}(?:意见|意見)"
    r"|(?:意见|意見)(?:反馈|反饋|征集|徵集)?.{0,6}(?:截止|期限)|(?:截止|期限).{0,30}(?:意见|意見|征求|徵求|反馈|反饋)"
    r"|\b(?:comments?|feedback|submissions?|consultation)\b.{0,80}\b(?:by|until|before|clos\w+|ends?|deadline|due|through)\b"
    r"|\b(?:open|deadline)\b.{0,40}\b(?:comments?|feedback|consultation)\b",
    re.IGNORECASE,
)
_RESULTS = re.compile(
    r"(?:将|將|拟|擬|定于|定於|预计|預計|召开|召開|举行|舉行).{0,40}(?:公布|公佈|发布|發布|發佈|刊发|刊發|披露|审议|審議|批准).{0,40}"
    r"(?:业绩|業績|财报|財報|年报|年報|中报|中報|季报|季報)"
    r"|\b(?:will|to|is (?:due|expected|scheduled) to|is set to)\b.{0,20}"
    r"\b(?:announce|report|release|publish|approve|approving)\b.{0,80}\bresults\b|\bboard meeting\b.{0,120}\bresults\b",
    re.IGNORECASE,
)
_KINDS: tuple[tuple[DayKind, re.Pattern[str]], ...] = (("comments", _COMMENTS), ("results", _RESULTS))
AHEAD = 400
"""Days after the article beyond which a day is a slip of the pen or of the reading."""
_LONGEST = 600
"""Characters of a sentence that is looked at."""


@dataclass(frozen=True)
class DayFound:
    """A day, what it is, and the sentence that says so with its place (0 is the title)."""

    kind: DayKind
    day: date
    quote: str
    paragraph: int


def days_in(places: Sequence[str], published: date) -> Iterator[DayFound]:
    """The days that `places` (the title, then the paragraphs) announce, each kind and day once."""
    seen: set[tuple[DayKind, date]] = set()
    for number, text in enumerate(places):
        if not _MAY_HOLD_DATE.search(text):
            continue
        for sentence in (match[0].strip()[:_LONGEST] for match in _SENTENCE.finditer(text)):
            if not _MAY_HOLD_DATE.search(sentence):
                continue
            for kind, pattern in _KINDS:
                day = _last_day(sentence, published) if pattern.search(sentence) else None
                if day is not None and (kind, day) not in seen:
                    seen.add((kind, day))
                    yield DayFound(kind, day, sentence, number)


def _last_day(sentence: str, published: date) -> date | None:
    """Of several the last to come: from … to …."""
    days = [day for match in _DATE.finditer(sentence) if (day := _day(match, published)) is not None]
    return max((day for day in days if 0 <= (day - published).days <= AHEAD), default=None)


def _day(match: re.Match[str], published: date) -> date | None:
    year = next((int(match[name]) for name in ("year", "year2", "year3", "year4") if match[name]), None)
    month = match["month"] or match["month4"]
    named = match["month2"] or match["month3"]
    number = int(month) if month else _MONTHS.index(named[:3].lower()) + 1
    day = int(match["day"] or match["day2"] or match["day3"] or match["day4"])
    years = [year] if year is not None else [published.year + shift for shift in (-1, 0, 1)]
    found = [one for one in (_valid(each, number, day) for each in years) if one is not None]
    return min(found, key=lambda one: abs((one - published).days), default=None)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
