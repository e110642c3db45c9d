"""What the portal counts (prefix luming_portal_)."""

from prometheus_client import CollectorRegistry, Counter, Gauge

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

    def indexed(self, step: Step) -> None:
        """One batch of the indexer has ended."""
        self._indexed.inc(step.indexed)
        self._gone.inc(step.gone)
        if not step.full:
            self._looked.set_to_current_time()
