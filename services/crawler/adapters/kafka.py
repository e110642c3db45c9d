"""Kafka as the relay sees it: a producer that is made anew after every failure."""

import time
from collections.abc import Sequence

from kafka import KafkaProducer
from kafka.errors import KafkaError

from shared.errors import TransientError
from shared.messages.topics import DOCUMENTS
from shared.runtime.kafka import make_producer
from shared.runtime.kafka_security import Brokers

ANSWER = 10.0
"""Seconds for the broker to acknowledge a batch."""


class KafkaSender:
    """Sends and waits for the acknowledgements.

    After a failure the producer is closed at once: what it still held would otherwise go out later, beside the rows
    that are read again; and after some errors (a sequence out of order) it never recovers.
    """

    def __init__(self, servers: Brokers, client_id: str) -> None:
        self._servers = servers
        self._client_id = client_id
        self._producer: KafkaProducer | None = None

    def open(self) -> None:
        """Get ready, so that the first message need not wait. Raises TransientError when no broker answers."""
        try:
            self._producer = self._producer or make_producer(self._servers, self._client_id)
            self._producer.partitions_for(DOCUMENTS.name)
        except (KafkaError, OSError) as error:
            self.close()
            raise TransientError(f"the broker does not answer: {type(error).__name__}: {error}") from error

    def send(self, messages: Sequence[tuple[str, str, bytes]]) -> list[bool]:
        """Hand over (topic, key, value) in order; tells of each whether it was acknowledged.

        Raises TransientError when the broker took none.
        """
        taken: list[bool] = []
        failure: Exception | None = None
        try:
            producer = self._producer = self._producer or make_producer(self._servers, self._client_id)
            futures = [producer.send(topic, key=key.encode(), value=value) for topic, key, value in messages]
        except TransientError:
            raise
        except (KafkaError, OSError) as error:
            self.close()
            raise TransientError(f"the broker does not answer: {type(error).__name__}: {error}") from error
        end = time.monotonic() + ANSWER
        for future in futures:
            try:
                future.get(timeout=max(0.0, end - time.monotonic()))
                taken.append(True)
            except (KafkaError, OSError) as error:
                failure = error
                taken.append(False)
        if failure is not None:
            self.close()
            if not any(taken):
                raise TransientError(f"the broker took nothing: {type(failure).__name__}: {failure}") from failure
        return taken

    def close(self) -> None:
        """Let go of the producer and of whatever it has not sent."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        try:
            producer.close(timeout=0)
        except KafkaError:
            # close() leaves its sending thread alive when what it holds cannot go out at once (kafka-python 3.0.12).
            producer._sender.force_close()
