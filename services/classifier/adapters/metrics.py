"""What the classifier counts (prefix luming_classifier_)."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from services.classifier.application.handle import Outgoing
from services.classifier.application.progress import Offsets
from shared.runtime.lag import ConsumerLag
from shared.runtime.stages import Stages

_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
"""Seconds; an article of 1,500 characters takes a few thousandths."""

KNOWN_ERRORS = ("UnreadableMessage", "PermanentError")
"""The classes of shared/errors.py that end a message; others are defects, which have no bound but the code."""


class Metrics:
    """Counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._documents = Counter(
            "luming_classifier_documents",
            "Documents classified, by kind and relevance",
            ["kind", "relevant"],
            registry=self.registry,
        )
        self._events = Counter(
            "luming_classifier_events", "Events found, by label and status", ["label", "status"], registry=self.registry
        )
        self._dead_letters = Counter(
            "luming_classifier_dead_letters",
            "Messages that could not be worked on, by class of error",
            ["error"],
            registry=self.registry,
        )
        self._parked = Counter(
            "luming_classifier_parked",
            "Messages of a later version than this worker knows, kept for replay",
            registry=self.registry,
        )
        self._oddities = Counter(
            "luming_classifier_oddities",
            "Documents that were classified though something was odd about them, by what it was",
            ["oddity"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "luming_classifier_seconds",
            "Seconds of work on a message, without sending",
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._delay = Histogram(
            "luming_classifier_delay_seconds",
            "Seconds from the crawler's sending to the acknowledged result",
            buckets=(*_BUCKETS, 10, 60, 600),
            registry=self.registry,
        )
        self._waiting = ConsumerLag(self.registry)
        self._stages = Stages(self.registry, ("sent_to_classified",))
        for error in KNOWN_ERRORS:  # at 0 from the start: a rate needs a number before the first one
            self._dead_letters.labels(error)

    def handled(self, outgoing: Outgoing, seconds: float, delay: float | None) -> None:
        """A message was worked on in `seconds` and its result acknowledged, `delay` seconds after it was sent."""
        self._seconds.observe(seconds)
        if outgoing.parked:
            self._parked.inc()
        elif outgoing.dead is not None:
            self._dead_letters.labels(outgoing.dead.error).inc()
        for oddity in outgoing.odd:
            self._oddities.labels(oddity).inc()
        if outgoing.classified is not None:
            relevant = "yes" if outgoing.classified.relevant else "no"
            self._documents.labels(outgoing.classified.kind, relevant).inc()
            for event in outgoing.classified.events:
                self._events.labels(event.label, event.status).inc()
        if delay is not None:
            self._delay.observe(max(0.0, delay))
            self._stages.took("sent_to_classified", delay)

    def waiting(self, group: str, topic: str, offsets: Offsets, now: float) -> None:
        """How far the group has come in the topic at `now` (monotonic seconds)."""
        self._waiting.show(group, topic, offsets.committed, offsets.end, now)
