"""Times as listings write them."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from services.crawler.domain.dates import believable, best_published, from_epoch, parse_time
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
    "text", ["", "昨天 09:15", "1970-01-01 00:00:00", "2026-13-45", "99999-01-01", "Fri, nonsense", "0"]
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
