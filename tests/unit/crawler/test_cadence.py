"""Learning when a source publishes: what follows for polls, and which silences are believed."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from math import exp, inf
from zoneinfo import ZoneInfo

import pytest

from services.crawler.domain.cadence import (
    Rhythm,
    believable,
    chances,
    expected,
    expected_gap,
    learned,
    news_needed,
    rhythm_of,
)
from services.crawler.domain.schedule import Interval, poll_pause

pytestmark = pytest.mark.unit

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 1, 5, tzinfo=ZONE)
HOUR = timedelta(hours=1)


def office(at: datetime) -> float:
    """Articles an hour of a newsroom that works on weekdays from nine to six."""
    local = at.astimezone(ZONE)
    return 1.5 if local.weekday() < 5 and 9 <= local.hour < 18 else 0.03


def news(weeks: int, rate: Callable[[datetime], float], seed: int = 1, start: datetime = MONDAY) -> list[datetime]:
    """Times of articles, by chance."""
    dice, times = random.Random(seed), []
    for hour in range(weeks * 168):
        at = start + hour * HOUR
        if dice.random() < 1 - exp(-rate(at)):
            times.append(at + timedelta(minutes=dice.randrange(60)))
    return times


@cache
def office_rhythm(weeks: int = 8) -> Rhythm:
    end = MONDAY + timedelta(weeks=weeks)
    return learned(Rhythm(), news(weeks, office), end, ZONE)


def test_hours_of_the_week_are_learned_in_the_sources_timezone() -> None:
    chance = chances(office_rhythm())
    assert sum(chance[24 + 9 : 24 + 18]) / 9 > 0.5  # Tuesday
    assert max(chance[24 : 24 + 7]) < 0.15
    assert max(chance[144 + 9 : 144 + 18]) < 0.25  # Sunday


def test_one_hour_counts_once_and_the_future_not_at_all() -> None:
    at = [MONDAY + timedelta(minutes=minute) for minute in (60, 70, 80, 130)]
    rhythm = learned(Rhythm(), [*at, MONDAY + timedelta(days=9)], MONDAY + timedelta(days=1), ZONE)
    assert rhythm.known == 1.0  # the first hour only begins the watch
    assert rhythm.until == MONDAY + 2 * HOUR
    assert learned(rhythm, at, MONDAY + timedelta(days=1), ZONE) == rhythm


def test_without_news_the_watch_begins_now_and_nothing_follows() -> None:
    rhythm = learned(Rhythm(), [], MONDAY, ZONE)
    assert rhythm.until == MONDAY
    assert expected_gap(rhythm, MONDAY, ZONE) == inf
    assert expected(rhythm, MONDAY, MONDAY + timedelta(days=99), ZONE) == 0.0
    assert believable(rhythm, 0.0) == 1.0


def test_old_habits_are_forgotten() -> None:
    rhythm = office_rhythm()
    start = MONDAY + timedelta(weeks=8)

    def nights(at: datetime) -> float:
        return 1.5 if at.astimezone(ZONE).hour < 6 else 0.02

    later = learned(rhythm, news(16, nights, start=start), start + timedelta(weeks=16), ZONE)
    assert min(chances(later)[24:30]) > 0.5
    assert max(chances(later)[24 + 10 : 24 + 17]) < 0.2


def test_a_rhythm_survives_the_database_and_what_is_of_another_shape_begins_anew() -> None:
    rhythm = office_rhythm(2)
    again = rhythm_of(rhythm.as_json())
    assert again.until == rhythm.until
    assert again.known == pytest.approx(rhythm.known, abs=0.1)
    for broken in ({}, {"news": [1]}, {**rhythm.as_json(), "until": "x"}, {**rhythm.as_json(), "news": None}):
        assert rhythm_of(broken) == Rhythm()


def test_expectations_agree_with_one_another() -> None:
    rhythm = office_rhythm()
    start = MONDAY + timedelta(weeks=8, hours=20, minutes=17)
    for count in (0.5, 3.0, 40.0, 900.0):
        end = start + timedelta(seconds=expected_gap(rhythm, start, ZONE, count))
        assert expected(rhythm, start, end, ZONE) == pytest.approx(count, rel=1e-3)
    assert believable(rhythm, news_needed(rhythm, 1e-3)) == pytest.approx(1e-3)


def test_what_little_is_known_of_makes_long_silences_believable() -> None:
    few, many = Rhythm(news=(3 / 168,) * 168), Rhythm(news=(1.0,) * 168)
    assert believable(few, 8.0) > 10 * believable(many, 8.0)


def test_a_night_is_no_silence_and_a_working_day_is() -> None:
    rhythm = office_rhythm()
    evening = MONDAY + timedelta(weeks=8, hours=18)
    assert believable(rhythm, expected(rhythm, evening, evening + 14 * HOUR, ZONE)) > 0.1
    friday = evening + timedelta(days=4)
    assert believable(rhythm, expected(rhythm, friday, friday + 62 * HOUR, ZONE)) > 0.01  # a weekend
    assert believable(rhythm, expected(rhythm, evening, evening + 48 * HOUR, ZONE)) < 1e-3  # a day and a half


def test_a_source_polls_as_usual_until_its_rhythm_is_known() -> None:
    interval = Interval.of(300.0)
    assert (interval.fastest, interval.slowest) == (150.0, 1200.0)
    assert poll_pause(interval, Rhythm(), MONDAY, ZONE) == 300.0
    assert poll_pause(interval, learned(Rhythm(), news(1, lambda _: 0.05), MONDAY, ZONE), MONDAY, ZONE) == 300.0


def test_equal_bounds_are_kept_whatever_is_known() -> None:
    assert poll_pause(Interval.of(1.0, 1.0, 1.0), office_rhythm(), MONDAY, ZONE) == 1.0


def test_polls_come_when_news_does() -> None:
    rhythm, interval = office_rhythm(), Interval.of(600.0)
    day = MONDAY + timedelta(weeks=8, days=1)
    busy = poll_pause(interval, rhythm, day + 10 * HOUR, ZONE)
    night = poll_pause(interval, rhythm, day + 2 * HOUR, ZONE)
    assert 300.0 <= busy < 0.75 * 600.0
    assert 600.0 < night <= 2400.0


def test_a_pause_begun_at_night_does_not_sleep_into_the_morning() -> None:
    rhythm, interval = office_rhythm(), Interval.of(7_200.0, 1_800.0, 43_200.0)
    morning = MONDAY + timedelta(weeks=8, days=1, hours=9)
    steady = poll_pause(interval, rhythm, morning - 6 * HOUR, ZONE)
    before = poll_pause(interval, rhythm, morning - timedelta(minutes=30), ZONE)
    assert before < steady


def test_the_same_polls_a_week_find_articles_sooner() -> None:
    rhythm, interval = office_rhythm(), Interval.of(3_600.0, 600.0, 4 * 3_600.0)
    start = MONDAY + timedelta(weeks=8)
    end = start + timedelta(weeks=2)
    polls, at = [], start
    while at < end:
        at += timedelta(seconds=poll_pause(interval, rhythm, at, ZONE))
        polls.append(at)
    fixed = [start + number * HOUR for number in range(1, 2 * 168 + 1)]
    articles = news(2, office, seed=5, start=start)[:-1]
    assert len(polls) < 1.1 * len(fixed)
    assert mean_delay(articles, polls) < 0.75 * mean_delay(articles, fixed)


def mean_delay(articles: list[datetime], polls: list[datetime]) -> float:
    waits = [min(poll - at for poll in polls if poll >= at) for at in articles]
    return sum(wait.total_seconds() for wait in waits) / len(waits)


@pytest.mark.parametrize("zone", [UTC, ZoneInfo("America/New_York")])
def test_clocks_that_change_do_no_harm(zone: ZoneInfo) -> None:
    start = datetime(2026, 10, 26, tzinfo=UTC)
    rhythm = learned(Rhythm(), news(3, office, start=start), start + timedelta(weeks=3), zone)
    assert expected(rhythm, start, start + timedelta(weeks=1), zone) > 0
    assert 150.0 <= poll_pause(Interval.of(300.0), rhythm, start + timedelta(days=6), zone) <= 1200.0
