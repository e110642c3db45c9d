"""How far a group is behind, in seconds, told from offsets alone."""

import pytest
from prometheus_client import CollectorRegistry

from shared.runtime.lag import LOOKS_KEPT, ConsumerLag, LagClock

pytestmark = pytest.mark.unit


def test_nothing_waits_for_who_has_read_all() -> None:
    clock = LagClock()
    assert [clock.seconds(now, committed=now, end=now) for now in (0, 5, 10)] == [0, 0, 0]


def test_the_seconds_are_those_since_the_first_waiting_message_came() -> None:
    clock = LagClock()
    clock.seconds(0.0, 10, 10)
    assert clock.seconds(5.0, 10, 12) == 0
    assert clock.seconds(20.0, 10, 15) == 15
    assert clock.seconds(30.0, 12, 15) == 10  # what came by 5 is read, what came by 20 waits
    assert clock.seconds(35.0, 15, 15) == 0


def test_a_standstill_is_counted_while_nothing_new_comes() -> None:
    clock = LagClock()
    clock.seconds(0.0, 0, 1)
    assert clock.seconds(3_600.0, 0, 1) == 3_600


def test_a_topic_made_anew_begins_anew() -> None:
    clock = LagClock()
    clock.seconds(0.0, 50, 100)
    assert clock.seconds(10.0, 0, 3) == 0
    assert clock.seconds(15.0, 0, 3) == 5


def test_days_of_a_standstill_fit_into_memory_and_keep_their_beginning() -> None:
    clock = LagClock()
    for look in range(20 * LOOKS_KEPT):
        waited = clock.seconds(float(look), 0, look + 1)
    assert waited == 20 * LOOKS_KEPT - 1
    assert len(clock._looks) <= LOOKS_KEPT


def test_gauges_carry_the_names_that_exporters_use() -> None:
    registry = CollectorRegistry()
    lag = ConsumerLag(registry)
    lag.show("group", "topic", {0: 4}, {0: 10, 1: 2}, now=0.0)
    lag.show("group", "topic", {0: 4}, {0: 10, 1: 2}, now=7.0)
    of = {"consumergroup": "group", "topic": "topic"}
    assert registry.get_sample_value("luming_kafka_consumergroup_lag", {**of, "partition": "0"}) == 6
    assert registry.get_sample_value("luming_kafka_consumergroup_lag", {**of, "partition": "1"}) == 2
    assert registry.get_sample_value("luming_kafka_consumergroup_lag_seconds", {**of, "partition": "0"}) == 7
    assert registry.get_sample_value("luming_kafka_consumergroup_current_offset", {**of, "partition": "0"}) == 4
    end = {"topic": "topic", "partition": "0"}
    assert registry.get_sample_value("luming_kafka_topic_partition_current_offset", end) == 10
