"""Reading the dates of `after:` and `before:`."""

import re
from datetime import datetime, timedelta, tzinfo

_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?)?月?年?")
_SPAN = re.compile(r"(\d{1,4})([hdwmy])")
_DAYS = {"h": 1 / 24, "d": 1.0, "w": 7.0, "m": 30.0, "y": 365.0}
WRITTEN = "2025, 2025-06, 2025-06-26, today, yesterday, or a span until now: 12h, 30d, 6w, 3m, 2y"


def moment(written: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The beginning of a day, month or year by the reader's clock, or so long before `now`; None when it is none."""
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    if written in ("today", "今天"):
        return today
    if written in ("yesterday", "昨天"):
        return today - timedelta(days=1)
    span = _SPAN.fullmatch(written)
    if span is not None:
        try:
            return now - timedelta(days=int(span[1]) * _DAYS[span[2]])
        except OverflowError:  # 9999y: before the calendar begins
            return None
    date = _DATE.fullmatch(written)
    if date is None:
        return None
    try:
        return datetime(int(date[1]), int(date[2] or 1), int(date[3] or 1), tzinfo=zone)
    except ValueError:
        return None
