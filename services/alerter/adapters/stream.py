"""The classified documents from Kafka, read from the database's position: the group's own offsets are a hint.

A partition that was just assigned gives nothing until the database has said where to go on.
"""

from collections.abc import Callable, Sequence

from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.subscription_state import ConsumerRebalanceListener
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata

from services.alerter.application.ports import Incoming
from shared.runtime.kafka import typed
from shared.runtime.logs import get_logger

log = get_logger(__name__)


class _Assigned(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python ships no types
    """Remembers which partitions came and are not placed yet."""

    def __init__(self) -> None:
        self.unplaced: set[TopicPartition] = set()

    def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """They are another's now."""
        self.unplaced -= set(revoked)

    def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Their place is not known yet."""
        self.unplaced |= set(assigned)


class KafkaStream:
    """One group member; for one thread."""

    def __init__(
        self,
        consumer: KafkaConsumer,
        topic: str,
        positions: Callable[[str], dict[int, int]],
        forget: Callable[[str, int, int], None],
    ) -> None:
        """`positions` gives the database's next offset by partition; `forget` sets one back."""
        self._consumer = consumer
        self._topic = topic
        self._positions = positions
        self._forget = forget
        self._listener = _Assigned()
        self._next: dict[TopicPartition, int] = {}
        """Where each partition goes on: an offset below it is another topic's of the same name."""
        consumer.subscribe([topic], listener=self._listener)

    def poll(self, seconds: float) -> Sequence[Incoming]:
        """Records of placed partitions.

        Raises TransientError when the database or the broker cannot be asked, PermanentError when this member is no
        longer one: then a new one has to be made.
        """
        try:
            if self._listener.unplaced:
                self._place()
            batches = self._consumer.poll(timeout_ms=int(seconds * 1000))
        except KafkaError as error:
            raise typed(error) from error
        for tp, records in batches.items():
            if records[0].offset < self._next.get(tp, 0):
                self._listener.unplaced.add(tp)  # it began again by itself; what the database says of it has to go
            self._next[tp] = records[-1].offset + 1
        return [
            Incoming(tp.topic, tp.partition, record.offset, record.key, record.value)
            for tp, records in batches.items()
            if tp not in self._listener.unplaced
            for record in records
        ]

    def assigned(self) -> bool:
        """It has partitions, and all of them are placed."""
        return bool(self._consumer.assignment()) and not self._listener.unplaced

    def lag(self) -> int:
        """Messages that wait in its partitions, as far as the last fetch told; raises what `poll` raises.

        kafka-python asks the broker for a position that it is not sure of, as after a broker's death.
        """
        behind = 0
        try:
            for tp in self._consumer.assignment():
                end = self._consumer.highwater(tp)
                at = None if end is None else self._consumer.position(tp, timeout_ms=1000)
                if end is not None and at is not None:
                    behind += max(0, end - at)
        except KafkaError as error:
            raise typed(error) from error
        return behind

    def rewind(self, record: Incoming) -> None:
        """Seek back; a partition that was taken away meanwhile is nobody's business here."""
        tp = TopicPartition(record.topic, record.partition)
        if tp in self._consumer.assignment():
            self._consumer.seek(tp, record.offset)
            self._next[tp] = record.offset

    def done(self, record: Incoming) -> None:
        """Commit the hint without waiting for it."""
        self._hint(TopicPartition(record.topic, record.partition), record.offset + 1)

    def _hint(self, tp: TopicPartition, offset: int) -> None:
        try:
            self._consumer.commit_async({tp: OffsetAndMetadata(offset, "", -1)})
        except KafkaError as error:
            log.info("the hint was not taken", error=str(error))  # the position stands in the database

    def close(self) -> None:
        """Leave the group."""
        try:
            self._consumer.close(autocommit=False, timeout_ms=3000)
        except KafkaError as error:
            log.warning("the group was left without a word", error=str(error))

    def _place(self) -> None:
        known = self._positions(self._topic)
        unplaced = sorted(self._listener.unplaced & set(self._consumer.assignment()))
        ends = self._consumer.end_offsets(unplaced)
        starts = self._consumer.beginning_offsets(unplaced)
        for tp in unplaced:
            at = known.get(tp.partition, 0)
            if at > ends[tp]:
                log.error("the topic ends before the position: it was made anew; reading from its start",
                          partition=tp.partition, position=at, end=ends[tp])  # fmt: skip
                at = starts[tp]
                self._forget(self._topic, tp.partition, at)
            elif 0 < at < starts[tp]:
                log.error("messages were deleted before they were read", partition=tp.partition, position=at,
                          start=starts[tp])  # fmt: skip
            self._next[tp] = max(at, starts[tp])
            self._consumer.seek(tp, self._next[tp])
            self._hint(tp, self._next[tp])  # who read up to there may have lost the partition before saying so
        self._listener.unplaced.clear()
