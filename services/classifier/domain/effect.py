"""The day from which something counts: 自2026年1月1日起施行, with effect from 1 January 2026.

A date without a year takes the one that brings it nearest to the day of the article.
"""

import re
from collections.abc import Iterator
from datetime import date

_EFFECT = r"(?:施行|实施|执行|生效|实行|落地)"
_CHINESE = re.compile(
    rf"(?:(?P<year>20\d\d)年)?(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日(?:起|开始)?(?:,)?(?:在.{{2,6}})?(?:正式"
    rf"|全面|全国)*{_EFFECT}"
    rf"|{_EFFECT}(?:日期|时间)[为是:]?(?P<year2>20\d\d)年(?P<month2>\d{{1,2}})月(?P<day2>\d{{1,2}})日"
)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = "|".join([*_MONTHS, *(name[:3] for name in _MONTHS), "sept"])
_TAKES_EFFECT = (
    r"(?:effective(?: from| on| as of| as from)?|with effect (?:from|on)"
    r"|(?:tak(?:e|es|ing)|took) effect(?: on| from| as of)?"
    r"|(?:com(?:e|es|ing)|came) into (?:force|effect)(?: on| from)?"
    r"|enters? into force(?: on)?|in force (?:from|since|as of))"
)
_ENGLISH = re.compile(
    rf"{_TAKES_EFFECT} (?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<month>{_MONTH})\.?"
    rf"|(?P<month2>{_MONTH})\.? (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?)(?:,? (?P<year>20\d\d))?\b"
)


def effective_dates(folded: str, published: date | None) -> Iterator[tuple[date, int, int]]:
    """Dates of effect with their span; one without a year needs `published`, else it is left out."""
    for match in _CHINESE.finditer(folded):
        year = match["year"] or match["year2"]
        month, day = int(match["month"] or match["month2"]), int(match["day"] or match["day2"])
        found = _date(int(year) if year else None, month, day, published)
        if found:
            yield found, match.start(), match.end()
    for match in _ENGLISH.finditer(folded):
        name = (match["month"] or match["month2"])[:3]
        month = next(number for number, full in enumerate(_MONTHS, 1) if full.startswith(name))
        day = int(match["day"] or match["day2"])
        found = _date(int(match["year"]) if match["year"] else None, month, day, published)
        if found:
            yield found, match.start(), match.end()


def _date(year: int | None, month: int, day: int, published: date | None) -> date | None:
    if year is not None:
        return _valid(year, month, day)
    if published is None:
        return None
    near = [_valid(published.year + shift, month, day) for shift in (-1, 0, 1)]
    return min((found for found in near if found), key=lambda found: abs((found - published).days), default=None)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
