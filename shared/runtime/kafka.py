"""kafka-python clients, made in one place with the settings that keep what was acknowledged.

facts: `acks=all` with an idempotent producer; a killed member's partitions move after its session timeout.
"""

import threading
import time
from collections.abc import Sequence

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from shared.messages.codec import MAX_BYTES
from shared.messages.topics import Topic
from shared.runtime.logs import get_logger

log = get_logger(__name__)

SESSION_TIMEOUT = 10.0
"""Seconds after which a silent group member's partitions move."""


def make_producer(servers: str, client_id: str) -> KafkaProducer:
    """A producer that loses nothing it was told was taken, and doubles nothing within one life."""
    return KafkaProducer(
        bootstrap_servers=servers.split(","),
        client_id=client_id,
        acks="all",
        enable_idempotence=True,
        linger_ms=0,
        compression_type="gzip",
        max_request_size=MAX_BYTES + 48_000,
    )


def make_consumer(servers: str, group: str, client_id: str) -> KafkaConsumer:
    """A consumer whose offsets are committed by hand; subscribe or assign afterwards."""
    return KafkaConsumer(
        bootstrap_servers=servers.split(","),
        group_id=group,
        client_id=client_id,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=int(SESSION_TIMEOUT * 1000),
        heartbeat_interval_ms=3000,
        max_poll_records=100,
    )


def ensure_topics(servers: str, topics: Sequence[Topic], replication: int, partitions: int | None = None) -> None:
    """Make the topics that do not exist yet. `replication` caps each topic's own; raises KafkaError when refused."""
    admin = KafkaAdminClient(bootstrap_servers=servers.split(","))
    try:
        known = set(admin.list_topics())
        for topic in topics:
            if topic.name in known:
                continue
            copies = min(topic.replication, replication)
            new = NewTopic(
                name=topic.name,
                num_partitions=partitions or topic.partitions,
                replication_factor=copies,
                topic_configs={
                    "retention.ms": str(topic.retention * 1000),
                    "min.insync.replicas": str(min(topic.min_insync, copies)),
                },
            )
            try:
                admin.create_topics([new])
            except TopicAlreadyExistsError:
                continue  # another process made it between the look and the call
    finally:
        admin.close()


def wait_for_broker(servers: str, stop: threading.Event, pause: float = 1.0) -> bool:
    """Wait until a broker answers, saying so every few seconds. False when asked to stop first. `pause` in seconds."""
    said = 0.0
    while not stop.is_set():
        try:
            KafkaAdminClient(bootstrap_servers=servers.split(",")).close()
        except (KafkaError, OSError) as error:
            if time.monotonic() - said > 5:
                said = time.monotonic()
                log.warning("waiting for the broker", servers=servers, error=str(error))
            stop.wait(pause)
        else:
            return True
    return False
