"""Whether the neutral index can measure a day: every one of its sources answered all through it, and listed as usual.

An index that was away, or lost half of its list, knows few headlines: all of them told would look like perfection.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

GAP = timedelta(hours=6)
"""The longest time without a whole answer: what an index lists stays on its list for hours, rarely for half a day."""
BEFORE = timedelta(days=14)
"""What is usual is what was listed in these days; two of each weekday."""
LEAST_DAYS = 3
"""Days with answers below which nothing is known to be usual."""
SHRUNK = 1 / 3
"""Of the usual length of a list: weekends halve the news of companies, and a search that lists fewer is broken."""


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll of a source of the index. `listed` is None when it failed, or nothing had changed."""

    source: str
    at: datetime
    listed: int | None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day by the clock of a timezone: 23, 24 or 25 hours."""

    start: datetime
    end: datetime


def faults(polls: Sequence[Poll], day: Day) -> Mapping[str, str]:
    """Why each source could not measure the day, empty where it could. `polls`: of BEFORE and of the day.

    A source counts when it was asked on the day or the one before: one that was switched off is missed for a day.
    """
    known = {poll.source for poll in polls if day.start - timedelta(days=1) <= poll.at < day.end}
    return {source: _fault([poll for poll in polls if poll.source == source], day) for source in sorted(known)}


def _fault(polls: Sequence[Poll], day: Day) -> str:
    today = [poll for poll in polls if day.start <= poll.at < day.end]
    if not today:
        return "was not asked"
    failed = [poll for poll in today if poll.fault]
    if len(failed) == len(today):
        return f"failed in all {len(today)} polls: {failed[-1].fault}"
    gap = _longest_gap([poll.at for poll in polls if not poll.fault], day)
    if gap > GAP:
        why = f": {failed[-1].fault}" if failed else ""
        return f"gave no whole answer for {gap.total_seconds() / 3600:.1f} h{why}"
    return _shrank(polls, today, day)


def _longest_gap(good: Sequence[datetime], day: Day) -> timedelta:
    before = [at for at in good if day.start - GAP <= at < day.start]
    times = [max(before, default=day.start), *sorted(at for at in good if day.start <= at < day.end), day.end]
    return max(later - earlier for earlier, later in pairwise(times))


def _shrank(polls: Sequence[Poll], today: Sequence[Poll], day: Day) -> str:
    sizes = [poll.listed for poll in today if poll.listed is not None and not poll.fault]
    if sizes and not any(sizes):
        return "listed nothing"
    by_day: dict[int, list[int]] = {}
    for poll in polls:
        if poll.at < day.start and poll.listed is not None and not poll.fault:
            by_day.setdefault((day.start - poll.at).days, []).append(poll.listed)
    if not sizes or len(by_day) < LEAST_DAYS:
        return ""
    usual, now = median(map(median, by_day.values())), median(sizes)
    return f"shrank: it lists {now:g} headlines, where it listed {usual:g}" if now < SHRUNK * usual else ""
