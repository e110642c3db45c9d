"""A Kafka, a PostgreSQL and receivers of a run's own, and the alerter's process between them."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree
from typing import Any

from sqlalchemy import Engine, text

from bench.alerting.nursery import Life, Nursery
from bench.alerting.receivers import Receivers, Think, receiving
from deploy.local.broker import Broker
from deploy.local.database import Database
from deploy.local.paths import ROOT
from shared.messages.topics import TOPICS
from shared.runtime.kafka import ensure_topics
from shared.store.engine import make_engine, migrate

PARTITIONS = 2
"""Of each topic: more than one, so that a run meets what one partition hides."""
INSTANCE = "alerter-1"
"""CONSUMER_INSTANCE of every life of the alerter."""


@dataclass
class World:
    """What one run has for itself."""

    folder: Path
    servers: str
    database: Database
    url: str
    engine: Engine
    receivers: Receivers
    processes: list[Life] = field(default_factory=list)
    nursery: Nursery | None = None
    """Where alerters are forked; without it each is a Python of its own."""

    @property
    def log(self) -> Path:
        """What the alerters logged, one JSON object a line."""
        return self.folder / "alerter.log"

    def start(self, **more: str) -> Life:
        """Start an alerter; `more` comes before what it is told otherwise."""
        told = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "KAFKA_BOOTSTRAP_SERVERS": self.servers,
            "DATABASE_URL": self.url,
            "CONFIG_DIR": str(self.folder / "config"),
            "CONSUMER_INSTANCE": INSTANCE,
            "CONSUMER_GROUP": "alerter",
            "TOPIC_REPLICATION": "1",
            "TOPIC_PARTITIONS": str(PARTITIONS),
            **self.receivers.environment(),
            **more,
        }
        process = self.nursery.start(told, self.folder, self.log) if self.nursery else self._executed(told)
        self.processes.append(process)
        return process

    def _executed(self, told: dict[str, str]) -> Life:
        command = [sys.executable, "-m", "services.alerter", "run"]
        with self.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603  our own
                command, env=told, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=log
            )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the run's database."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def keys(self, condition: str = "true") -> frozenset[str]:
        """Delivery keys of the ledger's rows for which `condition` (SQL of the caller's own) holds."""
        asked = f"select thread_id, fact_version, subscription, channel from deliveries where {condition}"  # noqa: S608  see above
        return frozenset("/".join(map(str, row)) for row in self.rows(asked))


def kill(process: Life) -> None:
    """SIGKILL this one process, and wait for its end."""
    process.send_signal(signal.SIGKILL)
    process.wait(30)


def end(process: Life) -> None:
    """Ask it to stop; SIGKILL after half a minute."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            kill(process)


@contextmanager
def world(subscriptions: str, think: Think, forked: bool = False) -> Iterator[World]:
    """Everything up until the block ends; `subscriptions` is the text of its subscriptions.yaml.

    `forked`: its alerters are forked from one process that has imported their program, for runs that start hundreds.

    The project's config/ is copied: an edit of it in the middle of a run changes nothing.
    """
    with tempfile.TemporaryDirectory(prefix="luming-alerting-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        copytree(ROOT / "config", folder / "config")
        (folder / "config" / "subscriptions.yaml").write_text(subscriptions, "utf-8")
        broker, database = Broker(folder / "kafka"), Database(folder / "postgres")
        try:
            broker.start()
            ensure_topics(broker.servers, TOPICS, replication=1, partitions=PARTITIONS)
            database.start()
            url = database.create("crash")
            engine = make_engine(url)
            migrate(engine)
            with receiving(folder, think) as receivers:
                made_world = World(folder, broker.servers, database, url, engine, receivers)
                made_world.nursery = Nursery(folder) if forked else None
                try:
                    yield made_world
                finally:
                    for process in made_world.processes:
                        end(process)
                    if made_world.nursery:
                        made_world.nursery.close()
                    engine.dispose()
        finally:
            database.stop()
            broker.stop()
