"""What is counted of the second reader (prefix luming_classifier_second_reader_)."""

from prometheus_client import CollectorRegistry, Counter

from services.classifier.domain.second_opinion import EntryDropped
from shared.reader.question import Dropped, NotAskedFor


class SecondReaderMetrics:
    """Counters in the classifier's registry; made only where the second reader is on."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._asked = Counter(
            "luming_classifier_second_reader_asked", "Requests sent to the second reader", registry=registry
        )
        self._answered = Counter(
            "luming_classifier_second_reader_answered",
            "Requests that the second reader answered by the schema",
            registry=registry,
        )
        self._remembered = Counter(
            "luming_classifier_second_reader_remembered",
            "Questions whose answer was known from before",
            registry=registry,
        )
        self._dropped = Counter(
            "luming_classifier_second_reader_dropped",
            "Answers, and entries of answers, that were dropped, by reason",
            ["reason"],
            registry=registry,
        )
        self._refused = Counter(
            "luming_classifier_second_reader_refused",
            "Questions that were not asked: rights, the day's requests or characters, breaker",
            ["by"],
            registry=registry,
        )

    def asked(self) -> None:
        """A request is sent."""
        self._asked.inc()

    def answered(self) -> None:
        """It was answered by the schema."""
        self._answered.inc()

    def remembered(self) -> None:
        """The answer was known from before; nothing was sent."""
        self._remembered.inc()

    def dropped(self, reason: Dropped | EntryDropped) -> None:
        """An answer, or an entry of it, was dropped."""
        self._dropped.labels(reason).inc()

    def refused(self, by: NotAskedFor) -> None:
        """Nothing was asked."""
        self._refused.labels(by).inc()
