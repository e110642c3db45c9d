"""When a source was last read is told from what the database knows, so that a restart hides nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry

from services.crawler.adapters.metrics import Metrics
from services.crawler.application.values import Standing

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = 86_400.0
NEVER = Standing("gazette", {}, {}, {}, next_poll=NOW - timedelta(hours=9))


def told(one: Standing, metric: str) -> float | None:
    """What a crawler says that was started a moment ago."""
    registry = CollectorRegistry()
    Metrics(registry, {"gazette": 7 * DAY}).stand([one], NOW)
    return registry.get_sample_value(metric, {"source": "gazette"})


def read(one: Standing) -> float | None:
    return told(one, "luming_crawler_last_success_timestamp_seconds")


def test_a_crawler_that_polled_nothing_yet_tells_the_last_good_poll_of_the_one_before() -> None:
    assert read(replace(NEVER, last_success=NOW - timedelta(days=2))) == (NOW - timedelta(days=2)).timestamp()


def test_a_source_that_nobody_ever_polled_counts_from_when_it_was_due() -> None:
    assert read(NEVER) == (NOW - timedelta(hours=9)).timestamp()


def test_a_source_that_failed_from_the_first_poll_on_is_told_as_failing() -> None:
    assert read(replace(NEVER, failures=3, next_poll=NOW + timedelta(minutes=40))) is None


def test_the_first_poll_that_fails_after_a_start_is_counted() -> None:
    """An increase counts from the first number that Prometheus sees: of a series that begins with 1 it tells none."""
    registry = CollectorRegistry()
    Metrics(registry, {"gazette": 7 * DAY})
    for metric in ("luming_crawler_poll_failures_total", "luming_crawler_polls_total"):
        assert registry.get_sample_value(metric, {"source": "gazette"}) == 0


def test_how_long_its_settings_let_it_rest_is_told_before_any_poll() -> None:
    assert told(NEVER, "luming_crawler_source_longest_pause_seconds") == 7 * DAY
