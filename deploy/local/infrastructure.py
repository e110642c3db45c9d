"""Broker and database of one run: started side by side and kept alive, or the given ones used instead."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from psycopg import sql

from deploy.backup.archive import archived
from deploy.local.broker import Broker
from deploy.local.clusters import given_cluster
from deploy.local.database import Database
from deploy.local.process import StartFailed
from deploy.local.watched import Standing
from shared.errors import ConfigError
from shared.messages.topics import TOPICS
from shared.runtime.kafka_security import Brokers, cluster_of

LOOK_EVERY = 1.0
"""Seconds between two looks whether broker and database live."""


class Server(Protocol):
    """What a broker and a database have in common."""

    def start(self, timeout: float = 60.0) -> str:
        """Start it and wait until it serves; gives its address."""

    def stop(self) -> None:
        """Stop it."""

    def running(self) -> bool:
        """Whether the process that was started lives."""

    @property
    def owned(self) -> bool:
        """Whether it was started here."""

    @property
    def pid(self) -> int:
        """Its process."""


@dataclass
class Kept:
    """A server that is kept alive, and how often it had to be started again."""

    name: str
    server: Server
    restarts: int = 0
    state: str = "starting"

    def standing(self) -> Standing:
        """How it stands, for the screen."""
        return Standing(self.name, self.state, self.restarts, "died" if self.restarts else "")


class Infrastructure:
    """`servers` and `database_url` are known a little after `start` began: see `known`."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str], say: Callable[[str, str], None], fresh: bool
    ) -> None:
        """Takes KAFKA_BOOTSTRAP_SERVERS and DATABASE_URL from `environment`; what is missing is started in `folder`.

        `fresh`: nothing of an earlier run may be met. A given database gets a new one beside it, a given cluster must
        hold no messages. `say` is told name and text of what happens, from any thread. Raises ConfigError for a
        cluster whose security is set wrong.
        """
        self._cluster = given_cluster(environment)
        self.servers = self._cluster.servers if self._cluster else ""
        self.database_url = environment.get("DATABASE_URL", "")
        self._given_url = self.database_url
        self._fresh = fresh
        self._say = say
        self._run = folder / "run"
        self._stop = threading.Event()
        self._broker = None if self.servers else Broker(folder / "kafka")
        self._database = None if self.database_url else Database(folder / "postgres", archived(environment))
        servers: list[tuple[str, Server | None]] = [("broker", self._broker), ("database", self._database)]
        self._kept = [Kept(name, server) for name, server in servers if server is not None]
        self._watchers = [
            threading.Thread(target=self._watch, args=(one,), name=f"watch-{one.name}", daemon=True)
            for one in self._kept
        ]

    @property
    def brokers(self) -> Brokers:
        """`servers` with what a client of this process needs to reach them."""
        return self._cluster or self.servers

    def start(self) -> None:
        """Start what is to be started, side by side.

        Raises ConfigError when a given one cannot be used, StartFailed when one of our own does not start.
        """
        self._run.mkdir(parents=True, exist_ok=True)
        if self.servers and self._fresh:
            refuse_used_topics(self.brokers)
        if self._given_url and self._fresh:
            self.database_url = create_beside(self._given_url, f"luming_demo_{datetime.now(UTC):%Y%m%d_%H%M%S_%f}")
        if self._database is not None:
            self.database_url = self._database.url("luming")
        with ThreadPoolExecutor(max_workers=2) as pool:
            list(pool.map(self._start, self._kept))
        self.known()
        for watcher in self._watchers:
            watcher.start()

    def known(self) -> bool:
        """Whether both addresses are known: before they answer there, so that others may start meanwhile and wait."""
        if self._broker is not None:
            self.servers = self._broker.servers
        ready_url = self.database_url and (not self._fresh or self.database_url != self._given_url)
        return bool(self.servers and ready_url)

    def standings(self) -> list[Standing]:
        """How they stand."""
        return [one.standing() for one in self._kept]

    def stop(self) -> None:
        """Stop what was started here, and drop the database that was made beside a given one."""
        self._stop.set()
        for watcher in self._watchers:
            if watcher.is_alive():
                watcher.join(70)
        for one in self._kept:
            if one.server.owned:
                one.server.stop()
                self._say(one.name, "stopped")
            one.state = "stopped"
            (self._run / f"{one.name}.pid").unlink(missing_ok=True)
        if self._given_url and self.database_url != self._given_url:
            drop_beside(self._given_url, self.database_url)

    def _start(self, one: Kept) -> None:
        one.server.start()
        one.state = "ready"
        if one.server.owned:
            (self._run / f"{one.name}.pid").write_text(f"{one.server.pid}\n", "utf-8")
            self._say(one.name, f"ready (pid {one.server.pid})")

    def _watch(self, one: Kept) -> None:
        while not self._stop.wait(LOOK_EVERY):
            if one.state == "waiting" or (one.server.owned and not one.server.running()):
                one.state, one.restarts = "starting", one.restarts + 1
                self._say(one.name, "died; to be started again")
                try:
                    one.server.stop()
                    self._start(one)
                except StartFailed as error:
                    one.state = "waiting"
                    self._say(one.name, str(error))


def refuse_used_topics(servers: Brokers) -> None:
    """Raises ConfigError when the cluster cannot be reached or one of our topics holds messages there."""
    where = "environment variable KAFKA_BOOTSTRAP_SERVERS"
    try:
        consumer = KafkaConsumer(**cluster_of(servers).options(), enable_auto_commit=False)
        try:
            for topic in TOPICS:
                numbers = consumer.partitions_for_topic(topic.name) or set()
                partitions = [TopicPartition(topic.name, number) for number in numbers]
                first, last = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
                if any(last[one] > first[one] for one in partitions):
                    mend = f"a cluster for the demo alone, or delete the topics {', '.join(one.name for one in TOPICS)}"
                    raise ConfigError(where, None, f"the topic {topic.name} of {servers} holds messages already", mend)
        finally:
            consumer.close()
    except (KafkaError, OSError) as error:
        raise ConfigError(where, None, f"no broker at {servers}: {error}", "host:port of brokers that run") from error


def create_beside(url: str, name: str) -> str:
    """Make the database `name` on the server of `url`; gives its URL. Raises ConfigError when that is refused."""
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    except psycopg.Error as error:
        where = "environment variable DATABASE_URL"
        raise ConfigError(
            where, None, f"no database for the demo: {error}".strip(), "a user that may create databases"
        ) from error
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def drop_beside(url: str, made: str) -> None:
    """Drop the database that `create_beside` made."""
    name = urlsplit(made).path.removeprefix("/")
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
