"""The real crawler, classifier and alerter as processes on one broker and one database, for tests that hurt them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, text

from bench.alerting.receivers import Receivers, receiving
from deploy.local.paths import ROOT
from deploy.local.ports import free_ports
from tests.chaos.holdings import open_sockets
from tests.chaos.life import Life, Pace
from tests.chaos.newsstand import FEED, Newsstand, newsstand
from tests.chaos.stories import SUBSCRIPTIONS
from tests.chaos.strain import strain, took

SERVICES = ("classifier", "alerter", "crawler")
"""The slowest to become ready first."""
READY_WITHIN = 90.0
"""Seconds; three on a machine with nothing else to do."""
EMPTY_WITHIN = 60.0
"""Seconds in which a healed system has emptied its queues."""
SOURCES = """
built_in: false
fetching: {{timeout: 5, attempts: 2, retry_pause: 0.3, concurrency: 4}}
defaults: {{interval: 0.5, fastest: 0.5, slowest: 0.5, pace: 0}}
sources:
  - {{name: newsstand, kind: feed, address: "{address}", outlet: 示例社, rights: full, language: zh-Hans,
      terms: {{verdict: allowed}}}}
"""


@dataclass
class System:
    """What one test, or one module of tests, has for itself."""

    servers: str
    url: str
    engine: Engine
    folder: Path
    newsstand: Newsstand
    receivers: Receivers
    partitions: int
    pace: Pace
    group: str = field(default_factory=lambda: f"chaos-{uuid4().hex[:8]}")
    """Its consumer groups are called so with the service's name."""
    lives: dict[str, Life] = field(default_factory=dict)
    """The newest life of each name."""
    killed: int = 0
    """Lives of alerters that were ended, or sends that were cut, so that an answer may have been lost."""
    died: list[str] = field(default_factory=list)
    """Services that ended by themselves, and were started again."""
    replication: int = 1
    kept: dict[str, list[bytes]] = field(default_factory=dict)
    """Messages by topic that a test deleted after they were read here."""

    def start(self, name: str, prefix: Sequence[str] = (), **more: str) -> Life:
        """Start a service: `alerter`, or `alerter-2` for a second one; `prefix` is a program that becomes it."""
        if name in self.lives and self.lives[name].alive:  # left over by a test that failed
            self.kill(name)
        service = name.partition("-")[0]
        (port,) = free_ports(1)
        told = {**self.environment(service, f"{name}-of-{self.group}"), "HTTP_PORT": str(port), **more}
        log = self.folder / f"{name}.log"
        with log.open("ab") as file:
            process = subprocess.Popen(
                [*prefix, sys.executable, "-m", f"services.{service}", "run"],
                env=told, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=file,
            )  # fmt: skip
        self.lives[name] = Life(name, process, port, log)
        return self.lives[name]

    def environment(self, service: str, instance: str) -> dict[str, str]:
        """What a service is told."""
        variable = "CRAWLER_INSTANCE" if service == "crawler" else "CONSUMER_INSTANCE"
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "KAFKA_BOOTSTRAP_SERVERS": self.servers,
            "DATABASE_URL": self.url,
            "CONFIG_DIR": str(ROOT / "config"),
            "SOURCES_FILE": str(self.folder / "sources.yaml"),
            "SUBSCRIPTIONS_FILE": str(self.folder / "subscriptions.yaml"),
            "TOPIC_REPLICATION": str(self.replication),
            "TOPIC_PARTITIONS": str(self.partitions),
            "CONSUMER_GROUP": self.group_of(service),
            variable: instance,
            "CRAWLER_CONTACT": "chaos@example.com",
            "ALLOW_LOOPBACK": "1",
            "ENCODER": "0",  # what is tried is the way of the data; the rules alone start sooner
            "ATTEMPTS_DIR": str(self.folder / "attempts"),
            **self.receivers.environment(),
        }

    def group_of(self, service: str) -> str:
        """The consumer group of a service."""
        return f"{self.group}-{service}"

    def start_all(self, names: Sequence[str] = SERVICES) -> None:
        """Start these, side by side, and wait until they are ready."""
        for name in names:
            self.start(name)
        self.wait_ready(names)

    def wait_ready(self, names: Sequence[str] = SERVICES) -> None:
        """Wait until these say that they are ready."""
        for name in names:
            life = self.lives[name]

            def ready(life: Life = life) -> bool:
                assert life.alive, f"{life.name} ended with {life.process.returncode}:\n{life.tail()}"
                return life.ask().ready

            self.until(ready, READY_WITHIN, f"{name} ready")
            life.sockets_at_start = life.sockets_at_start or open_sockets(life.pid)

    def kill(self, name: str) -> None:
        """SIGKILL, and wait for its end."""
        life = self.lives[name]
        self.killed += name.startswith("alerter")
        os.kill(life.pid, signal.SIGKILL)
        life.process.wait(30)

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.lives[name].pid, number)

    def stop(self, name: str) -> float:
        """Ask it to stop and wait; seconds that it took."""
        life, began = self.lives[name], time.monotonic()
        life.process.terminate()
        life.process.wait(60)
        return time.monotonic() - began

    def heal(self, names: Sequence[str] = SERVICES) -> None:
        """What stands goes on; what ended is started again, as whoever runs the services would."""
        for name in names:
            life = self.lives.get(name)
            if life is None or not life.alive:
                self.start(name)
            else:
                os.kill(life.pid, signal.SIGCONT)
        self.wait_ready(names)

    def revive(self, names: Sequence[str] = SERVICES) -> None:
        """Start again what ended by itself, and do not wait for it."""
        for name in names:
            if name in self.lives and not self.lives[name].alive:
                self.died.append(name)
                self.start(name)

    def rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        """Rows of the database."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    def number(self, query: str) -> int:
        """The one number that the query gives."""
        return int(self.rows(query)[0][0] or 0)

    def until(self, holds: Callable[[], Any], seconds: float, what: str) -> None:
        """Wait until it holds, `seconds` on a machine of its own. Fails with the ends of all logs."""
        began, longest = time.monotonic(), seconds * strain()
        while not holds():
            if time.monotonic() - began > longest:
                tails = "\n".join(f"--- {life.name}\n{life.tail(8)}" for life in self.lives.values())
                raise AssertionError(f"not within {longest:.0f} s: {what}\n{tails}")
            time.sleep(0.1)
        took(time.monotonic() - began, seconds)

    def end(self) -> None:
        """End every process."""
        for life in self.lives.values():
            if life.alive:
                os.kill(life.pid, signal.SIGCONT)
                life.process.terminate()
        for life in self.lives.values():
            try:
                life.process.wait(20)
            except subprocess.TimeoutExpired:
                os.kill(life.pid, signal.SIGKILL)
                life.process.wait(20)


@contextmanager
def system(
    servers: str, url: str, engine: Engine, folder: Path, partitions: int = 2, seed: int = 1, slow: float = 0.02
) -> Iterator[System]:
    """Newsstand and receivers up, no service started; a receiver thinks `slow` seconds at most, twice a message."""
    pace = Pace(slow, seed)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "subscriptions.yaml").write_text(SUBSCRIPTIONS, "utf-8")
    with newsstand() as stand, receiving(folder, pace) as receivers:
        (folder / "sources.yaml").write_text(SOURCES.format(address=stand.site.url(FEED)), "utf-8")
        made = System(servers, url, engine, folder, stand, receivers, partitions, pace)
        try:
            yield made
        finally:
            made.end()
