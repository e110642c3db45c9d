"""The local broker: what it acknowledged survives any end, its port stays, and it ends with whoever started it."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka import TopicPartition

from deploy.local.broker import Broker
from deploy.local.kafka_jars import WrongJar
from deploy.local.paths import KAFKA_JARS
from deploy.local.process import StartFailed
from shared.errors import TransientError
from shared.messages.topics import DOCUMENTS, TOPICS
from shared.runtime.kafka import admin_client, ensure_topics, make_consumer, make_producer, wait_for_broker
from shared.runtime.lag import topic_bounds

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def own_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker that these tests may kill, in a folder whose name is not only ASCII."""
    broker = Broker(tmp_path_factory.mktemp("broker") / "资料 folder")
    broker.start()
    ensure_topics(broker.servers, TOPICS, replication=1, partitions=1)
    yield broker
    broker.stop()


def send(servers: str, values: list[bytes]) -> None:
    producer = make_producer(servers, "test")
    for value in values:
        producer.send(DOCUMENTS.name, key=b"k", value=value).get(timeout=30)
    producer.close()


def everything(servers: str) -> list[bytes]:
    consumer = make_consumer(servers, f"reader-{time.time_ns()}", "test")
    consumer.subscribe([DOCUMENTS.name])
    found: list[bytes] = []
    silent_since = time.monotonic()
    while not found or time.monotonic() - silent_since < 1:
        assert time.monotonic() - silent_since < 30, "nothing was read"
        for records in consumer.poll(timeout_ms=200).values():
            found += [record.value for record in records]
            silent_since = time.monotonic()
    consumer.close()
    return found


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_messages_topics_and_port_outlive_it(own_broker: Broker, end: str) -> None:
    before = own_broker.servers
    sent = [f"{end} {number}".encode() for number in range(20)]
    send(before, sent)
    getattr(own_broker, end)()
    assert not own_broker.running()
    assert own_broker.start() == before
    with admin_client(before) as admin:
        assert set(admin.list_topics()) >= {topic.name for topic in TOPICS}
    assert everything(before)[-20:] == sent


def test_deleted_records_stay_deleted_after_a_crash(own_broker: Broker) -> None:
    send(own_broker.servers, [b"to be deleted"])
    place = TopicPartition(DOCUMENTS.name, 0)
    with admin_client(own_broker.servers) as admin:
        admin.delete_records({place: -1})
        gone, _ = topic_bounds(admin, place.topic)
    known = own_broker.data_dir / "logs" / "log-start-offset-checkpoint"
    deadline = time.monotonic() + 20  # Kafka's own pause is a minute
    while f"{place.topic} 0 {gone[0]}" not in known.read_text("utf-8").splitlines():
        assert time.monotonic() < deadline, "where the log begins was not written down"
        time.sleep(0.1)
    own_broker.kill()
    own_broker.start()
    with admin_client(own_broker.servers) as admin:
        assert topic_bounds(admin, place.topic)[0] == gone


def test_services_wait_for_it_and_go_on(own_broker: Broker) -> None:
    servers = own_broker.servers
    producer = make_producer(servers, "test")
    producer.send(DOCUMENTS.name, key=b"k", value=b"before").get(timeout=10)
    own_broker.kill()
    with pytest.raises(TransientError), admin_client(servers, timeout=1.0):
        pass
    came: list[bool] = []
    waiting = threading.Thread(target=lambda: came.append(wait_for_broker(servers, threading.Event(), pause=0.2)))
    waiting.start()
    own_broker.start()
    waiting.join(timeout=60)
    assert came == [True]
    producer.send(DOCUMENTS.name, key=b"k", value=b"after").get(timeout=60)
    producer.close()
    assert everything(servers)[-2:] == [b"before", b"after"]


def test_a_second_start_joins_the_one_that_runs(own_broker: Broker) -> None:
    second = Broker(own_broker.data_dir)
    assert second.start() == own_broker.servers
    assert not second.owned
    second.stop()
    assert own_broker.running()


def test_ports_that_a_stranger_took_are_changed_before_anybody_knows_them(tmp_path: Path) -> None:
    first = Broker(tmp_path)
    before = first.start()
    first.stop()
    with socket.create_server(("127.0.0.1", int(before.rpartition(":")[2]))):
        with pytest.raises(StartFailed, match="taken by another program"):
            first.start()
        second = Broker(tmp_path)
        after = second.start()
        second.stop()
    assert after != before


def test_a_jar_one_byte_off_is_refused(tmp_path: Path) -> None:
    jars = tmp_path / "jars"
    shutil.copytree(KAFKA_JARS, jars)
    victim = sorted(jars.iterdir())[7]
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)
    with pytest.raises(WrongJar, match=victim.name):
        Broker(tmp_path / "data", jars).start()
