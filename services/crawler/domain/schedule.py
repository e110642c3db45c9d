"""When a source is polled and a page is looked at again, in seconds from now."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from math import sqrt

from services.crawler.domain.cadence import HOUR, WEEK, Rhythm, hazards

LONGEST_BACKOFF = 3_600.0
"""Seconds: a source that fails is still asked once an hour, so that its return is noticed."""
LONGEST_RETRY = 900.0
"""Seconds before a page that failed is looked at again."""
ENOUGH = 12.0
"""Hours with news that a rhythm rests on before polls follow it; until then the usual interval holds."""
FASTEST, SLOWEST = 0.5, 4.0
"""Bounds of an interval that names none, in usual intervals: hosts see at most twice the polls a person asked for."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Seconds between polls: the usual ones and the bounds within which they follow the rhythm."""

    usual: float
    fastest: float
    slowest: float

    @classmethod
    def of(cls, usual: float, fastest: float | None = None, slowest: float | None = None) -> "Interval":
        """With the usual bounds where none are given."""
        low = fastest if fastest is not None else min(usual * FASTEST, slowest or usual)
        return cls(usual, low, slowest if slowest is not None else max(usual * SLOWEST, low))


def poll_pause(interval: Interval, rhythm: Rhythm, now: datetime, zone: tzinfo) -> float:
    """Seconds from a poll at `now` to the next, following the rhythm.

    The rate of polls goes with the square root of the rate of news, which is what makes the mean delay of articles
    least for a given number of polls (the sum of rate times interval, under a fixed sum of 1/interval); over a week it
    comes to as many polls as the usual interval does, but for the bounds. The next poll is where the rate has summed
    up to one, so a long pause begun at night does not sleep into a busy morning.
    """
    usual = min(max(interval.usual, interval.fastest), interval.slowest)
    if interval.fastest >= interval.slowest or rhythm.known < ENOUGH:
        return usual
    roots = [sqrt(rate) for rate in hazards(rhythm)]
    mean = sum(roots) / WEEK
    pause, done = 0.0, 0.0
    while pause < interval.slowest:
        at = now + timedelta(seconds=pause)
        local = at.astimezone(zone)
        seconds = min(max(usual * mean / roots[local.weekday() * 24 + local.hour], interval.fastest), interval.slowest)
        hour_ends = (at.replace(minute=0, second=0, microsecond=0) + HOUR - at).total_seconds()
        rest = (1.0 - done) * seconds
        if rest <= hour_ends:
            pause += rest
            break
        pause, done = pause + hour_ends, done + hour_ends / seconds
    return min(max(pause, interval.fastest), interval.slowest)


def pause_after(interval: float, failures: int, retry_after: float | None = None) -> float:
    """Seconds from a poll to the next: doubled with each failure in a row, never less than the other side asked."""
    backed_off = min(interval * 2.0 ** min(failures, 20), max(LONGEST_BACKOFF, interval))
    return max(backed_off, min(retry_after or 0.0, 86_400.0))


def retry_pause(base: float, attempts: int, retry_after: float | None = None) -> float:
    """Seconds before a page's next look, after its `attempts`-th failed."""
    backed_off = min(base * 2.0 ** min(attempts - 1, 20), max(LONGEST_RETRY, base))
    return max(backed_off, min(retry_after or 0.0, 86_400.0))


def unreached_pause(base: float, unreached: float, retry_after: float | None = None) -> float:
    """Seconds before a page is tried whose host has not been reached for `unreached` seconds: about twice as late."""
    return max(base, min(unreached, LONGEST_RETRY), min(retry_after or 0.0, 86_400.0))
