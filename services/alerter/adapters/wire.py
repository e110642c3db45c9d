"""The way out to Kafka: a producer that is made when it is first needed and anew after it failed for good."""

from collections.abc import Callable, Sequence

from kafka import KafkaProducer
from kafka.errors import KafkaError

from shared.errors import TransientError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

_ANSWER = 10.0
"""Seconds to wait for an acknowledgement."""


class KafkaWire:
    """Sends and waits for the broker's answers; for one thread."""

    def __init__(self, make: Callable[[], KafkaProducer]) -> None:
        """`make` raises TransientError when no broker answers."""
        self._make = make
        self._producer: KafkaProducer | None = None

    def send(self, topic: str, messages: Sequence[tuple[bytes | None, bytes]]) -> int:
        """How many, from the first, were acknowledged. Raises TransientError when not even one was."""
        if self._producer is None:
            self._producer = self._make()
        acknowledged = 0
        try:
            futures = [self._producer.send(topic, key=key, value=value) for key, value in messages]
            for future in futures:
                future.get(timeout=_ANSWER)
                acknowledged += 1
        except KafkaError as error:
            self.close(0)  # an idempotent producer may be beyond repair; the unmarked rows are sent by the next one
            if not acknowledged:
                raise TransientError(f"Kafka took nothing: {error}") from error
            log.warning("Kafka took only the first", sent=acknowledged, of=len(messages), error=str(error))
        return acknowledged

    def close(self, seconds: float = 3.0) -> None:
        """Hang up."""
        if self._producer is not None:
            try:
                self._producer.close(timeout=seconds)
            except KafkaError as error:
                log.warning("the producer ended badly", error=str(error))
            self._producer = None
