"""A day is measured by an index that was there all through it, and as long as usual."""

from datetime import UTC, datetime, timedelta

import pytest

from services.alerter.domain.recall_index import Day, Poll, faults

pytestmark = pytest.mark.unit

START = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
DAY = Day(START, START + timedelta(hours=24))


def polls(hours: range, listed: int | None = 30, fault: str = "", source: str = "sina") -> list[Poll]:
    """One a half hour, from the first to the last hour after the day's start (before it where negative)."""
    times = [START + timedelta(minutes=30 * half) for half in range(hours.start * 2, hours.stop * 2)]
    return [Poll(source, at, None if fault else listed, fault) for at in times]


def test_one_that_answered_all_day_is_whole() -> None:
    assert faults(polls(range(-120, 24)), DAY) == {"sina": ""}


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (polls(range(24), fault="status 503"), "failed in all 48 polls: status 503"),
        ([], "was not asked"),
        (polls(range(8)), "gave no whole answer for 16.5 h"),
        ([*polls(range(8)), *polls(range(8, 24), fault="timed out")], "gave no whole answer for 16.5 h: timed out"),
        (polls(range(24), listed=9), "shrank: it lists 9 headlines, where it listed 30"),
        (polls(range(24), listed=0), "listed nothing"),
    ],
)
def test_one_that_failed_or_shrank_says_how(day: list[Poll], why: str) -> None:
    assert faults([*polls(range(-120, 0)), *day], DAY) == {"sina": why}


def test_a_part_that_fails_is_no_whole_answer() -> None:
    part = [Poll("bing", poll.at, 20, "https://b.example: status 500") for poll in polls(range(24))]
    assert "failed in all" in faults(part, DAY)["bing"]


def test_a_quiet_weekend_is_no_fault() -> None:
    assert faults([*polls(range(-120, 0)), *polls(range(24), listed=12)], DAY) == {"sina": ""}


def test_nothing_changed_is_an_answer() -> None:
    assert faults([*polls(range(-120, 0)), *polls(range(24), listed=None)], DAY) == {"sina": ""}


def test_a_short_failure_is_made_up_for() -> None:
    day = [*polls(range(10)), *polls(range(10, 14), fault="timed out"), *polls(range(14, 24))]
    assert faults(day, DAY) == {"sina": ""}


def test_one_that_began_in_the_middle_did_not_see_the_day() -> None:
    assert faults(polls(range(12, 24)), DAY) == {"sina": "gave no whole answer for 12.0 h"}


def test_one_that_was_switched_off_long_ago_is_not_missed() -> None:
    assert faults([*polls(range(-120, -30), source="old"), *polls(range(-5, 24))], DAY) == {"sina": ""}
