"""When and how often a subscription's alerts go out, as people write it in the subscriptions. Pure.

What decides by it stands in schedule.py; times of day are the team's, whose timezone its subscription names. Without
any key alerts go out at once, but for the team's daily budget.
"""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from services.alerter.domain.durations import Duration, in_words
from services.alerter.domain.inhibition import Inhibition
from services.alerter.domain.quiet_hours import QuietHours, leave_time
from services.alerter.domain.throttle import Throttle
from shared.config_file import ConfigModel
from shared.config_hints import Misfit

BUDGET = 8
"""Immediate alerts a day for a team: about one an hour of work; more are read as a digest anyway."""
TOP = 5
"""The importance that no budget, throttle or inhibition holds back."""
LONGEST_GROUP = timedelta(hours=4)
"""A longer window is a digest."""
TEAM_KEYS = ("budget",)
"""Keys that hold for a whole team: a route below its subscription has none of its own."""


class Rhythm(ConfigModel):
    """The rhythm of a subscription or, with what it leaves out taken from above (`under`), of one of its routes."""

    mode: Literal["immediate", "digest"] = Field(default="immediate", description="at once, or in the next digest")
    budget: Annotated[int, Field(ge=0, le=100_000)] = Field(
        default=BUDGET, description="immediate alerts a day for the team; the others go to its next digest"
    )
    urgent: int = Field(
        default=TOP, ge=1, le=5, description="from this importance quiet hours, group and throttle hold nothing back"
    )
    group: Duration | None = Field(default=None, description="alerts of one channel within it go as one message")
    throttle: Throttle | None = Field(default=None, description="messages at most; the others follow later as one")
    quiet_hours: tuple[QuietHours, ...] = Field(default=(), description="held, then delivered as one message")
    inhibit: tuple[Inhibition, ...] = Field(default=(), description="what need not be told after a weightier alert")

    @field_validator("budget", "urgent", mode="before")
    @classmethod
    def _number(cls, value: object) -> object:
        if isinstance(value, bool):
            raise ValueError(f"a number is wanted, not {str(value).lower()}")  # noqa: TRY004  # what pydantic reports
        return value

    @field_validator("group")
    @classmethod
    def _short(cls, group: timedelta | None) -> timedelta | None:
        if group is not None and group > LONGEST_GROUP:
            longest = in_words(LONGEST_GROUP)
            raise ValueError(f"{in_words(group)} is longer than {longest}; write `mode: digest` to hear once a day")
        return group

    @model_validator(mode="after")
    def _some_time_left(self) -> "Rhythm":
        if not leave_time(self.quiet_hours):
            wrong = "they cover the whole week: nothing would ever be delivered"
            raise Misfit(("quiet_hours",), wrong, "leave some hours free, or write `mode: digest`")
        return self

    def under(self, above: "Rhythm") -> "Rhythm":
        """This one, with every key that it does not write itself taken from `above`."""
        written = {key: getattr(self, key) for key in self.model_fields_set}
        return above.model_copy(update=written)
