"""An alerter process between the real Kafka, the real PostgreSQL and the local receivers."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import Engine, text

from bench.alerting.nursery import Life
from deploy.local.ports import free_ports
from deploy.local.receivers.mail import make_controller
from deploy.local.receivers.record import Received, read_console, read_log
from deploy.local.receivers.slack import Workspace, arguments_of
from deploy.local.receivers.web import Request, make_server
from shared.messages import DocumentClassified
from shared.messages.codec import encode
from shared.messages.topics import CLASSIFIED
from shared.runtime.kafka import make_producer
from tests import forked

ROOT = Path(__file__).parents[2]
SUBSCRIPTIONS = """
subscriptions:
  - name: all
    rhythm: {budget: 1000}
    channels: {slack: "#all", email: [all@example.com], console: true}
"""


def eventually(holds: Callable[[], Any], seconds: float = 90.0) -> Any:
    """What `holds` gives once it is true. Fails after `seconds`."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.05)
    return found


@dataclass
class Rig:
    """The receivers and the processes of one test."""

    servers: str
    database_url: str
    engine: Engine
    folder: Path
    slack_port: int
    mail_port: int
    answers: list[Callable[[Request], dict[str, Any] | None]] = field(default_factory=list)
    """Asked before the Slack receiver; what is not None is the answer."""
    processes: list[Life] = field(default_factory=list)
    forked: bool = True
    """Alerters are forked from one that has imported their program; else each is a Python of its own."""

    def environment(self, **more: str) -> dict[str, str]:
        """What the alerter is told."""
        told = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "KAFKA_BOOTSTRAP_SERVERS": self.servers,
            "DATABASE_URL": self.database_url,
            "CONFIG_DIR": str(ROOT / "config"),
            "SUBSCRIPTIONS_FILE": str(self.folder / "subscriptions.yaml"),
            "CONSUMER_INSTANCE": "alerter-1",
            "CONSUMER_GROUP": f"alerter-{self.folder.name}",
            "TOPIC_REPLICATION": "1",
            "SLACK_BOT_TOKEN": "xoxb-test",
            "SLACK_API_URL": f"http://127.0.0.1:{self.slack_port}/api/",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.mail_port),
            "SMTP_FROM": "luming@example.com",
            "SMTP_STARTTLS": "0",
            "CONSOLE_FILE": str(self.folder / "console.jsonl"),
        }
        return told | more

    def start(self, **more: str) -> Life:
        """Start an alerter."""
        log, told = self.folder / "alerter.log", self.environment(**more)
        if self.forked:
            self.processes.append(
                forked.start("services.alerter", "run", environment=told, log=log, folder=self.folder)
            )
            return self.processes[-1]
        command = [sys.executable, "-m", "services.alerter", "run"]
        with log.open("ab") as written:
            process = subprocess.Popen(command, env=told, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=written)
        self.processes.append(process)
        return process

    def kill(self, process: Life) -> None:
        """SIGKILL."""
        process.kill()
        process.wait(10)

    def send(self, *documents: DocumentClassified | bytes) -> None:
        """Put documents, or raw bytes, on the topic."""
        producer = make_producer(self.servers, "test")
        for document in documents:
            raw = document if isinstance(document, bytes) else encode(document)
            key = b"raw" if isinstance(document, bytes) else document.document_id.encode()
            producer.send(CLASSIFIED.name, key=key, value=raw).get(timeout=10)
        producer.close()

    def received(self) -> list[Received]:
        """All that arrived anywhere."""
        slack, mail = read_log(self.folder / "slack"), read_log(self.folder / "mail")
        return [*slack, *mail, *read_console(self.folder / "console.jsonl")]

    def keys(self) -> list[str]:
        """Delivery keys that arrived, doubles too."""
        return sorted(one.delivery_key for one in self.received())

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the database."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def outcomes(self) -> list[str]:
        """Outcomes in the order of decision."""
        return [row[0] for row in self.rows("select outcome from alert_decisions order by id")]

    def log(self) -> str:
        """What the alerters logged."""
        return (self.folder / "alerter.log").read_text("utf-8")


@contextmanager
def make_rig(servers: str, database_url: str, engine: Engine, folder: Path) -> Iterator[Rig]:
    """Receivers up; every process killed afterwards: how it ends by itself is a test's own question."""
    slack_port, mail_port = free_ports(2)
    rig = Rig(servers, database_url, engine, folder, slack_port, mail_port)
    (folder / "subscriptions.yaml").write_text(SUBSCRIPTIONS, "utf-8")
    with slack_receiver(rig), mail_receiver(folder, mail_port):
        try:
            yield rig
        finally:
            for process in rig.processes:
                process.kill()
            for process in rig.processes:
                process.wait(15)


@contextmanager
def slack_receiver(rig: Rig) -> Iterator[None]:
    """The local Slack, which `rig.answers` may precede."""
    workspace = Workspace(rig.folder / "slack")

    def answer(request: Request) -> dict[str, Any]:
        for special in rig.answers:
            given = special(request)
            if given is not None:
                return given
        arguments = {**request.query, **arguments_of(request.content_type, request.body)}
        return workspace.call(request.path.rsplit("/", 1)[-1], arguments)

    server = make_server(rig.slack_port, answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def mail_receiver(folder: Path, port: int) -> Iterator[Controller]:
    """The local SMTP server."""
    controller = make_controller(folder / "mail", port)
    controller.start()
    try:
        yield controller
    finally:
        controller.stop()
