"""Days and weeks of a team, by the clock on its wall; and the plans that name them."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services.alerter.domain.digest_period import after, named, period_at
from services.alerter.domain.digest_plan import DEFAULT, DigestPlan

pytestmark = pytest.mark.unit

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
MORNING = DigestPlan.model_validate({"daily": "08:00", "weekly": {"day": "mon", "at": "08:30"}})
EVENING = DigestPlan.model_validate({"daily": "18:00", "weekly": {"day": "Friday", "at": "16:00"}})


def hours(plan: DigestPlan, zone: ZoneInfo, name: str) -> float:
    period = named(plan, zone, name)
    return (period.end - period.start) / timedelta(hours=1)


def test_a_day_is_named_by_what_most_of_it_lies_in() -> None:
    morning, evening = named(MORNING, SHANGHAI, "2026-11-22"), named(EVENING, SHANGHAI, "2026-11-22")
    assert (morning.start, morning.end) == (
        datetime(2026, 11, 22, 0, tzinfo=UTC),
        datetime(2026, 11, 23, 0, tzinfo=UTC),
    )
    assert (evening.start, evening.end) == (
        datetime(2026, 11, 21, 10, tzinfo=UTC),
        datetime(2026, 11, 22, 10, tzinfo=UTC),
    )


def test_a_week_is_named_so_too() -> None:
    assert named(MORNING, SHANGHAI, "2026-W47").end == datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
    assert named(EVENING, SHANGHAI, "2026-w47").end == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert named(EVENING, SHANGHAI, "2026-W53").name == "2026-W53"


@pytest.mark.parametrize(
    ("at", "name", "length"),
    [
        ("08:00", "2026-03-28", 23.0),
        ("08:00", "2026-10-24", 25.0),
        ("02:30", "2026-03-28", 23.5),  # 02:30 of the 29th is skipped: the moment of the jump
        ("02:30", "2026-03-29", 23.5),
        ("02:30", "2026-10-24", 24.0),  # 02:30 of the 25th comes twice: the first ends the day
        ("02:30", "2026-10-25", 25.0),
    ],
)
def test_daylight_saving_makes_days_of_other_lengths(at: str, name: str, length: float) -> None:
    assert hours(DigestPlan(daily=at), BERLIN, name) == length


@settings(max_examples=60, deadline=None)
@given(
    st.floats(0, 1000).map(lambda days: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=days)),
    st.sampled_from(["Europe/Berlin", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"]),
    st.integers(0, 24 * 60 - 1),
    st.sampled_from(["daily", "weekly"]),
)
def test_periods_follow_upon_one_another_and_are_found_by_their_names(
    moment: datetime, zone_name: str, minute: int, span: Any
) -> None:
    at, zone = f"{minute // 60:02}:{minute % 60:02}", ZoneInfo(zone_name)
    plan = DigestPlan.model_validate({"daily": at, "weekly": {"day": "wed", "at": at}})
    found = list(after(plan, span, zone, moment, moment + timedelta(days=15)))
    assert moment in found[0]
    assert all(first.end == second.start for first, second in pairwise(found))
    assert len({one.name for one in found}) == len(found)
    assert [named(plan, zone, one.name) for one in found] == found
    assert period_at(plan, span, zone, found[0].end) == found[1]


@pytest.mark.parametrize("name", ["", "yesterday", "2026-02-30", "2026-W60", "2026-W7", "0001-01-01", "9999-12-31"])
def test_a_name_that_is_none_is_refused_with_how_one_is_written(name: str) -> None:
    with pytest.raises(ValueError, match="neither a day like 2026-11-22 nor a week like 2026-W47"):
        named(MORNING, SHANGHAI, name)


def test_a_week_of_a_daily_plan_is_refused() -> None:
    with pytest.raises(ValueError, match="no weekly digest; its plan: daily"):
        named(DEFAULT, SHANGHAI, "2026-W47")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({}, "neither daily nor weekly"),
        ({"daily": "24:00"}, "24:00 is the end of a day"),
        ({"daily": "8"}, "no time of day"),
        ({"daily": "08:00", "remind": ["36h"]}, "1d12h is not a number of days"),
        ({"daily": "08:00", "remind": ["1d"] * 6}, "at most 5 items"),
        ({"weekly": {"day": "someday", "at": "08:00"}}, "'mon', 'tue'"),
        ({"daily": "08:00", "dialy": True}, "Extra inputs"),
    ],
)
def test_a_plan_that_cannot_be_meant_is_refused(written: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        DigestPlan.model_validate(written)


def test_reminders_stand_once_each_the_longest_first() -> None:
    plan = DigestPlan.model_validate({"daily": 510, "remind": ["1d", "7d", "24h"]})
    assert (plan.daily, plan.remind) == ("08:30", (timedelta(days=7), timedelta(days=1)))
