"""When a source publishes, as learned: hours of the week with news, counted with exponential forgetting.

What is counted are hours with news, not articles: five articles of one press conference are one sign of life. A span
is counted when news ends it, so a silence never makes itself believable by lasting. Times are UTC, hours of the week
those of the source's timezone (Monday 00 is 0).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from math import exp, inf, log, log1p
from typing import Any

WEEK = 168
HOUR = timedelta(hours=1)
HALF_LIFE = 28 * 24.0
"""Hours after which what was counted counts half: a new editor's habits show within a month."""
BACK = 26
"""Weeks of one silence that are counted at most."""
TREND = 2.0
"""News that each hour of the day and each weekday is given beforehand at the source's mean: thin counts stay flat."""
CELL = 3.0
"""News that each hour of the week is given beforehand at what its hour and its weekday make likely."""
SUREST = 0.99
"""Chance of news in an hour that is never exceeded: no hour is certain."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What was counted, for each hour of the week."""

    news: tuple[float, ...] = (0.0,) * WEEK
    """Hours with news."""
    watched: tuple[float, ...] = (0.0,) * WEEK
    """Hours in which news would have been seen."""
    until: datetime | None = None
    """The hour up to which all is counted: that of the newest article, or of the first look."""
    longest: float = 0.0
    """The most news that a silence which ended by itself had let expect, forgotten as slowly as the rest."""

    @property
    def known(self) -> float:
        """How much news the counts rest on."""
        return sum(self.news)

    def as_json(self) -> dict[str, Any]:
        """For the database."""
        return {
            "news": [round(count, 3) for count in self.news],
            "watched": [round(count, 2) for count in self.watched],
            "until": self.until.isoformat() if self.until else None,
            "longest": round(self.longest, 3),
        }


def rhythm_of(kept: Mapping[str, Any]) -> Rhythm:
    """What `as_json` made; a new rhythm for anything else, such as the row of another version."""
    try:
        news, watched = (tuple(float(count) for count in kept[name]) for name in ("news", "watched"))
        until = datetime.fromisoformat(kept["until"]) if kept["until"] else None
        longest = float(kept["longest"])
    except (KeyError, TypeError, ValueError):
        return Rhythm()
    return Rhythm(news, watched, until, longest) if len(news) == len(watched) == WEEK else Rhythm()


def learned(rhythm: Rhythm, news: Iterable[datetime], now: datetime, zone: tzinfo) -> Rhythm:
    """The rhythm after `news` came at these times; those of the future or of hours counted before change nothing.

    Without any news yet the watch begins at `now`.
    """
    for hour in sorted({_hour(at) for at in news if at <= now}):
        if rhythm.until is None:
            rhythm = Rhythm(until=hour)
        elif hour > rhythm.until:
            rhythm = _counted(rhythm, rhythm.until, hour, zone)
    return rhythm if rhythm.until else Rhythm(until=_hour(now))


def _counted(rhythm: Rhythm, last: datetime, hour: datetime, zone: tzinfo) -> Rhythm:
    silent = expected(rhythm, last + HOUR, hour, zone)
    passed = (hour - last) / HOUR
    kept = 0.5 ** (passed / HALF_LIFE)
    weeks, rest = divmod(min(int(passed), BACK * WEEK), WEEK)
    news = [count * kept for count in rhythm.news]
    watched = [count * kept + weeks for count in rhythm.watched]
    for back in range(rest):
        watched[_of_week(hour - back * HOUR, zone)] += 1
    news[_of_week(hour, zone)] += 1
    return Rhythm(tuple(news), tuple(watched), hour, max(rhythm.longest * kept, silent))


def chances(rhythm: Rhythm) -> tuple[float, ...]:
    """The chance of news in each hour of the week; all 0 while nothing is known.

    The mean of a gamma posterior: an hour's own count is weighed against what its hour of the day and its weekday make
    likely, and those against the source's mean.
    """
    known, watched = rhythm.known, sum(rhythm.watched)
    if known <= 0 or watched <= 0:
        return (0.0,) * WEEK
    mean = min(known / watched, SUREST)
    hours = [_trend(rhythm, range(hour, WEEK, 24), mean) for hour in range(24)]
    days = [_trend(rhythm, range(24 * day, 24 * day + 24), mean) for day in range(7)]
    likely = [min(hours[hour % 24] * days[hour // 24] / mean, SUREST) for hour in range(WEEK)]
    return tuple(
        min((rhythm.news[hour] + CELL) / (rhythm.watched[hour] + CELL / likely[hour]), SUREST) for hour in range(WEEK)
    )


def _trend(rhythm: Rhythm, hours: range, mean: float) -> float:
    news = sum(rhythm.news[hour] for hour in hours)
    watched = sum(rhythm.watched[hour] for hour in hours)
    return (news + TREND) / (watched + TREND / mean)


def hazards(rhythm: Rhythm) -> tuple[float, ...]:
    """News to be expected in each hour of the week: the rate at which the chance of none goes down."""
    return tuple(-log1p(-chance) for chance in chances(rhythm))


def expected(rhythm: Rhythm, start: datetime, end: datetime, zone: tzinfo) -> float:
    """News to be expected from `start` to `end`."""
    rates = hazards(rhythm)
    weeks, rest = divmod(max(0.0, (end - start) / HOUR), WEEK)
    return weeks * sum(rates) + sum(rates[hour] * part for hour, part in _hours(start, rest, zone))


def believable(rhythm: Rhythm, news: float) -> float:
    """The chance of none where `news` was to be expected, given how much the rhythm rests on.

    Negative binomial: a rate learned from few signs is itself uncertain, which makes long silences likelier.
    """
    known = max(rhythm.known, 1.0)
    return exp(-known * log1p(news / known))


def expected_gap(rhythm: Rhythm, start: datetime, zone: tzinfo, news: float = 1.0) -> float:
    """Seconds after `start` within which so much news is to be expected; infinite while nothing is known."""
    rates = hazards(rhythm)
    if sum(rates) <= 0:
        return inf
    weeks, left = divmod(news, sum(rates))
    spent = 0.0
    for hour, part in _hours(start, WEEK, zone):
        if left <= rates[hour] * part:
            return (weeks * WEEK + spent + left / rates[hour]) * 3600.0
        left, spent = left - rates[hour] * part, spent + part
    return (weeks * WEEK + spent) * 3600.0


def news_needed(rhythm: Rhythm, chance: float) -> float:
    """How much expected news makes a silence less believable than `chance`."""
    known = max(rhythm.known, 1.0)
    return known * (exp(-log(chance) / known) - 1.0)


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _of_week(at: datetime, zone: tzinfo) -> int:
    local = at.astimezone(zone)
    return local.weekday() * 24 + local.hour


def _hours(start: datetime, hours: float, zone: tzinfo) -> Iterator[tuple[int, float]]:
    """Hours of the week from `start` on, and how much of each lies within so many hours."""
    at, left = start, hours
    while left > 1e-9:
        part = min(left, max((_hour(at) + HOUR - at) / HOUR, 1e-6))
        yield _of_week(at, zone), part
        at, left = at + part * HOUR, left - part
