"""When one alert goes to one channel: now, later, with the digest, or not at all, each with its reason. Pure.

In this order: a silence stops everything; inhibition; the subscription's mode; quiet hours; the team's budget; the
throttle; the group. What is urgent passes quiet hours, throttle and group; importance 5 passes the budget, too.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from services.alerter.domain.budget import Spent, budget_day
from services.alerter.domain.durations import in_words
from services.alerter.domain.inhibition import Gist, inhibited
from services.alerter.domain.quiet_hours import quiet_until
from services.alerter.domain.rhythm import Rhythm
from services.alerter.domain.silences import Silence
from services.alerter.domain.throttle import room_from

PlacedState = Literal["due", "held", "digest", "suppressed"]


@dataclass(frozen=True)
class Past:
    """What was told before, as far as the decision asks for it."""

    spent: Spent = field(default_factory=Spent)
    sent: Sequence[datetime] = ()
    """When messages went to the channel, within the throttle's span."""
    waits_until: datetime | None = None
    """Until when alerts of the channel are held already by group or throttle; None when none is."""
    told: Collection[tuple[datetime, Gist]] = ()
    """What the team was told in the channel within the longest span of inhibition."""


@dataclass(frozen=True)
class Placed:
    """Where an alert is put, and why."""

    state: PlacedState
    reason: str = ""
    until: datetime | None = None
    """Of one that is held: when it is to go."""
    counts_on: date | None = None
    """The day whose budget it takes from; None for what nobody is interrupted by."""
    silence: int | None = None
    """Number of the silence that stopped it."""


def place(
    alert: tuple[int, Gist], rhythm: Rhythm, zone: ZoneInfo, past: Past, silence: Silence | None, now: datetime
) -> Placed:
    """Where the alert, given as its fact version and its gist, is put at `now`."""
    version, gist = alert
    if silence is not None:
        return Placed("suppressed", silence.words(), silence=silence.id)
    if why := inhibited(rhythm.inhibit, gist, past.told, now):
        return Placed("suppressed", why)
    if rhythm.mode == "digest":
        return Placed("digest", "its subscription asks for a digest")
    urgent = gist.importance >= rhythm.urgent
    quiet = None if urgent else quiet_until(rhythm.quiet_hours, zone, now)
    if quiet is not None:
        return Placed("held", f"quiet hours until {_shown(quiet, zone)}", quiet)
    day = budget_day(zone, now)
    if not past.spent.room((gist.thread_id, version), gist.importance, rhythm.budget):
        return Placed("digest", f"the team's budget of {rhythm.budget} immediate alerts on {day} is used up")
    return replace(Placed("due") if urgent else _paced(rhythm, zone, past, now), counts_on=day)


def _paced(rhythm: Rhythm, zone: ZoneInfo, past: Past, now: datetime) -> Placed:
    """Throttle and group: who comes while others wait goes out with them."""
    if past.waits_until is not None and past.waits_until > now:
        until, why = past.waits_until, "goes with those that wait"
    elif rhythm.throttle is not None and (room := room_from(rhythm.throttle, past.sent, now)) > now:
        until, why = room, f"throttle of {rhythm.throttle.most} in {in_words(rhythm.throttle.per)}"
    elif rhythm.group is not None:
        until, why = now + rhythm.group, f"group of {in_words(rhythm.group)}"
    else:
        return Placed("due")
    quiet = quiet_until(rhythm.quiet_hours, zone, until)
    if quiet is not None:
        until, why = quiet, f"{why}, then quiet hours"
    return Placed("held", f"{why} until {_shown(until, zone)}", until)


def _shown(when: datetime, zone: ZoneInfo) -> str:
    return f"{when.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"
