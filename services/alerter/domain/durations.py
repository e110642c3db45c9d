"""Lengths of time as people write them in the subscriptions: `30s`, `10m`, `2h`, `1d`, `1h30m`."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_WRITTEN = r"^(?:\d{1,4}d)?(?:\d{1,4}h)?(?:\d{1,5}m)?(?:\d{1,6}s)?$"
LONGEST = timedelta(days=31)
"""A longer wait is a digest, not a pause between messages."""


def duration(written: object) -> timedelta:
    """The length of time that `written` says. Raises ValueError for anything else, naming what would be right."""
    if isinstance(written, timedelta):
        return written
    if isinstance(written, int) and not isinstance(written, bool):
        raise ValueError(f"{written} of what? Write {written}s, {written}m, {written}h or {written}d")  # noqa: TRY004  # what pydantic reports
    text = written.strip().lower() if isinstance(written, str) else ""
    if not text or not re.fullmatch(_WRITTEN, text):
        raise ValueError(f"{written!r} is no length of time; write it like 30s, 10m, 2h, 1d or 1h30m")
    try:
        length = timedelta(seconds=sum(int(count) * _UNITS[unit] for count, unit in re.findall(r"(\d+)([dhms])", text)))
    except OverflowError:
        length = timedelta.max
    if not timedelta(0) < length <= LONGEST:
        raise ValueError(f"{written} is not between 1s and {LONGEST.days}d")
    return length


def in_words(length: timedelta) -> str:
    """The shortest way to write it that `duration` reads again: `1h30m`."""
    left, parts = round(length.total_seconds()), []
    for unit, seconds in _UNITS.items():
        count, left = divmod(left, seconds)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


Duration = Annotated[
    timedelta,
    BeforeValidator(duration),
    PlainSerializer(in_words, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _WRITTEN, "examples": ["30s", "10m", "2h", "1d"]}),
]
"""A field that takes such a text."""
