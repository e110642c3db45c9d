"""Letters on Kafka: read from their first to the last there is, sent again, and marked on a topic of their own."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from services.classifier.application.handle import FAILURES, SERVICE
from services.classifier.application.replay import Place, Stored
from shared.errors import PermanentError, TransientError, UnreadableMessage
from shared.messages import DeadLetter, LetterReplayed
from shared.messages.codec import decode, encode
from shared.messages.topics import DEAD_LETTERS, PARKED, REPLAYED
from shared.runtime.kafka import make_consumer, make_producer, typed
from shared.runtime.kafka_security import Brokers
from shared.runtime.logs import get_logger

log = get_logger(__name__)

CLIENT = "luming-replay"
"""Name of the connections; also a group that commits nothing, since the consumers' factory wants one."""
LARGEST = 3_000_000
"""Bytes of an original before compression: as much as the stream itself sends."""
WAIT = 30.0
"""Seconds without an answer after which the broker counts as away."""
POLL = 0.5
"""Seconds of one poll."""


class KafkaLetters:
    """Letters over connections that are opened when they are needed and closed by `close`."""

    def __init__(self, servers: Brokers) -> None:
        """Nothing is asked yet; `servers` is host:port, comma-separated."""
        self._servers = servers
        self._producer: Any = None
        self._sought: KafkaConsumer | None = None

    def read(self) -> Iterator[Stored]:
        """All dead and parked letters there are now. Raises TransientError when the broker is away."""
        for record in self._records(DEAD_LETTERS.name, PARKED.name):
            try:
                letter = decode(DeadLetter, record.value)
            except UnreadableMessage as error:
                place = f"{record.topic}/{record.partition}/{record.offset}"
                log.warning("a letter that cannot be read is left where it is", place=place, reason=str(error)[:300])
            else:
                yield Stored(Place(record.topic, record.partition, record.offset), letter)

    def replayed(self) -> set[Place]:
        """What is remembered of this service. Raises as `read`; UnreadableMessage when a mark is none."""
        marks = (decode(LetterReplayed, record.value) for record in self._records(REPLAYED.name))
        return {Place(mark.topic, mark.partition, mark.offset) for mark in marks if mark.service == SERVICE}

    def original(self, letter: DeadLetter) -> bytes | None:
        """The bytes in the letter; of a shortened one those at its original place, if they are the same message."""
        if letter.of_bytes is None:
            return letter.value
        try:
            record = self._fetch(TopicPartition(letter.topic, letter.partition), letter.offset)
        except KafkaError as error:
            raise typed(error) from error
        value: bytes | None = record.value if record is not None and record.offset == letter.offset else None
        if value is None or len(value) != letter.of_bytes or not value.startswith(letter.value or b""):
            raise PermanentError("the letter holds the beginning only, and the original is kept no longer")
        return value

    def send(self, again: Sequence[tuple[DeadLetter, bytes | None]]) -> None:
        """Under the same key, so to the same partition; a header says how often the message failed."""
        self._give(
            (letter.topic, letter.key, value, [(FAILURES, str(letter.attempts).encode())]) for letter, value in again
        )

    def mark(self, places: Sequence[Place], now: datetime) -> None:
        """One small message a letter, on a topic that forgets it later than the letter."""
        marks = [
            LetterReplayed(
                service=SERVICE, topic=place.topic, partition=place.partition, offset=place.offset, replayed=now
            )
            for place in places
        ]
        self._give(
            (REPLAYED.name, f"{mark.topic}/{mark.partition}/{mark.offset}".encode(), encode(mark), []) for mark in marks
        )

    def close(self) -> None:
        """Hang up."""
        if self._producer is not None:
            self._producer.close(timeout=WAIT)
        if self._sought is not None:
            self._sought.close()

    def _give(self, messages: Iterator[tuple[str, bytes | None, bytes | None, list[tuple[str, bytes]]]]) -> None:
        self._producer = self._producer or make_producer(self._servers, CLIENT, LARGEST)
        try:
            sent = [
                self._producer.send(topic, key=key, value=value, headers=headers)
                for topic, key, value, headers in messages
            ]
            for each in sent:
                each.get(timeout=WAIT)
        except KafkaError as error:
            raise typed(error) from error

    def _fetch(self, partition: TopicPartition, offset: int) -> Any:
        """The first record from `offset` on, None where there is none."""
        if self._sought is None:
            self._sought = make_consumer(self._servers, CLIENT, CLIENT)
        consumer = self._sought
        consumer.assign([partition])
        first, end = consumer.beginning_offsets([partition])[partition], consumer.end_offsets([partition])[partition]
        if not first <= offset < end:
            return None
        consumer.seek(partition, offset)
        for records in _polls(consumer):
            if records:
                return records[0]
        return None

    def _records(self, *topics: str) -> Iterator[Any]:
        """From the first message to the last there is when it is asked for; a topic that is not made yet is empty."""
        consumer = make_consumer(self._servers, CLIENT, CLIENT)
        try:
            places = [
                TopicPartition(topic, number)
                for topic in sorted(consumer.topics() & set(topics))
                for number in sorted(consumer.partitions_for_topic(topic) or ())
            ]
            if not places:
                return
            consumer.assign(places)
            ends = consumer.end_offsets(places)
            consumer.seek_to_beginning(*places)
            if not _open(consumer, ends):
                return
            for records in _polls(consumer):
                yield from (each for each in records if each.offset < ends[TopicPartition(each.topic, each.partition)])
                if not _open(consumer, ends):
                    return
        except KafkaError as error:
            raise typed(error) from error
        finally:
            consumer.close()


def _open(consumer: KafkaConsumer, ends: dict[TopicPartition, int]) -> bool:
    """Whether there is more to read before `ends`."""
    return any(consumer.position(place) < end for place, end in ends.items())


def _polls(consumer: KafkaConsumer) -> Iterator[list[Any]]:
    """What each poll brings. Raises TransientError after WAIT seconds of nothing."""
    empty = 0.0
    while empty < WAIT:
        found = [record for records in consumer.poll(timeout_ms=POLL * 1000).values() for record in records]
        empty = 0.0 if found else empty + POLL
        yield found
    raise TransientError(f"the broker sent nothing for {WAIT:.0f} s")
