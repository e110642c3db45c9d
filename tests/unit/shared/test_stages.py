"""Stages are timed where their times are known."""

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry

from shared.messages import DocumentFound, Times
from shared.messages.common import Published
from shared.runtime.stages import UNTIL_SENT, Stages

pytestmark = pytest.mark.unit

SEEN = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def found(published: Published | None) -> DocumentFound:
    times = Times(first_seen=SEEN, fetched=SEEN + timedelta(seconds=2), sent=SEEN + timedelta(seconds=2.5))
    return DocumentFound(
        document_id="0" * 32, revision=1, url="https://example.com/1", source="wire", title="标题", paragraphs=("一",),
        language="zh-Hans", published=published, times=times,
    )  # fmt: skip


def told(registry: CollectorRegistry, what: str) -> dict[str, float]:
    return {
        sample.labels["stage"]: sample.value
        for family in registry.collect()
        for sample in family.samples
        if sample.name == f"luming_stage_seconds_{what}"
    }


def took(published: Published | None, what: str = "sum") -> dict[str, float]:
    registry = CollectorRegistry()
    Stages(registry, UNTIL_SENT).sent(found(published))
    return told(registry, what)


def test_the_crawlers_stages() -> None:
    published = Published(at=SEEN - timedelta(minutes=3), precision="minute")
    assert took(published) == {
        "published_to_first_seen": 180.0,
        "first_seen_to_fetched": 2.0,
        "fetched_to_sent": 0.5,
    }


@pytest.mark.parametrize("published", [None, Published(at=SEEN.replace(hour=0), precision="day")])
def test_of_a_day_alone_no_seconds_are_counted(published: Published | None) -> None:
    assert took(published, "count") == {
        "published_to_first_seen": 0,
        "first_seen_to_fetched": 1,
        "fetched_to_sent": 1,
    }


def test_a_stage_is_there_at_0_before_the_first_document() -> None:
    registry = CollectorRegistry()
    Stages(registry, ("sent_to_classified",))
    assert told(registry, "count") == {"sent_to_classified": 0}


def test_a_publisher_whose_clock_is_fast_counts_as_at_once() -> None:
    assert took(Published(at=SEEN + timedelta(minutes=5), precision="minute"))["published_to_first_seen"] == 0
