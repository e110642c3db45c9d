"""kafka-python clients, made in one place with the settings that keep what was acknowledged.

`acks=all` with an idempotent producer loses nothing that was acknowledged; a killed member's partitions move after its
session timeout. kafka-python's errors become the project's own here: those it calls retriable are transient.
"""

import errno
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError, TopicAlreadyExistsError
from kafka.net.compat import KafkaNetClient

from shared.errors import LumingError, PermanentError, TransientError
from shared.messages.codec import MAX_BYTES
from shared.messages.topics import Topic
from shared.runtime.kafka_answers import keep_answers_readable
from shared.runtime.kafka_security import Brokers, cluster_of
from shared.runtime.logs import get_logger

log = get_logger(__name__)
keep_answers_readable()

SESSION_TIMEOUT = 10.0
"""Seconds after which a silent group member's partitions move."""

METADATA_AGE = 5.0
"""Seconds after which a client asks again which topics and partitions there are, 300 by default. kafka-python 3.0.12
forgets a topic that is asked for while an earlier answer is on its way (cluster.py, set_topics: "TODO: handle future
when old metadata request is currently in-flight"): a consumer then has no partitions until it asks again."""

SAYS_EVERY = 5.0
"""Seconds between two lines that say what is waited for."""


def typed(error: KafkaError | OSError) -> LumingError:
    """The project's error for one of kafka-python's: transient where trying again can help."""
    if isinstance(error, OSError) or error.retriable:
        return TransientError(str(error))
    return PermanentError(str(error))


def make_producer(servers: Brokers, client_id: str, largest: int = MAX_BYTES + 48_000) -> KafkaProducer:
    """A producer that loses nothing it was told was taken, and doubles nothing within one life.

    `largest` bounds a message in bytes before compression. Raises TransientError when no broker answers.
    """
    return _made(
        KafkaProducer,
        **cluster_of(servers).options(),
        client_id=client_id,
        acks="all",
        enable_idempotence=True,
        linger_ms=0,
        compression_type="gzip",
        max_request_size=largest,
        metadata_max_age_ms=int(METADATA_AGE * 1000),
        reconnect_backoff_max_ms=2000,
    )


class GroupConsumer(KafkaConsumer):  # type: ignore[misc]  # kafka-python has no type information
    """A group member that finishes each join it begins.

    In kafka-python 3.0.12 a join that was begun because the partitions changed is forgotten when `poll`'s time is over
    before the broker's answer to SyncGroup (coordinator/base.py, join_group_async: `need_rejoin()` turns false in
    `_perform_assignment`): the member then has no partitions, sends no heartbeats and never notices. Seen 2 times in 30
    starts on a busy machine; with `rejoin_needed` set the next `poll` waits for the join on its way.
    """

    def poll(self, timeout_ms: float = 0, max_records: int | None = None, update_offsets: bool = True) -> Any:
        """As KafkaConsumer's, but that a rest which a clock cuts short ends it and not the process.

        kafka-python sleeps what a clock says is left until its next heartbeat; where clocks jump just then the system
        refuses the time (EINVAL), and nothing was fetched yet.
        """
        try:
            records = super().poll(timeout_ms, max_records, update_offsets)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            records = {}
        coordinator = self._coordinator
        if coordinator is not None and coordinator.rejoining:
            coordinator.request_rejoin()
        return records


def make_consumer(servers: Brokers, group: str, client_id: str, instance: str | None = None) -> KafkaConsumer:
    """A consumer whose offsets are committed by hand; subscribe or assign afterwards.

    A member that keeps its `instance` name over restarts gets its partitions back at once (static membership).
    Raises TransientError when no broker answers.
    """
    return _made(
        GroupConsumer,
        **cluster_of(servers).options(),
        group_id=group,
        group_instance_id=instance,
        client_id=client_id,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=int(SESSION_TIMEOUT * 1000),
        heartbeat_interval_ms=3000,
        max_poll_records=100,
        metadata_max_age_ms=int(METADATA_AGE * 1000),
        reconnect_backoff_max_ms=2000,
    )


@contextmanager
def admin_client(servers: Brokers, timeout: float = 30.0) -> Iterator[KafkaAdminClient]:
    """A client for questions about the cluster, closed afterwards; `timeout` in seconds bounds each question.

    Raises TransientError when no broker answers, and for each retriable refusal inside; PermanentError for the others.
    """
    wait = int(timeout * 1000)
    try:
        admin = _made(
            KafkaAdminClient,
            **cluster_of(servers).options(),
            bootstrap_timeout_ms=wait,
            request_timeout_ms=wait,
            reconnect_backoff_max_ms=1000,
        )
        try:
            yield admin
        finally:
            admin.close()
    except KafkaError as error:
        raise typed(error) from error


def ensure_topics(servers: Brokers, topics: Sequence[Topic], replication: int, partitions: int | None = None) -> None:
    """Make the topics that do not exist yet, and wait until each partition has a leader.

    `replication` caps each topic's own, `partitions` replaces it. Raises TransientError or PermanentError when refused.
    """
    with admin_client(servers) as admin:
        known = set(admin.list_topics())
        for topic in topics:
            if topic.name in known:
                continue
            copies = min(topic.replication, replication)
            wanted = {
                "num_partitions": partitions or topic.partitions,
                "replication_factor": copies,
                "configs": {
                    "retention.ms": str(topic.retention * 1000),
                    "min.insync.replicas": str(min(topic.min_insync, copies)),
                },
            }
            try:
                admin.create_topics({topic.name: wanted}, wait_for_metadata=True)
            except TopicAlreadyExistsError:
                continue  # another process made it between the look and the call


def wait_for_broker(servers: Brokers, stop: threading.Event, pause: float = 1.0) -> bool:
    """Wait until a broker answers, saying so every few seconds. False when asked to stop first. `pause` in seconds."""
    began = time.monotonic()
    said = began - SAYS_EVERY
    while not stop.is_set():
        try:
            with admin_client(servers, timeout=5.0) as admin:
                admin.describe_cluster()
        except LumingError as error:
            if time.monotonic() - said >= SAYS_EVERY:
                said = time.monotonic()
                log.warning("waiting for the broker", servers=str(servers), error=str(error))
            stop.wait(pause)
        else:
            if said > began - SAYS_EVERY:
                log.info("the broker answers", servers=str(servers), waited=round(time.monotonic() - began, 1))
            return True
    return False


def knock(servers: Sequence[str]) -> None:
    """Raise TransientError unless something listens: quicker and quieter than a client that keeps trying.

    Raises PermanentError when a server is no `host:port`.
    """
    refused: OSError | None = None
    for server in servers:
        host, _, port = server.strip().rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=5).close()
        except OSError as error:
            refused = error
        except ValueError as error:
            raise PermanentError(f"KAFKA_BOOTSTRAP_SERVERS holds {server!r}, which is no host:port") from error
        else:
            return
    raise TransientError(str(refused))


def _made(kind: Callable[..., Any], **config: Any) -> Any:
    """A client of `kind`; when its first contact fails, the thread and sockets it had begun are closed too."""
    knock(config["bootstrap_servers"])
    begun: list[KafkaNetClient] = []

    def network(**settings: Any) -> KafkaNetClient:
        begun.append(KafkaNetClient(**settings))
        return begun[0]

    try:
        return kind(kafka_client=network, **config)
    except (KafkaError, OSError) as error:
        for client in begun:
            client.close()
            client._manager._net.close()
        raise typed(error) from error
