"""When a subscription's digests are due and what stands in them, as people write it under `digest:`. Pure.

Times of day are the team's, whose timezone its subscription names. A team that writes no plan gets DEFAULT, so that
what its daily budget holds back is told all the same.
"""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from services.alerter.domain.durations import Duration, in_words
from services.alerter.domain.quiet_hours import Clock, Weekday
from shared.config_file import ConfigModel
from shared.config_hints import Misfit

_DAY = timedelta(days=1)
MOST_REMINDERS = 5
"""Reminders of one date; more are no help to anybody."""


def _within_the_day(at: str) -> str:
    """24:00 is the next day's 00:00, which a digest would be named by."""
    if at == "24:00":
        raise ValueError('24:00 is the end of a day; write "00:00", which is the beginning of the next')
    return at


TimeOfDay = Annotated[Clock, AfterValidator(_within_the_day)]


class Weekly(ConfigModel):
    """Once a week."""

    day: Weekday = Field(description="day of the week on which it is sent")
    at: TimeOfDay = Field(description="time of day at which it is sent and its week ends")

    @field_validator("day", mode="before")
    @classmethod
    def _short_name(cls, day: object) -> object:
        """Any case, and the whole word."""
        whole = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        plain = day.strip().lower() if isinstance(day, str) else day
        return plain[:3] if isinstance(plain, str) and plain in whole else plain


class DigestPlan(ConfigModel):
    """The digests of one subscription; each goes to the channels of the subscription and of what it tells."""

    daily: TimeOfDay | None = Field(default=None, description="time of day at which it is sent and its day ends")
    weekly: Weekly | None = Field(default=None, description="day and time; beside a daily one it counts the week")
    include_told: bool = Field(default=False, description="true: what was alerted at once is listed, too")
    skip_empty: bool = Field(default=False, description="true: nothing is sent when there is nothing to tell")
    chart: bool = Field(default=True, description="false: without the picture of events by label and company")
    language: Literal["zh-Hans", "zh-Hant", "en"] = Field(
        default="zh-Hans", description="of its headings; what happened stands in both languages where it is known"
    )
    remind: tuple[Duration, ...] = Field(
        default=(),
        max_length=MOST_REMINDERS,
        description="whole days before a deadline, a date of effect, a results day",
    )

    @field_validator("remind")
    @classmethod
    def _whole_days(cls, remind: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
        """The longest first, each once."""
        for place, before in enumerate(remind):
            if before % _DAY:
                raise Misfit((place,), f"{in_words(before)} is not a number of days", "write 7d, 1d")
        return tuple(sorted(set(remind), reverse=True))

    @model_validator(mode="after")
    def _some_time(self) -> "DigestPlan":
        if self.daily is None and self.weekly is None:
            wrong = "neither daily nor weekly: what the budget holds back would never be told"
            raise Misfit((), wrong, 'write daily: "08:00", or weekly: {day: fri, at: "16:00"}')
        return self


DEFAULT = DigestPlan(daily="09:00", skip_empty=True)
"""Of a team that writes none: what waits for its digest is told at nine, and nothing when nothing waits."""
