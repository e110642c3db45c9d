"""What the alerter measures of the whole: recall of the last day, and when the last canary arrived.

Read from the database, so that every alerter shows the same. What is not known is NaN, which meets no threshold.
"""

from collections.abc import Mapping
from datetime import datetime
from math import nan

from prometheus_client import CollectorRegistry, Gauge

from services.alerter.domain.recall import FATES


class SelfMetrics:
    """Gauges without labels, but for the fates of headlines."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._ratio = Gauge(
            "luming_recall_ratio",
            "Share of the neutral index's headlines about watched companies that was told; NaN: not measured",
            registry=registry,
        )
        self._wanted = Gauge(
            "luming_recall_wanted_ratio",
            "The same without the headlines that are left out by rule; NaN: not measured",
            registry=registry,
        )
        self._measured = Gauge(
            "luming_recall_measured", "1: the last day was measured, 0: its index failed or shrank", registry=registry
        )
        self._day = Gauge(
            "luming_recall_day_timestamp_seconds", "Beginning of the day that the recall is of", registry=registry
        )
        self._headlines = Gauge(
            "luming_recall_headlines", "Headlines of that day by what became of them", ["fate"], registry=registry
        )
        self._canary = Gauge(
            "luming_canary_last_delivered_timestamp_seconds",
            "When the last canary arrived; before the first, since when one is waited for; NaN: none is",
            registry=registry,
        )
        for fate in FATES:
            self._headlines.labels(fate)
        for gauge in (self._ratio, self._wanted, self._day, self._canary):
            gauge.set(nan)

    def recall(self, day: datetime, ratio: float | None, counts: Mapping[str, float | None]) -> None:
        """The day that begins at `day`; `ratio` None: it was not measured."""
        wanted = counts.get("wanted_ratio")
        self._day.set(day.timestamp())
        self._measured.set(ratio is not None)
        self._ratio.set(nan if ratio is None else ratio)
        self._wanted.set(nan if wanted is None else wanted)
        for fate in FATES:
            self._headlines.labels(fate).set(counts.get(fate) or 0)

    def canary(self, delivered: datetime | None) -> None:
        """When the last one arrived; None: none is waited for."""
        self._canary.set(nan if delivered is None else delivered.timestamp())
