"""The stages of a document's way from publication to delivery, each timed where it ends.

All services export one histogram of this name, each its own stages; shared/messages/common.py says what the times are.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from prometheus_client import CollectorRegistry, Histogram

from shared.messages import DocumentFound
from shared.messages.common import Published

Stage = Literal[
    "published_to_first_seen",
    "first_seen_to_fetched",
    "fetched_to_sent",
    "sent_to_classified",
    "classified_to_decided",
    "decided_to_delivered",
    "first_seen_to_delivered",
    "published_to_delivered",
]

UNTIL_SENT: tuple[Stage, ...] = ("published_to_first_seen", "first_seen_to_fetched", "fetched_to_sent")
"""The crawler's, which `Stages.sent` times."""

BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60, 120, 300, 900, 3600, 4 * 3600, 86_400)
"""Seconds: tenths for what the machines do, hours for what publishers and backlogs do."""


class Stages:
    """One histogram, by stage."""

    def __init__(self, registry: CollectorRegistry, own: Iterable[Stage]) -> None:
        """`own`: the stages that end in this service, at 0 from the start: Prometheus' increase() does not count what
        a series begins with, so that the first document after each restart would be left out."""
        self._seconds = Histogram(
            "luming_stage_seconds",
            "Seconds of a stage on the way from publication to delivery",
            ["stage"],
            buckets=BUCKETS,
            registry=registry,
        )
        for stage in own:
            self._seconds.labels(stage)

    def passed(self, stage: Stage, began: datetime | None, ended: datetime | None) -> None:
        """A document passed the stage; nothing is counted where one of the times is not known."""
        if began is not None and ended is not None:
            self.took(stage, (ended - began).total_seconds())

    def took(self, stage: Stage, seconds: float) -> None:
        """The stage took so many seconds; clocks that disagree make it 0, never less."""
        self._seconds.labels(stage).observe(max(0.0, seconds))

    def sent(self, document: DocumentFound) -> None:
        """The crawler's stages of a document that Kafka took."""
        times = document.times
        self.passed("published_to_first_seen", minute_of(document.published), times.first_seen)
        self.passed("first_seen_to_fetched", times.first_seen, times.fetched)
        self.passed("fetched_to_sent", times.fetched, times.sent)


def minute_of(published: Published | None) -> datetime | None:
    """When it was published, where that is known to the minute: of a day alone no seconds can be counted."""
    return published.at if published is not None and published.precision == "minute" else None
