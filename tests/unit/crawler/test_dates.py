"""Times as listings write them."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from services.crawler.domain.dates import believable, best_published, from_epoch, parse_time, relative_time
from shared.messages.common import Published

pytestmark = pytest.mark.unit

CHINA = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("2026-11-20 09:30:59", "2026-11-20T09:30:00+08:00", "minute"),
        ("2026-11-20", "2026-11-20T00:00:00+08:00", "day"),
        ("2026-11-20T01:30:00Z", "2026-11-20T01:30:00+00:00", "minute"),
        ("Fri, 20 Nov 2026 09:30:00 +0800", "2026-11-20T09:30:00+08:00", "minute"),
        ("20 Nov 2026 09:30:00 GMT", "2026-11-20T09:30:00+00:00", "minute"),
        ("发布时间：2026年11月5日 8:05", "2026-11-05T08:05:00+08:00", "minute"),
        ("(2026/11/5)", "2026-11-05T00:00:00+08:00", "day"),
        ("2026.11.05", "2026-11-05T00:00:00+08:00", "day"),
    ],
)
def test_usual_forms(text: str, at: str, precision: str) -> None:
    found = parse_time(text, CHINA)
    assert found is not None
    assert (found.at.isoformat(), found.precision) == (at, precision)


def test_a_given_form_comes_first() -> None:
    found = parse_time("05/11/2026 16:46", CHINA, ["%d/%m/%Y %H:%M"])
    assert found is not None
    assert found.at.isoformat() == "2026-11-05T16:46:00+08:00"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-22 3:05 PM", "2026-11-22T15:05"),
        ("2026-11-22 03:05:09 pm", "2026-11-22T15:05"),
        ("2026/11/22 12:05 a.m.", "2026-11-22T00:05"),
        ("2026年11月22日 上午9:05", "2026-11-22T09:05"),
        ("2026年11月22日 下午3:05", "2026-11-22T15:05"),
        ("2026-11-22 晚上8:05", "2026-11-22T20:05"),
        ("2026-11-22 凌晨12:05", "2026-11-22T00:05"),
        ("2026-11-22 中午12:05", "2026-11-22T12:05"),
        ("2026-11-22 中午1:05", "2026-11-22T13:05"),
    ],
)
def test_clocks_of_twelve_hours(text: str, at: str) -> None:
    found = parse_time(text, CHINA)
    assert found is not None
    assert (found.at.isoformat(timespec="minutes"), found.precision) == (f"{at}+08:00", "minute")


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("Nov 22, 2026", "2026-11-22T00:00+08:00", "day"),
        ("November 22, 2026 10:00", "2026-11-22T10:00+08:00", "minute"),
        ("22 November 2026", "2026-11-22T00:00+08:00", "day"),
        ("22 Nov 2026", "2026-11-22T00:00+08:00", "day"),
        ("Sunday, 22 Nov 2026 10:00:00 +0000", "2026-11-22T10:00+00:00", "minute"),
        ("Sun, 22 Nov 26 10:00:00 +0000", "2026-11-22T10:00+00:00", "minute"),
        ("22/11/2026", "2026-11-22T00:00+08:00", "day"),
        ("22/11/2026 16:46", "2026-11-22T16:46+08:00", "minute"),
        ("11/22/2026", "2026-11-22T00:00+08:00", "day"),
        ("11/11/2026", "2026-11-11T00:00+08:00", "day"),
    ],
)
def test_dates_as_english_listings_write_them(text: str, at: str, precision: str) -> None:
    found = parse_time(text, CHINA)
    assert found is not None
    assert (found.at.isoformat(timespec="minutes"), found.precision) == (at, precision)


@pytest.mark.parametrize(
    ("zone", "text", "hour"),
    [
        ("Asia/Shanghai", "Sun, 22 Nov 2026 10:00:00 CST", 2),
        ("Asia/Hong_Kong", "Sun, 22 Nov 2026 10:00:00 HKT", 2),
        ("UTC", "Sun, 22 Nov 2026 10:00:00 HKT", 2),
        ("UTC", "Sun, 22 Nov 2026 10:00:00 BJT", 2),
        ("Asia/Shanghai", "Sun, 22 Nov 2026 10:00:00 UT", 10),
        ("America/Chicago", "Sun, 22 Nov 2026 10:00:00 CST", 16),
        ("UTC", "Sun, 22 Nov 2026 10:00:00 CST", 16),
    ],
)
def test_an_abbreviation_of_a_zone_is_read_where_the_source_is(zone: str, text: str, hour: int) -> None:
    found = parse_time(text, ZoneInfo(zone))
    assert found is not None
    assert found.at.astimezone(UTC).hour == hour


@pytest.mark.parametrize(
    "text",
    [
        "",
        "昨天 09:15",
        "03/04/2026",
        "03/04/2026 10:00",
        "1970-01-01 00:00:00",
        "2026-13-45",
        "99999-01-01",
        "Fri, nonsense",
        "0",
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert parse_time(text, CHINA) is None


def test_epochs() -> None:
    seconds, milliseconds = from_epoch(1795140000, "epoch_s"), from_epoch(1795140000123, "epoch_ms")
    assert seconds == milliseconds
    assert seconds is not None
    assert seconds.at == datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    assert from_epoch(0, "epoch_s") is None
    assert from_epoch(1e30, "epoch_s") is None


def test_the_future_is_not_believed() -> None:
    assert believable(Published(at=NOW + timedelta(days=2), precision="minute"), NOW) is None
    assert believable(Published(at=NOW + timedelta(hours=8), precision="minute"), NOW) is not None


def test_the_listing_refines_the_pages_day() -> None:
    day = Published(at=datetime(2026, 11, 20, tzinfo=timezone(timedelta(hours=8))), precision="day")
    minute = Published(at=datetime(2026, 11, 19, 20, 5, tzinfo=UTC), precision="minute")  # the 20th in China
    other = Published(at=datetime(2026, 11, 18, 20, 5, tzinfo=UTC), precision="minute")
    assert best_published(day, minute, NOW) == minute
    assert best_published(day, other, NOW) == day
    assert best_published(None, other, NOW) == other
    assert best_published(other, minute, NOW) == other
    assert best_published(None, None, NOW) is None


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("刚刚", "2026-11-22T20:00:00+08:00", "minute"),
        ("45秒前", "2026-11-22T19:59:00+08:00", "minute"),
        ("2分钟前", "2026-11-22T19:58:00+08:00", "minute"),
        ("15 分鐘前", "2026-11-22T19:45:00+08:00", "minute"),
        ("5 mins ago", "2026-11-22T19:55:00+08:00", "minute"),
        ("3小时前", "2026-11-22T00:00:00+08:00", "day"),
        ("21小时前", "2026-11-21T00:00:00+08:00", "day"),
        ("2天前", "2026-11-20T00:00:00+08:00", "day"),
        ("今天 08:05", "2026-11-22T08:05:00+08:00", "minute"),
        ("昨天 09:15", "2026-11-21T09:15:00+08:00", "minute"),
        ("昨天09:15", "2026-11-21T09:15:00+08:00", "minute"),
        ("前天", "2026-11-20T00:00:00+08:00", "day"),
        ("yesterday", "2026-11-21T00:00:00+08:00", "day"),
        ("07-04 10:04", "2026-07-04T10:04:00+08:00", "minute"),
        ("12-31 23:50", "2025-12-31T23:50:00+08:00", "minute"),
        ("11月20日 9:30", "2026-11-20T09:30:00+08:00", "minute"),
        ("11-20", "2026-11-20T00:00:00+08:00", "day"),
        ("10:04", "2026-11-22T10:04:00+08:00", "minute"),
        ("20:05", "2026-11-22T20:05:00+08:00", "minute"),
        ("23:50", "2026-11-21T23:50:00+08:00", "minute"),
        ("昨天 下午3:05", "2026-11-21T15:05:00+08:00", "minute"),
        ("11月20日 晚上 8:05", "2026-11-20T20:05:00+08:00", "minute"),
        ("yesterday 3:05 PM", "2026-11-21T15:05:00+08:00", "minute"),
    ],
)
def test_times_that_only_a_reader_of_the_hour_understands(text: str, at: str, precision: str) -> None:
    found = relative_time(text, NOW, CHINA)
    assert found is not None
    assert (found.at.isoformat(), found.precision) == (at, precision)


@pytest.mark.parametrize(
    "text", ["", " ", "来源", "2026-11-20 09:30", "31月31日", "06-31 10:00", "25:70", "9999天", "前", "02-29"]
)
def test_what_no_reader_understands(text: str) -> None:
    assert relative_time(text, NOW, CHINA) is None
