"""Reads the dead letters, to know which pages they concern; no group, so nobody's position is moved."""

import json

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from deploy.local.accounting import Letter
from shared.errors import UnreadableMessage
from shared.messages import DeadLetter
from shared.messages.codec import decode
from shared.messages.topics import DEAD_LETTERS
from shared.runtime.kafka_security import Brokers, cluster_of


class LetterBox:
    """All dead letters since the first one on the topic, looked at again and again. For one thread."""

    def __init__(self, brokers: Brokers) -> None:
        self._brokers = brokers
        self._consumer: KafkaConsumer | None = None
        self.letters: list[Letter] = []

    def look(self) -> str:
        """Take in what is new; gives why it could not, empty when it could."""
        try:
            consumer = self._connected()
            for records in consumer.poll(timeout_ms=50).values():
                self.letters.extend(_read(record.value) for record in records)
        except (KafkaError, OSError) as error:
            return f"dead letters cannot be read: {error}"
        return ""

    def close(self) -> None:
        """Hang up."""
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None

    def _connected(self) -> KafkaConsumer:
        if self._consumer is None:
            self._consumer = KafkaConsumer(**cluster_of(self._brokers).options(), enable_auto_commit=False)
        if not self._consumer.assignment():
            partitions = self._consumer.partitions_for_topic(DEAD_LETTERS.name) or set()
            if partitions:
                self._consumer.assign([TopicPartition(DEAD_LETTERS.name, number) for number in partitions])
                self._consumer.seek_to_beginning()
        return self._consumer


def _read(value: bytes | None) -> Letter:
    try:
        letter = decode(DeadLetter, value)
    except UnreadableMessage as error:
        return Letter("unknown", f"unreadable dead letter: {error}")
    return Letter(letter.service, f"{letter.error}: {letter.reason}", letter.document_id, _revision(letter.value))


def _revision(original: bytes | None) -> int | None:
    """The revision that the failed message spoke of, as far as its bytes tell."""
    try:
        plain = json.loads(original or b"")
        return int(plain["revision"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
