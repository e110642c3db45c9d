"""How far a consumer group is behind, in messages and in seconds, under the names that Kafka's exporters use.

The seconds are those since the first waiting message was seen to be there: the ends of the partitions are remembered
with the time of each look, so no message has to be read for it. A process that starts before a backlog counts from its
first look.
"""

from collections.abc import Mapping

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import OffsetSpec
from prometheus_client import CollectorRegistry, Gauge

LOOKS_KEPT = 1_000
"""Looks remembered a partition; beyond them every second one is forgotten, so that days of a standstill fit."""


class LagClock:
    """Since when the messages of one partition wait."""

    def __init__(self) -> None:
        self._looks: list[tuple[float, int]] = []

    def seconds(self, now: float, committed: int, end: int) -> float:
        """Seconds at `now` (monotonic) for which the message at `committed` has been there; 0 when none waits."""
        if not self._looks or end > self._looks[-1][1]:
            self._looks.append((now, end))
        if end < self._looks[-1][1]:  # the topic was made anew
            self._looks = [(now, end)]
        while self._looks and self._looks[0][1] <= committed:
            del self._looks[0]
        if len(self._looks) > LOOKS_KEPT:
            del self._looks[1::2]
        return now - self._looks[0][0] if self._looks else 0.0


class ConsumerLag:
    """Gauges by consumergroup, topic and partition: as many as a topic has partitions."""

    def __init__(self, registry: CollectorRegistry) -> None:
        which = ["consumergroup", "topic", "partition"]
        self._lag = Gauge(
            "luming_kafka_consumergroup_lag", "Messages that wait for the group", which, registry=registry
        )
        self._seconds = Gauge(
            "luming_kafka_consumergroup_lag_seconds",
            "Seconds for which the first waiting message has been there",
            which,
            registry=registry,
        )
        self._current = Gauge(
            "luming_kafka_consumergroup_current_offset", "Next offset that the group reads", which, registry=registry
        )
        self._end = Gauge(
            "luming_kafka_topic_partition_current_offset",
            "Offset of the next message to be written",
            ["topic", "partition"],
            registry=registry,
        )
        self._clocks: dict[tuple[str, str, int], LagClock] = {}

    def show(self, group: str, topic: str, committed: Mapping[int, int], end: Mapping[int, int], now: float) -> None:
        """Set all gauges of the topic; a partition without a position is read from 0. `now`: monotonic seconds."""
        for partition, last in end.items():
            at = committed.get(partition, 0)
            clock = self._clocks.setdefault((group, topic, partition), LagClock())
            names = (group, topic, str(partition))
            self._lag.labels(*names).set(max(0, last - at))
            self._seconds.labels(*names).set(clock.seconds(now, at, last))
            self._current.labels(*names).set(at)
            self._end.labels(topic, str(partition)).set(last)


def topic_bounds(admin: KafkaAdminClient, topic: str) -> tuple[dict[int, int], dict[int, int]]:
    """First offset and next offset of each partition. Raises KafkaError."""
    described = admin.describe_topics([topic])
    partitions = [TopicPartition(topic, each["partition_index"]) for each in described[0]["partitions"]]
    first = admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.EARLIEST))
    end = admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST))
    return (
        {each.partition: first[each].offset for each in partitions},
        {each.partition: end[each].offset for each in partitions},
    )
