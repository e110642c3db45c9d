"""The day from which something counts: 自2026年1月1日起施行, with effect from 1 January 2026; for a deal the day on
which the companies' registry was changed.

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

_CHANGED = r"(?:(?:工商|股东|股权|投资人|出资人)(?:信息|登记|结构)?(?:发生|完成)?变更|变更登记)"
_TOLD = r"(?!显示|消息|获悉|透露|报道|公告|宣布|表示)"
"""A day before one of these is the day of the report and not of the change."""
_REGISTRY = re.compile(
    rf"(?:(?P<year>20\d\d)年)?(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日(?:{_TOLD}[^。;!?]){{0,30}}?{_CHANGED}"
    rf"|{_CHANGED}(?:日期|时间)[为是:]?(?P<year2>20\d\d)年(?P<month2>\d{{1,2}})月(?P<day2>\d{{1,2}})日"
)
_REGISTRY_ENGLISH = re.compile(
    r"(?:registry|registration|shareholder|ownership)[^.;]{0,40}? (?:chang(?:e|ed)|updated?) (?:on|of)"
    rf" (?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<month>{_MONTH})\.?"
    rf"|(?P<month2>{_MONTH})\.? (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?)(?:,? (?P<year>20\d\d))?\b"
)


def registry_dates(folded: str, published: date | None) -> Iterator[tuple[date, int, int]]:
    """Days on which owners were changed in the registry, with their span; as `effective_dates` otherwise."""
    yield from _read(_REGISTRY, _REGISTRY_ENGLISH, folded, published)


def effective_dates(folded: str, published: date | None) -> Iterator[tuple[date, int, int]]:
    """Dates of effect with their span; one without a year needs `published`, else it is left out."""
    yield from _read(_CHINESE, _ENGLISH, folded, published)


def _read(
    chinese: re.Pattern[str], english: re.Pattern[str], folded: str, published: date | None
) -> Iterator[tuple[date, int, int]]:
    for match in chinese.finditer(folded):
        year = match["year"] or match["year2"]
        month, day = int(match["month"] or match["month2"]), int(match["day"] or match["day2"])
        found = _date(int(year) if year else None, month, day, published)
        if found:
            yield found, match.start(), match.end()
    for match in english.finditer(folded):
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
