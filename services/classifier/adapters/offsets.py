"""Asks the broker how far the group has come, by a connection of its own: a stalled consumer cannot tell."""

from collections.abc import Iterator
from contextlib import contextmanager

from kafka import KafkaAdminClient, TopicPartition

from services.classifier.adapters.nobodys import Nobodys
from services.classifier.application.progress import Offsets
from shared.runtime.kafka import admin_client
from shared.runtime.kafka_security import Brokers
from shared.runtime.lag import topic_bounds

TIMEOUT = 10.0
"""Seconds for each question."""


class GroupOffsets:
    """Committed and end offsets of one group on one topic."""

    def __init__(self, admin: KafkaAdminClient, group: str, topic: str) -> None:
        self._admin = admin
        self._group = group
        self._topic = topic
        self.nobodys = Nobodys(admin, group, topic)

    def ask(self) -> Offsets:
        """The offsets now; a partition without a commit counts from its first message. Raises KafkaError."""
        first, end = topic_bounds(self._admin, self._topic)
        partitions = [TopicPartition(self._topic, each) for each in end]
        known = self._admin.list_group_offsets({self._group: partitions}).get(self._group, {})
        committed = {
            each.partition: known[each].offset if each in known and known[each].offset >= 0 else first[each.partition]
            for each in partitions
        }
        return Offsets(committed=committed, end=end, first=first)


@contextmanager
def group_offsets(servers: Brokers, group: str, topic: str) -> Iterator[GroupOffsets]:
    """Offsets over one open connection. Raises TransientError when no broker answers."""
    with admin_client(servers, timeout=TIMEOUT) as admin:
        yield GroupOffsets(admin, group, topic)
