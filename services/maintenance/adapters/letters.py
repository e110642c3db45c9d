"""Dead letters on Kafka, without those that hold an erased text.

A topic gives up records from its beginning only. So a partition that holds such a letter is written anew: the others,
but for those already replayed, are appended in their order and acknowledged, then all before them is deleted. Killed in
the middle, letters are there twice and none is lost.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from kafka import TopicPartition
from kafka.errors import KafkaError

from services.maintenance.adapters.traces import holds
from services.maintenance.domain.spellings import Sought
from shared.errors import TransientError, UnreadableMessage
from shared.messages import DeadLetter, LetterReplayed
from shared.messages.codec import decode
from shared.messages.topics import DEAD_LETTERS, PARKED, REPLAYED
from shared.runtime.kafka import admin_client, make_consumer, make_producer, typed
from shared.runtime.kafka_security import Brokers

CLIENT = "luming-maintenance"
WAIT = 30.0
"""Seconds without an answer after which the broker counts as away."""
LARGEST = 4_500_000
"""Bytes of a letter before compression: an original of 3 MB in base64."""


class KafkaLetters:
    """See application/ports.py."""

    def __init__(self, servers: Brokers) -> None:
        self._servers = servers

    def holding(self, sought: Sought) -> int:
        """How many letters hold any of it."""
        return sum(_holds(record, sought) for records in self._partitions() for record in records)

    def erase(self, sought: Sought) -> int:
        """Write those partitions anew that hold one; how many letters went."""
        replayed = self._replayed()
        erased = 0
        for records in self._partitions():
            bad = [record for record in records if _holds(record, sought)]
            if bad:
                gone = {record.offset for record in bad}
                gone |= {one.offset for one in records if (one.topic, one.partition, one.offset) in replayed}
                self._rewrite(records, gone)
                erased += len(bad)
        return erased

    def _rewrite(self, records: Sequence[Any], gone: set[int]) -> None:
        place = TopicPartition(records[0].topic, records[0].partition)
        producer = make_producer(self._servers, CLIENT, LARGEST)
        try:
            sent = [
                producer.send(place.topic, key=one.key, value=one.value, headers=one.headers, partition=place.partition)
                for one in records
                if one.offset not in gone
            ]
            for each in sent:
                each.get(timeout=WAIT)
        except KafkaError as error:
            raise typed(error) from error
        finally:
            producer.close(timeout=WAIT)
        with admin_client(self._servers) as admin:
            admin.delete_records({place: records[-1].offset + 1})

    def _replayed(self) -> set[tuple[str, int, int]]:
        marks = set()
        for records in self._partitions(REPLAYED.name):
            for record in records:
                mark = decode(LetterReplayed, record.value)
                marks.add((mark.topic, mark.partition, mark.offset))
        return marks

    def _partitions(self, *topics: str) -> Iterator[list[Any]]:
        """All records there are now, partition by partition. Raises TransientError without a broker."""
        consumer = make_consumer(self._servers, CLIENT, CLIENT)
        try:
            for topic in sorted(consumer.topics() & set(topics or (DEAD_LETTERS.name, PARKED.name))):
                for number in sorted(consumer.partitions_for_topic(topic) or ()):
                    yield _read(consumer, TopicPartition(topic, number))
        except KafkaError as error:
            raise typed(error) from error
        finally:
            consumer.close()


def _read(consumer: Any, place: TopicPartition) -> list[Any]:
    """From the partition's first record to the last there is now."""
    consumer.assign([place])
    end = consumer.end_offsets([place])[place]
    consumer.seek_to_beginning(place)
    found: list[Any] = []
    empty = 0.0
    while consumer.position(place) < end:
        polled = [record for records in consumer.poll(timeout_ms=500).values() for record in records]
        empty = 0.0 if polled else empty + 0.5
        if empty > WAIT:
            raise TransientError(f"the broker sent nothing for {WAIT:.0f} s")
        found += [record for record in polled if record.offset < end]
    return found


def _holds(record: Any, sought: Sought) -> bool:
    """Whether the letter or its original speaks of it; of a letter that cannot be read its bytes are looked at."""
    if holds(record.value or b"", sought) or holds(record.key or b"", sought):
        return True
    try:
        letter = decode(DeadLetter, record.value)
    except UnreadableMessage:
        return False
    return holds(letter.value or b"", sought) or holds(letter.key or b"", sought)
