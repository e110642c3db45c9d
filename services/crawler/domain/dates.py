"""Times as listings write them. A time without a zone is in the listing's own; one that cannot be true is no time."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from typing import Literal

from services.crawler.domain.extraction.moments import HALVES, Habit, hour_of_day, scan
from shared.messages.common import Published

FIRST_YEAR = 1995
"""No news site is older; 1970 is what an empty field becomes."""

AHEAD = timedelta(days=1)
"""A listing may be a day ahead of us (timezones, embargoes); a date farther ahead is wrong."""

_SKEW = timedelta(minutes=10)
"""What a site's clock may be ahead of ours before `23:50` is yesterday's."""
_JUST = re.compile(r"刚刚|剛剛|刚才|just now", re.IGNORECASE)
_AGO = re.compile(
    r"(?P<n>\d{1,4}) ?(?P<unit>秒|分|小时|小時|天|日|second|sec|minute|min|hour|hr|day)(?:钟|鐘|s)? ?(?:之?前| ago)",
    re.IGNORECASE,
)
_UNITS = {
    **dict.fromkeys(("秒", "second", "sec"), timedelta(seconds=1)),
    **dict.fromkeys(("分", "minute", "min"), timedelta(minutes=1)),
    **dict.fromkeys(("小时", "小時", "hour", "hr"), timedelta(hours=1)),
    **dict.fromkeys(("天", "日", "day"), timedelta(days=1)),
}
_DAYS = {"今天": 0, "今日": 0, "today": 0, "昨天": 1, "昨日": 1, "yesterday": 1, "前天": 2}
_PARTIAL = re.compile(
    rf"(?:(?P<day>{'|'.join(_DAYS)})|(?P<m>\d{{1,2}})[-/月](?P<d>\d{{1,2}})日?)?"
    rf"[ ,]*(?:(?P<zh>{'|'.join(HALVES)})? ?(?P<H>\d{{1,2}})[:：](?P<M>\d\d)(?:[:：]\d\d)?"
    r"(?: ?(?P<en>[ap]\.?m\b\.?))?)?",
    re.IGNORECASE,
)


def parse_time(text: str, zone: tzinfo, formats: Sequence[str] = ()) -> Published | None:
    """Read `text` by the given strptime formats, as ISO 8601, as pages write dates, as RFC 822; None if it is no time.

    `3/4/2026` is None without a format that says which number is the day. CST is China's time in a `zone` of +08:00.
    """
    text = text.strip()[:100]
    for form in formats:
        try:
            return _published(datetime.strptime(text, form), zone, "%H" in form or "%I" in form)  # noqa: DTZ007  # the zone comes next
        except ValueError:
            continue
    if re.match(r"\d{4}-\d\d-\d\d", text):
        try:
            return _published(datetime.fromisoformat(text), zone, len(text) > 10)
        except ValueError:
            pass
    found = next(scan(text, Habit(zone, day_first=None)), None)
    if found is not None:
        return _published(found.at, zone, found.precision == "minute")
    return _by_mail(text, zone)


def relative_time(text: str, now: datetime, zone: tzinfo) -> Published | None:
    """Read what only a reader of the hour understands: `3小时前`, `昨天 09:15`, `07-04 10:04`, `10:04`; None otherwise.

    `now` is when the listing was read. Hours and days ago are good for the day only; a month and day, or a time of
    day, that lies ahead of `now` is last year's, or yesterday's.
    """
    text, now = " ".join(text.split())[:40], now.astimezone(zone)
    ago = _AGO.fullmatch(text)
    if ago:
        unit = _UNITS[ago["unit"].lower()]
        return _published(now - int(ago["n"]) * unit, zone, unit < timedelta(hours=1))
    if _JUST.fullmatch(text):
        return _published(now, zone, True)
    found = _PARTIAL.fullmatch(text)
    if found is None or not any(found.groupdict().values()):
        return None
    minute, timed = int(found["M"] or 0), found["H"] is not None
    hour = hour_of_day(int(found["H"] or 0), found["zh"] or found["en"] or "")
    if hour is None:
        return None
    try:
        at = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if found["day"]:
            at -= timedelta(days=_DAYS[found["day"].lower()])
        elif found["m"]:
            at = _past_year(at, int(found["m"]), int(found["d"]), now)
        elif at > now + _SKEW:
            at -= timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    return _published(at, zone, timed)


def _past_year(at: datetime, month: int, day: int, now: datetime) -> datetime:
    """That day of this year, or of the last one where this year's is still ahead. Raises ValueError for 31 June."""
    this = at.replace(month=month, day=day)
    return this if this <= now + AHEAD else this.replace(year=this.year - 1)


def from_epoch(value: float, unit: Literal["epoch_s", "epoch_ms"]) -> Published | None:
    """Read seconds or milliseconds since 1970."""
    try:
        at = datetime.fromtimestamp(value / (1000 if unit == "epoch_ms" else 1), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return _published(at, UTC, True)


def believable(published: Published | None, now: datetime) -> Published | None:
    """The same, or None for a time in the future: an item dated 2099 must not wait, nor lead a queue, for ever."""
    if published is None or published.at > now + AHEAD:
        return None
    return published


def best_published(page: Published | None, listed: Published | None, now: datetime) -> Published | None:
    """What the page says; what the listing says where the page is silent, or names only the day of the same date."""
    page, listed = believable(page, now), believable(listed, now)
    if page is None or listed is None:
        return page or listed
    same_day = listed.at.astimezone(page.at.tzinfo).date() == page.at.date()
    return listed if page.precision == "day" and listed.precision == "minute" and same_day else page


def _by_mail(text: str, zone: tzinfo) -> Published | None:
    """Read what is left of RFC 822: years of two digits."""
    if not re.match(r"[A-Za-z]{3},|\d{1,2} [A-Za-z]{3} ", text):
        return None
    try:
        return _published(parsedate_to_datetime(text), zone, True)
    except (ValueError, TypeError, IndexError):
        return None


def _published(at: datetime, zone: tzinfo, timed: bool) -> Published | None:
    at = at if at.tzinfo else at.replace(tzinfo=zone)
    if at.year < FIRST_YEAR:
        return None
    if timed:
        return Published(at=at.replace(second=0, microsecond=0), precision="minute")
    return Published(at=at.replace(hour=0, minute=0, second=0, microsecond=0), precision="day")
