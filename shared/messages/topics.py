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

TOPICS = (DOCUMENTS, CLASSIFIED, ALERTS, DEAD_LETTERS)
