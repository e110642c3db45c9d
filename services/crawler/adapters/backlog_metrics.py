"""What waits in the crawler's queue and outbox, for Prometheus: of all crawlers together, as the database has it."""

from prometheus_client import CollectorRegistry, Gauge

from services.crawler.application.values import Backlog


class Backlogs:
    """Four gauges."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._queue = Gauge("luming_crawler_queue_pages", "Pages that are due", registry=registry)
        self._unsent = Gauge("luming_crawler_outbox_unsent", "Messages that wait for Kafka", registry=registry)
        self._oldest = Gauge(
            "luming_crawler_outbox_oldest_age_seconds",
            "Time for which the oldest of them has been waiting",
            registry=registry,
        )
        self._refused = Gauge(
            "luming_crawler_outbox_refused", "Messages that cannot be sent and were set aside", registry=registry
        )

    def show(self, backlog: Backlog) -> None:
        """Set all of them."""
        self._queue.set(backlog.pages)
        self._unsent.set(backlog.messages)
        self._oldest.set(backlog.oldest)
        self._refused.set(backlog.refused)
