"""A moment of the past as people write it: how long ago, or a date. Pure."""

import re
from datetime import UTC, datetime, timedelta

_UNITS = {"w": 7 * 86_400, "d": 86_400, "h": 3_600, "m": 60}
"""Seconds."""
_AGO = re.compile(r"(?:\d{1,4}[wdhm])+")
MEND = "write how long ago, like 30d, 12h or 1d12h, or a date like 2026-11-01 or 2026-11-01T08:00+08:00"


def moment(written: str, now: datetime) -> datetime:
    """The moment that `written` says: so long before `now`, or a date, in UTC where it names no offset.

    Raises ValueError with what is wrong.
    """
    text = written.strip().lower()
    if _AGO.fullmatch(text):
        seconds = sum(int(count) * _UNITS[unit] for count, unit in re.findall(r"(\d+)([wdhm])", text))
        if not seconds:
            raise ValueError(f"{written} is no time at all")
        return now - timedelta(seconds=seconds)
    try:
        found = datetime.fromisoformat(written.strip())
        at = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{written!r} is neither a length of time nor a date") from None
    if at > now:
        raise ValueError(f"{written} lies in the future")
    return at


def span(since: str, until: str | None, now: datetime) -> tuple[datetime, datetime]:
    """Begin and end, in UTC. Raises ValueError beginning with the option that is wrong."""
    begin = _named("--since", since, now)
    end = _named("--until", until, now) if until else now
    if begin >= end:
        raise ValueError(f"--since: {since} is not before --until {until}")
    return begin, end


def _named(option: str, written: str, now: datetime) -> datetime:
    try:
        return moment(written, now)
    except ValueError as error:
        raise ValueError(f"{option}: {error}") from None
