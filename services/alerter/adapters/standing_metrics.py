"""How the ledger stands, for Prometheus."""

from collections.abc import Collection
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge

from services.alerter.adapters.standing import Standing


class Standings:
    """Gauges of what waits, and the clock of the last delivery."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._unsent = Gauge(
            "luming_alerter_outbox_unsent", "Messages that wait for Kafka", ["topic"], registry=registry
        )
        self._unsent_age = Gauge(
            "luming_alerter_outbox_oldest_age_seconds",
            "Time for which the oldest of them has been waiting",
            ["topic"],
            registry=registry,
        )
        self._due_age = Gauge(
            "luming_alerter_due_oldest_age_seconds",
            "Time for which the oldest due delivery has been waiting",
            ["channel"],
            registry=registry,
        )
        self._last = Gauge(
            "luming_alerter_last_delivery_timestamp_seconds",
            "When the last message was delivered",
            ["channel", "kind"],
            registry=registry,
        )
        self._newest: dict[tuple[str, str], float] = {}

    def show(self, standing: Standing, kinds: Collection[str]) -> None:
        """Set all gauges; of the `kinds` of channel those without a due delivery have the age 0."""
        for topic, (unsent, age) in standing.outbox.items():
            self._unsent.labels(topic).set(unsent)
            self._unsent_age.labels(topic).set(max(0.0, age))
        for kind in {*kinds, *standing.oldest_due}:
            self._due_age.labels(kind).set(max(0.0, standing.oldest_due.get(kind, 0.0)))

    def delivered(self, channel: str, kind: str, at: datetime) -> None:
        """A message of that kind was delivered over that kind of channel; an earlier one than is known is no news."""
        newest = max(at.timestamp(), self._newest.get((channel, kind), 0.0))
        self._newest[channel, kind] = newest
        self._last.labels(channel, kind).set(newest)
