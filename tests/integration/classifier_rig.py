"""What the classifier's tests need around them: its process on the real Kafka, documents, and a reader of results."""

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from kafka import KafkaConsumer, TopicPartition

from bench.alerting.nursery import Life
from shared.messages import DocumentFound, Times
from shared.messages.codec import encode
from shared.messages.topics import CLASSIFIED, DEAD_LETTERS, DOCUMENTS, PARKED
from shared.runtime.kafka import make_producer
from tests import forked

if TYPE_CHECKING:  # conftest takes its fixtures from here
    from tests.integration.conftest import Kafka

Start = Callable[..., Life]

ARRIVES_IN = 150.0
"""Seconds: far more than a message needs, for a machine that does much else."""


def document(number: int, text: str = "阿里健康因广告违法被市场监管局罚款45万元。", revision: int = 1) -> DocumentFound:
    """The same number, the same document."""
    seen = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    return DocumentFound(
        document_id=hashlib.md5(f"{number}".encode(), usedforsecurity=False).hexdigest(),
        revision=revision,
        url=f"https://example.com/{number}",
        source="test",
        title=f"阿里健康被罚 {number}",
        paragraphs=(text,),
        language="zh-Hans",
        times=Times(first_seen=seen, fetched=seen, sent=seen),
    )


@pytest.fixture
def start(kafka: "Kafka", tmp_path: Path, project_root: Path, request: pytest.FixtureRequest) -> Iterator[Start]:
    """Starts classifier processes of one group that only this test has."""
    running: list[Life] = []

    def started(instance: str | None = None, **more: str) -> Life:
        name = f"{request.node.name}-{time.monotonic_ns()}"
        environment = {
            **os.environ,
            "KAFKA_BOOTSTRAP_SERVERS": kafka.servers,
            "TOPIC_REPLICATION": "1",
            "TOPIC_PARTITIONS": str(kafka.partitions),
            "ENCODER": "0",  # what is tested here is the stream; the rules alone start sooner
            "CONFIG_DIR": str(project_root / "config"),
            "CONSUMER_GROUP": f"{request.node.name}-{tmp_path.name}",
            **({"CONSUMER_INSTANCE": instance} if instance else {}),
            **more,
        }
        log = tmp_path / f"{name}.log"
        running.append(forked.start("services.classifier", "run", environment=environment, log=log))
        return running[-1]

    yield started
    for process in running:
        process.kill()
        process.wait()


class Reader:
    """Reads topics from their first message on."""

    def __init__(self, servers: str, partitions: int, *topics: str) -> None:
        self.consumer: Any = KafkaConsumer(bootstrap_servers=servers.split(","), enable_auto_commit=False)
        places = [TopicPartition(topic, number) for topic in topics for number in range(partitions)]
        self.consumer.assign(places)
        self.consumer.seek_to_beginning(*places)

    def until(self, enough: Callable[[list[Any]], bool], seconds: float = ARRIVES_IN) -> list[Any]:
        """What was read until it is enough, in at most so many seconds."""
        read: list[Any] = []
        end = time.monotonic() + seconds
        while time.monotonic() < end and not enough(read):
            for records in self.consumer.poll(timeout_ms=200).values():
                read.extend(records)
        assert enough(read), f"{len(read)} messages in {seconds} s"
        return read


@pytest.fixture
def reader(kafka: "Kafka") -> Iterator[Reader]:
    """Reads results, dead letters and parked messages."""
    made = Reader(kafka.servers, kafka.partitions, CLASSIFIED.name, DEAD_LETTERS.name, PARKED.name)
    yield made
    made.consumer.close()


@pytest.fixture
def producer(kafka: "Kafka") -> Iterator[Any]:
    """A producer as the crawler has it."""
    made = make_producer(kafka.servers, "test")
    yield made
    made.close()


def ids(messages: list[Any]) -> set[str]:
    """The documents that were classified."""
    return {json.loads(each.value)["document_id"] for each in messages if each.topic == CLASSIFIED.name}


def send(producer: Any, *documents: DocumentFound) -> None:
    """Send documents as the crawler does, and wait for the broker."""
    for each in documents:
        producer.send(DOCUMENTS.name, key=each.document_id.encode(), value=encode(each))
    producer.flush()
