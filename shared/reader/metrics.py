"""What is counted of the language model: five counters of one service."""

from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter

from shared.reader.question import NotAskedFor


@dataclass(frozen=True)
class Names:
    """What a service calls its five counters, each in full, so that a search for one finds where it is counted."""

    asked: str
    answered: str
    remembered: str
    dropped: str
    refused: str


class ReaderMetrics:
    """Counters in a service's registry; made only where the model is on."""

    def __init__(self, registry: CollectorRegistry, names: Names) -> None:
        self._asked = Counter(names.asked, "Requests sent to the second reader", registry=registry)
        self._answered = Counter(
            names.answered, "Requests that the second reader answered by the schema", registry=registry
        )
        self._remembered = Counter(names.remembered, "Questions whose answer was known from before", registry=registry)
        self._dropped = Counter(
            names.dropped,
            "Answers, and entries of answers, that were dropped, by reason",
            ["reason"],
            registry=registry,
        )
        self._refused = Counter(
            names.refused,
            "Questions that were not asked: rights, time, the day's requests or characters, breaker",
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

    def dropped(self, reason: str) -> None:
        """An answer, or an entry of it, was dropped; `reason`: question.Dropped, or a word of the service's own."""
        self._dropped.labels(reason).inc()

    def refused(self, by: NotAskedFor) -> None:
        """Nothing was asked."""
        self._refused.labels(by).inc()
