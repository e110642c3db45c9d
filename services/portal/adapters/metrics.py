"""What the portal counts (prefix luming_portal_)."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from services.portal.application.index import Step


class Metrics:
    """Counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._indexed = Counter(
            "luming_portal_indexed", "Documents put into the search index, again ones included", registry=self.registry
        )
        self._gone = Counter(
            "luming_portal_index_removed", "Documents that left the search index", registry=self.registry
        )
        self._looked = Gauge(
            "luming_portal_index_looked_timestamp_seconds",
            "When the index was last seen to be up to date with the documents",
            registry=self.registry,
        )

        self._answered = Histogram(
            "luming_portal_request_seconds",
            "Time until a request for a page, the API or a feed was answered",
            ("route", "status"),
            registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10),
        )

    def answered(self, route: str, status: int, seconds: float) -> None:
        """A request was answered; `route` is a template of the application's own."""
        self._answered.labels(route, str(status)).observe(seconds)

    def indexed(self, step: Step) -> None:
        """One batch of the indexer has ended."""
        self._indexed.inc(step.indexed)
        self._gone.inc(step.gone)
        if not step.full:
            self._looked.set_to_current_time()
