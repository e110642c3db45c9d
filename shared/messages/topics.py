"""The topics, and how each is made: the only place that knows their names, partitions and retention."""

from dataclasses import dataclass

DAY = 86_400
"""Seconds."""


@dataclass(frozen=True)
class Topic:
    """A topic's name and settings; `retention` in seconds."""

    name: str
    partitions: int
    retention: int
    replication: int = 3
    min_insync: int = 2


DOCUMENTS = Topic("luming.documents.v1", partitions=6, retention=14 * DAY)
CLASSIFIED = Topic("luming.classified.v1", partitions=6, retention=14 * DAY)
ALERTS = Topic("luming.alerts.v1", partitions=3, retention=90 * DAY)
DEAD_LETTERS = Topic("luming.dead-letters.v1", partitions=3, retention=90 * DAY)
PARKED = Topic("luming.parked.v1", partitions=3, retention=90 * DAY)
"""Messages of a later version than their reader knew, as DeadLetter: kept for `replay`, no alarm."""
REPLAYED = Topic("luming.replayed.v1", partitions=1, retention=91 * DAY)
"""Which letters were sent again: a day longer than they are kept. No consumer group's offset could remember that: it
is one number a partition, and the broker forgets it 7 days after the group's last member left
(kafka.apache.org, offsets.retention.minutes)."""

TOPICS = (DOCUMENTS, CLASSIFIED, ALERTS, DEAD_LETTERS, PARKED, REPLAYED)
