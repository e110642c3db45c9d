"""Dates inside page texts: a token stands where the date goes and is filled in from the demo's start.

A token is `{{form}}` (the day of the page it stands in), `{{form-3}}` (three days earlier), `{{form+3}}` (later),
`{{form@page-id}}` (the day of another page) or both, `{{form-3@page-id}}`. The forms are the keys of FORMS.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

TOKEN = re.compile(r"\{\{(?P<form>[a-z_]+)(?P<offset>[+-]\d+)?(?:@(?P<page>[a-z0-9-]+))?\}\}")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

FORMS: dict[str, Callable[[datetime], str]] = {
    "zh": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "zh_md": lambda day: f"{day.month}月{day.day}日",
    "zh_d": lambda day: f"{day.day}日",
    "zh_ym": lambda day: f"{day.year}年{day.month}月",
    "zh_m": lambda day: f"{day.month}月",
    "en": lambda day: f"{MONTHS[day.month - 1]} {day.day}, {day.year}",
    "en_md": lambda day: f"{MONTHS[day.month - 1]} {day.day}",
    "en_dm": lambda day: f"{day.day} {MONTHS[day.month - 1]}",
    "en_my": lambda day: f"{MONTHS[day.month - 1]} {day.year}",
    "en_m": lambda day: MONTHS[day.month - 1],
    "en_wd": lambda day: WEEKDAYS[day.weekday()],
    "iso": lambda day: day.date().isoformat(),
    "year": lambda day: str(day.year),
    "month": lambda day: str(day.month),
}
"""How a day is written, by the name of the form."""


class UnknownToken(ValueError):
    """A page's text holds a token that names no form or no page."""


def fill(text: str, own: datetime, days: dict[str, datetime]) -> str:
    """`text` with its tokens replaced; `own` is the page's day, `days` the other pages' by id.

    Raises UnknownToken for a form or page that does not exist.
    """

    def replace(match: re.Match[str]) -> str:
        form, page = match["form"], match["page"]
        if form not in FORMS or (page is not None and page not in days):
            raise UnknownToken(match[0])
        day = days[page] if page is not None else own
        return FORMS[form](day + timedelta(days=int(match["offset"] or 0)))

    return TOKEN.sub(replace, text)
