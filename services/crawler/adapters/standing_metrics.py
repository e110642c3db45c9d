"""How each source stands, for Prometheus: read from the database, so that every crawler shows the same."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge

from services.crawler.application.values import Standing
from services.crawler.domain.completeness import shares_of
from services.crawler.domain.health import STATES, health_of


class Standings:
    """Gauges by source. `pauses`: source to the longest time between two polls that its settings allow, in seconds."""

    def __init__(self, registry: CollectorRegistry, pauses: Mapping[str, float]) -> None:
        self._success = Gauge(
            "luming_crawler_last_success_timestamp_seconds",
            "Last poll that was read; before the first, when it was due",
            ["source"],
            registry=registry,
        )
        pause = Gauge(
            "luming_crawler_source_longest_pause_seconds",
            "Longest time between two polls that its settings allow",
            ["source"],
            registry=registry,
        )
        for source, seconds in pauses.items():
            pause.labels(source).set(seconds)
        self._health = Gauge(
            "luming_crawler_source_health", "1 for the state it is in", ["source", "state"], registry=registry
        )
        self._completeness = Gauge(
            "luming_crawler_source_completeness",
            "Share of its last pages with it",
            ["source", "field"],
            registry=registry,
        )
        self._gap = Gauge(
            "luming_crawler_source_expected_gap_seconds",
            "Time after the newest article within which the next was to be expected",
            ["source"],
            registry=registry,
        )
        self._silence = Gauge(
            "luming_crawler_source_silence_seconds", "Time since its newest article", ["source"], registry=registry
        )
        self._failures = Gauge(
            "luming_crawler_source_failures_in_a_row", "Polls that failed since the last good one", ["source"],
            registry=registry,
        )  # fmt: skip
        self._lost = Gauge(
            "luming_crawler_failed_parts", "Questions that fail for good, poll after poll", ["source"],
            registry=registry,
        )  # fmt: skip

    def show(self, standings: Sequence[Standing], now: datetime) -> None:
        """Set all gauges for these sources; what is not known is not shown."""
        for one in standings:
            health = health_of(one.health)
            for state in STATES:
                self._health.labels(one.name, state).set(state == health.state)
            for field, shares in shares_of(one.completeness).items():
                if shares.lately is not None:
                    self._completeness.labels(one.name, field).set(shares.lately)
            if health.gap is not None:
                self._gap.labels(one.name).set(health.gap)
            if one.last_new is not None:
                self._silence.labels(one.name).set((now - one.last_new).total_seconds())
            if (read := one.last_success or _due_first(one)) is not None:
                self._success.labels(one.name).set(read.timestamp())
            self._failures.labels(one.name).set(one.failures)
            self._lost.labels(one.name).set(health.lost)


def _due_first(one: Standing) -> datetime | None:
    """Since when a source waits that was never polled; polls that fail move it, and are told as failures."""
    return one.next_poll if one.failures == 0 else None
