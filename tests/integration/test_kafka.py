"""The clients of shared/runtime/kafka.py against the real broker."""

import json
import threading
import time

import pytest
from kafka.admin import ConfigResource, ConfigResourceType

from deploy.local.ports import free_ports
from shared.errors import PermanentError, TransientError
from shared.messages.codec import MAX_BYTES
from shared.messages.topics import DAY, DOCUMENTS, TOPICS, Topic
from shared.runtime.kafka import admin_client, ensure_topics, make_consumer, make_producer, wait_for_broker
from tests.integration.conftest import PARTITIONS, Kafka

pytestmark = pytest.mark.integration


def read(servers: str, group: str, count: int) -> list[bytes]:
    consumer = make_consumer(servers, group, "test")
    consumer.subscribe([DOCUMENTS.name])
    found: list[bytes] = []
    deadline = time.monotonic() + 20
    while len(found) < count and time.monotonic() < deadline:
        for records in consumer.poll(timeout_ms=500).values():
            found += [record.value for record in records]
    consumer.close()
    return found


def test_topics_have_the_settings_of_the_one_place(kafka: Kafka) -> None:
    with admin_client(kafka.servers) as admin:
        described = {topic["name"]: topic for topic in admin.describe_topics([topic.name for topic in TOPICS])}
        resource = ConfigResource(ConfigResourceType.TOPIC, DOCUMENTS.name)
        told = json.dumps(admin.describe_configs([resource]), default=str)
    assert set(described) == {topic.name for topic in TOPICS}
    assert len(described[DOCUMENTS.name]["partitions"]) == PARTITIONS
    assert str(14 * DAY * 1000) in told


def test_making_topics_twice_changes_nothing(kafka: Kafka) -> None:
    ensure_topics(kafka.servers, TOPICS, replication=1, partitions=PARTITIONS)


def test_an_impossible_topic_is_refused_as_permanent(kafka: Kafka) -> None:
    with pytest.raises(PermanentError):
        ensure_topics(kafka.servers, [Topic("no/such/name", partitions=1, retention=DAY)], replication=1)


def test_several_make_the_topics_at_once(kafka: Kafka) -> None:
    topics = [Topic(f"test.race.{time.time_ns()}", partitions=1, retention=DAY)]
    failures: list[BaseException] = []

    def run() -> None:
        try:
            ensure_topics(kafka.servers, topics, replication=1)
        except BaseException as error:  # noqa: BLE001  # reported below
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_what_was_acknowledged_is_read_in_order(kafka: Kafka) -> None:
    producer = make_producer(kafka.servers, "test")
    sent = [f"{number}".encode() for number in range(50)]
    for value in sent:
        producer.send(DOCUMENTS.name, key=b"one key", value=value).get(timeout=10)
    producer.close()
    assert read(kafka.servers, "in-order", len(sent)) == sent


def test_the_fixture_hides_what_other_tests_sent(kafka: Kafka) -> None:
    producer = make_producer(kafka.servers, "test")
    producer.send(DOCUMENTS.name, key=b"k", value=b"mine").get(timeout=10)
    producer.close()
    assert read(kafka.servers, "a-new-group", 1) == [b"mine"]


def test_the_largest_message_passes(kafka: Kafka) -> None:
    largest = b"x" * MAX_BYTES
    producer = make_producer(kafka.servers, "test")
    producer.send(DOCUMENTS.name, key=b"k", value=largest).get(timeout=10)
    producer.close()
    assert read(kafka.servers, "largest", 1) == [largest]


def test_no_broker_is_transient_and_leaves_no_thread() -> None:
    nobody = f"127.0.0.1:{free_ports(1)[0]}"
    before = threading.active_count()
    with pytest.raises(TransientError), admin_client(nobody, timeout=1.0):
        pass
    assert threading.active_count() == before


def test_waiting_ends_when_asked() -> None:
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    assert wait_for_broker(f"127.0.0.1:{free_ports(1)[0]}", stop, pause=0.1) is False


def test_a_member_finishes_the_joins_it_begins_however_short_its_polls(kafka: Kafka) -> None:
    producer = make_producer(kafka.servers, "test")
    producer.send(DOCUMENTS.name, key=b"k", value=b"one").get(timeout=10)
    producer.close()
    for number in range(5):  # kafka-python's own member gets stuck 3 times in 4
        consumer = make_consumer(kafka.servers, f"short-polls-{number}", "test")
        consumer.subscribe([DOCUMENTS.name])
        found, deadline = 0, time.monotonic() + 20
        while not found and time.monotonic() < deadline:
            found = sum(len(records) for records in consumer.poll(timeout_ms=1).values())
        consumer.close()
        assert found == 1
