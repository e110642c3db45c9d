"""Quiet hours by the wall's clock: past midnight, on some days, in the hours that daylight saving takes or gives."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.alerter.domain.budget import budget_day
from services.alerter.domain.quiet_hours import WEEK, QuietHours, leave_time, quiet_until

pytestmark = pytest.mark.unit
BERLIN, NEW_YORK, SHANGHAI = map(ZoneInfo, ("Europe/Berlin", "America/New_York", "Asia/Shanghai"))


def hours(begin: str, end: str, *days: str) -> Sequence[QuietHours]:
    return (QuietHours.model_validate({"from": begin, "to": end, "days": days or WEEK}),)


def until(quiet: Sequence[QuietHours], zone: ZoneInfo, utc: str) -> str | None:
    """The end of the quiet hours at a time of UTC, in UTC."""
    found = quiet_until(quiet, zone, datetime.fromisoformat(utc).replace(tzinfo=UTC))
    return f"{found:%Y-%m-%d %H:%M}" if found else None


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-11-23T13:59", None),
        ("2026-11-23T14:00", "2026-11-23 23:30"),
        ("2026-11-23T18:00", "2026-11-23 23:30"),
        ("2026-11-23T23:29", "2026-11-23 23:30"),
        ("2026-11-23T23:30", None),
    ],
)
def test_a_night_goes_on_past_midnight(at: str, end: str | None) -> None:
    assert until(hours("22:00", "07:30"), SHANGHAI, at) == end


def test_the_day_is_that_on_which_they_begin() -> None:
    friday = hours("22:00", "06:00", "fri")
    assert until(friday, SHANGHAI, "2026-11-27T20:00") == "2026-11-27 22:00"  # Saturday, 04:00 in Shanghai
    assert until(friday, SHANGHAI, "2026-11-28T20:00") is None


def test_quiet_hours_that_follow_upon_one_another_end_with_the_last() -> None:
    weekend = (*hours("22:00", "07:30"), *hours("00:00", "24:00", "sat", "sun"))
    assert until(weekend, SHANGHAI, "2026-11-27T15:00") == "2026-11-29 23:30"  # from Friday night to Monday morning


@pytest.mark.parametrize(
    ("zone", "quiet", "at", "end"),
    [
        # Berlin skips 02:00-03:00 on 2026-03-29 at 01:00 UTC: what ends in it ends at the jump.
        (BERLIN, ("22:00", "02:30"), "2026-03-29T00:59", "2026-03-29 01:00"),
        (BERLIN, ("22:00", "02:30"), "2026-03-29T01:00", None),
        # What begins in the skipped hour begins at the jump.
        (BERLIN, ("02:30", "06:00"), "2026-03-29T00:59", None),
        (BERLIN, ("02:30", "06:00"), "2026-03-29T01:00", "2026-03-29 04:00"),
        # Berlin shows 02:00-03:00 twice on 2026-10-25, from 00:00 and from 01:00 UTC: what ends in it ends the second
        # time.
        (BERLIN, ("22:00", "02:30"), "2026-10-25T00:45", "2026-10-25 01:30"),
        (BERLIN, ("22:00", "02:30"), "2026-10-25T01:29", "2026-10-25 01:30"),
        (BERLIN, ("22:00", "02:30"), "2026-10-25T01:30", None),
        # What begins in it begins the first time.
        (BERLIN, ("02:30", "06:00"), "2026-10-25T00:29", None),
        (BERLIN, ("02:30", "06:00"), "2026-10-25T00:30", "2026-10-25 05:00"),
        # Both within the repeated hour: one span, from the first beginning to the second end.
        (BERLIN, ("02:15", "02:45"), "2026-10-25T00:50", "2026-10-25 01:45"),
        # Both within the skipped hour: no time at all.
        (BERLIN, ("02:15", "02:45"), "2026-03-29T01:00", None),
        # New York skips 02:00-03:00 on 2026-03-08 at 07:00 UTC and repeats 01:00-02:00 on 2026-11-01 from 05:00 UTC.
        (NEW_YORK, ("22:00", "02:30"), "2026-03-08T06:59", "2026-03-08 07:00"),
        (NEW_YORK, ("02:30", "06:00"), "2026-03-08T07:00", "2026-03-08 10:00"),
        (NEW_YORK, ("22:00", "01:30"), "2026-11-01T05:45", "2026-11-01 06:30"),
        (NEW_YORK, ("01:30", "06:00"), "2026-11-01T05:30", "2026-11-01 11:00"),
        # A night around the change ends when the wall says so: nine and a half hours become one less, or one more.
        (BERLIN, ("22:00", "07:30"), "2026-03-28T21:00", "2026-03-29 05:30"),
        (BERLIN, ("22:00", "07:30"), "2026-10-24T20:00", "2026-10-25 06:30"),
    ],
)
def test_the_hour_that_daylight_saving_skips_or_repeats(
    zone: ZoneInfo, quiet: tuple[str, str], at: str, end: str | None
) -> None:
    assert until(hours(*quiet), zone, at) == end


@pytest.mark.parametrize(
    ("zone", "first", "last", "long"),
    [
        (BERLIN, "2026-03-28T23:00", "2026-03-29T21:59", 23),
        (BERLIN, "2026-10-24T22:00", "2026-10-25T22:59", 25),
        (NEW_YORK, "2026-03-08T05:00", "2026-03-09T03:59", 23),
        (NEW_YORK, "2026-11-01T04:00", "2026-11-02T04:59", 25),
        (SHANGHAI, "2026-11-22T16:00", "2026-11-23T15:59", 24),
    ],
)
def test_a_budgets_day_is_the_date_on_the_wall(zone: ZoneInfo, first: str, last: str, long: int) -> None:
    begin, end = (datetime.fromisoformat(at).replace(tzinfo=UTC) for at in (first, last))
    assert end - begin == timedelta(hours=long) - timedelta(minutes=1)
    day = budget_day(zone, begin)
    assert budget_day(zone, end) == day
    assert budget_day(zone, begin - timedelta(minutes=1)) == day - timedelta(days=1)
    assert budget_day(zone, end + timedelta(minutes=1)) == day + timedelta(days=1)


def test_some_minute_of_the_week_must_be_left() -> None:
    assert leave_time(hours("00:00", "23:59"))
    assert not leave_time(
        (*hours("00:00", "24:00", *WEEK[:6]), *hours("23:00", "24:00", "sat"), *hours("00:00", "24:00", "sun"))
    )


CLOCKS = st.builds(lambda hour, minute: f"{hour:02}:{minute:02}", st.integers(0, 23), st.integers(0, 59))


@settings(deadline=None)  # the first look at a zone reads its file
@given(
    begin=CLOCKS,
    end=CLOCKS,
    zone=st.sampled_from((BERLIN, NEW_YORK, SHANGHAI)),
    now=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001  hypothesis adds it
)
def test_what_is_held_is_held_until_later_and_then_goes(begin: str, end: str, zone: ZoneInfo, now: datetime) -> None:
    if begin == end:
        return
    quiet = hours(begin, end)
    found = quiet_until(quiet, zone, now)
    if found is not None:
        assert now < found <= now + timedelta(hours=26)
        assert quiet_until(quiet, zone, found) is None
