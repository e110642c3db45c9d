"""What Prometheus counts of the crawler. No label has more values than there are sources or outcomes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from services.crawler.adapters.backlog_metrics import Backlogs
from services.crawler.adapters.pace import said
from services.crawler.adapters.standing_metrics import Standings
from services.crawler.application.values import Backlog, Standing, Verdict
from shared.messages.document import DocumentFound
from shared.runtime.stages import UNTIL_SENT, Stages


class Metrics:
    """The crawler's metrics in a registry. `pauses`: source to the longest one between two polls, in seconds; the ends
    of these sources' polls are counted from 0."""

    def __init__(self, registry: CollectorRegistry, pauses: Mapping[str, float] = MappingProxyType({})) -> None:
        self._polls = Counter("luming_crawler_polls", "Polls that were read", ["source"], registry=registry)
        self._failures = Counter("luming_crawler_poll_failures", "Polls that failed", ["source"], registry=registry)
        for source in pauses:  # an increase needs a number before the first one
            self._polls.labels(source)
            self._failures.labels(source)
        self._items = Counter("luming_crawler_items", "Items that polls listed", ["source"], registry=registry)
        self._new = Counter("luming_crawler_new_items", "Addresses not seen before", ["source"], registry=registry)
        self._left_out = Counter(
            "luming_crawler_left_out_items", "Items without a usable link or past a cap", ["source"], registry=registry
        )
        self._poll_seconds = Histogram("luming_crawler_poll_seconds", "Time of a poll", ["source"], registry=registry)
        self._look_seconds = Histogram(
            "luming_crawler_look_seconds", "Time from fetching a page to its decision", ["source"], registry=registry
        )
        self._looks = Counter(
            "luming_crawler_looks", "Looks at pages by what became of them", ["source", "outcome"], registry=registry
        )
        self._standing = Standings(registry, pauses)
        self._back_requests = Gauge(
            "luming_crawler_history_requests", "Requests made to read a source's past", ["source"], registry=registry
        )
        self._back_items = Gauge(
            "luming_crawler_history_items", "Articles listed by reading back", ["source"], registry=registry
        )
        self._back_waiting = Gauge(
            "luming_crawler_history_waiting", "Requests known to be left of it", ["source"], registry=registry
        )
        self._pauses = Counter(
            "luming_crawler_host_pauses",
            "Times that a host refused and is left alone, by what it answered",
            ["answer"],
            registry=registry,
        )
        self._sent = Counter("luming_crawler_messages_sent", "Messages Kafka acknowledged", registry=registry)
        self._backlog = Backlogs(registry)
        self._stages = Stages(registry, UNTIL_SENT)

    def polled(self, source: str, items: int, new: int, seconds: float, left_out: int = 0) -> None:
        """A good poll. `left_out`: items without a usable link, or past a cap."""
        self._left_out.labels(source).inc(left_out)
        self._polls.labels(source).inc()
        self._items.labels(source).inc(items)
        self._new.labels(source).inc(new)
        self._poll_seconds.labels(source).observe(seconds)

    def poll_failed(self, source: str) -> None:
        """A poll that failed."""
        self._failures.labels(source).inc()

    def read_back(self, source: str, requests: int, items: int, waiting: int) -> None:
        """How far reading back a source's past has come."""
        self._back_requests.labels(source).set(requests)
        self._back_items.labels(source).set(items)
        self._back_waiting.labels(source).set(waiting)

    def stand(self, standings: Sequence[Standing], now: datetime) -> None:
        """How the sources stand at `now`."""
        self._standing.show(standings, now)

    def looked(self, source: str, verdict: Verdict, seconds: float) -> None:
        """A look that ended."""
        self._looks.labels(source, verdict.outcome).inc()
        self._look_seconds.labels(source).observe(seconds)

    def refused(self, host: str, reason: str, pause: float) -> None:
        """A host refused and is left alone for `pause` seconds. Counted by status, or as a check for robots."""
        said(host, reason, pause)
        status, _, check = reason.partition(":")
        self._pauses.labels("check" if check else status).inc()

    def sent(self, documents: Sequence[DocumentFound]) -> None:
        """Documents that Kafka acknowledged, with the time at which they were handed over."""
        self._sent.inc(len(documents))
        for document in documents:
            self._stages.sent(document)

    def waiting(self, backlog: Backlog) -> None:
        """What waits for a look, and what for Kafka."""
        self._backlog.show(backlog)
