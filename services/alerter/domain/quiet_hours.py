"""Quiet hours: spans of a team's day, by the clock on its wall, in which alerts are held. Pure.

The wall's clock decides, never a number of hours. A time that daylight saving skips is the moment of the jump, as a
beginning and as an end. Of a time that comes twice, quiet hours begin at the first and end at the second, so that
nobody is woken between the two.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, field_validator, model_validator

from shared.config_file import ConfigModel
from shared.config_hints import Misfit

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[Weekday, ...] = get_args(Weekday)
_DAY = 24 * 60
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")


def _clock(written: object) -> str:
    """HH:MM. YAML 1.1 reads an unquoted 22:00 as 22 x 60: that number, too, stands for the time."""
    if isinstance(written, int) and not isinstance(written, bool) and 60 <= written <= _DAY:
        return f"{written // 60:02}:{written % 60:02}"
    found = _CLOCK.fullmatch(written.strip()) if isinstance(written, str) else None
    if found is None or int(found[2]) > 59 or int(found[1]) * 60 + int(found[2]) > _DAY:
        raise ValueError(f'{written!r} is no time of day; write it in quotes, like "07:30", from "00:00" to "24:00"')
    return f"{int(found[1]):02}:{found[2]}"


Clock = Annotated[
    str,
    BeforeValidator(_clock),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,2}:\d{2}$", "examples": ["22:00"]}),
]


class QuietHours(ConfigModel):
    """One span; where `to` is not after `from` it goes on past midnight."""

    model_config = ConfigDict(populate_by_name=True)

    begin: Clock = Field(alias="from", description="time of day at which alerts begin to be held")
    end: Clock = Field(alias="to", description="time of day at which what was held is delivered as one")
    days: tuple[Weekday, ...] = Field(default=WEEK, min_length=1, description="days on which it begins; without it all")

    @field_validator("days", mode="before")
    @classmethod
    def _short_names(cls, days: object) -> object:
        """Any case, and the whole word."""
        if not isinstance(days, list | tuple):
            return days
        return tuple(day.strip().lower()[:3] if isinstance(day, str) and _is_day(day) else day for day in days)

    @model_validator(mode="after")
    def _some_time(self) -> "QuietHours":
        if minutes(self.begin) % _DAY == minutes(self.end) % _DAY and (self.begin, self.end) != ("00:00", "24:00"):
            raise Misfit(
                ("to",), "the quiet hours end when they begin", 'for a whole day write from "00:00" to "24:00"'
            )
        if self.begin == "24:00":
            raise Misfit(("from",), "24:00 is the end of a day", 'write from "00:00", on the day after')
        return self

    @property
    def lasts(self) -> int:
        """Minutes on the wall's clock."""
        return (minutes(self.end) - minutes(self.begin)) % _DAY or _DAY

    def on(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """Begin and end, in UTC, of the span that begins on `day`; None where that is not one of its days."""
        if WEEK[day.weekday()] not in self.days:
            return None
        first = minutes(self.begin)
        return instant(day, first, zone, later=False), instant(day, first + self.lasts, zone, later=True)


def _is_day(written: str) -> bool:
    whole = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return written.strip().lower() in {*whole, *WEEK}


def minutes(clock: str) -> int:
    """Minutes from midnight to HH:MM."""
    hours, _, rest = clock.partition(":")
    return int(hours) * 60 + int(rest)


def instant(day: date, minute: int, zone: ZoneInfo, later: bool) -> datetime:
    """When the wall's clock of `zone` shows `minute` of `day` (beyond 1,440: of the next), in UTC.

    A time that is skipped is the moment of the jump; of one that comes twice, `later` takes the second.
    """
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        return second if later else first
    return _jump(second, first, zone)  # skipped: read with the offset before, it comes after the jump


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second between the two, in UTC, from which on the zone's other offset holds."""
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def quiet_until(hours: Sequence[QuietHours], zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the quiet hours that hold at `now` end, in UTC, whichever of them follow upon one another; None outside."""
    end = None
    while (found := _end(hours, zone, end or now)) is not None:
        end = found
    return end


def _end(hours: Sequence[QuietHours], zone: ZoneInfo, now: datetime) -> datetime | None:
    today = now.astimezone(zone).date()
    days = (today - timedelta(days=1), today)
    spans = [span for one in hours for day in days if (span := one.on(day, zone)) is not None]
    return max((end for begin, end in spans if begin <= now < end), default=None)


def leave_time(hours: Sequence[QuietHours]) -> bool:
    """Whether some minute of the week lies outside all of them."""
    week = 7 * _DAY
    covered = {
        (place * _DAY + minutes(one.begin) + minute) % week
        for one in hours
        for place, day in enumerate(WEEK)
        if day in one.days
        for minute in range(one.lasts)
    }
    return len(covered) < week
