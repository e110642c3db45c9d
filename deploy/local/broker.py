"""Apache Kafka as a single KRaft node on 127.0.0.1, its data in one folder.

Durable as a broker of a cluster is: what it acknowledged survives its SIGKILL (the page cache survives a process). The
first start formats the folder and picks two free ports; later starts keep them, so clients find it again.
"""

import json
import os
import shutil
import socket
import subprocess
import time
import uuid
from base64 import urlsafe_b64encode
from pathlib import Path

from deploy.local.java import find_java
from deploy.local.kafka_jars import check_jars
from deploy.local.paths import KAFKA_JARS
from deploy.local.process import Launch, Program, StartFailed, take_lock
from shared.errors import TransientError
from shared.runtime.kafka import admin_client

HEAP = ("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""Measured: 170 MB resident and 2 % of a core when idle; the first-tier compiler starts it a second earlier."""

PROPERTIES = """\
# Written at the first start. One node that is broker and controller.
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=CLIENT://127.0.0.1:{client},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=CLIENT://127.0.0.1:{client}
listener.security.protocol.map=CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=CLIENT
controller.listener.names=CONTROLLER
log.dirs={logs}
# Topics are made by the services, with the settings of shared/messages/topics.py.
auto.create.topics.enable=false
# Kafka keeps three copies of its own topics by default; there is one node.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=3
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=3
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=3
# A group starts at once instead of waiting 3 s for more members.
group.initial.rebalance.delay.ms=0
# After a SIGKILL the lease of the dead broker runs out sooner (measured: ready after 9 s instead of 11.5 s).
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
"""

LOGGING = """\
status = error
appender.file.type = RollingFile
appender.file.name = file
appender.file.fileName = {file}
appender.file.filePattern = {file}.%i
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{{ISO8601}} %p %c{{1}} %m%n
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 10MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 2
rootLogger.level = warn
rootLogger.appenderRef.file.ref = file
logger.server.name = kafka.server.KafkaRaftServer
logger.server.level = info
"""


class Broker:
    """The broker of one data folder. `start()` gives its address; a folder that is served already is joined."""

    def __init__(self, data_dir: Path, jars: Path = KAFKA_JARS) -> None:
        self.data_dir = Path(data_dir).resolve()
        self._jars = jars
        self._program: Program | None = None
        self.servers = ""

    @property
    def owned(self) -> bool:
        """Whether this object started the broker, and so stops it."""
        return self._program is not None

    @property
    def pid(self) -> int:
        """Id of the broker's process. Raises StartFailed when it was not started here."""
        if self._program is None:
            raise StartFailed(f"the broker of {self.data_dir} was not started by this process")
        return self._program.pid

    def running(self) -> bool:
        """Whether the process that this object started lives."""
        return self._program is not None and self._program.exit_code() is None

    def start(self, timeout: float = 60.0) -> str:
        """Start it unless it runs, and wait until it serves; gives `host:port`.

        Raises StartFailed when it ends or is not ready after `timeout` seconds, WrongJar when a jar is not as listed.
        """
        self.data_dir.mkdir(parents=True, exist_ok=True)
        lock = take_lock(self.data_dir / "lock", timeout=0.0)
        if lock is None and not self._served():
            lock = take_lock(self.data_dir / "lock", timeout)  # the one before is still on its way down
        if lock is None:
            self.servers = self._address()
            self._wait(timeout)
            return self.servers
        try:
            java = str(find_java())
            classpath = os.pathsep.join(str(jar) for jar in check_jars(self._jars))
            properties = self._prepare(java, classpath)
            logging = f"-Dlog4j2.configurationFile={self.data_dir / 'log4j2.properties'}"
            command = [java, *HEAP, logging, "-cp", classpath, "kafka.Kafka", str(properties)]
            self._program = Program(Launch(command, log=self.data_dir / "output.log"), lock)
        finally:
            os.close(lock)
        self.servers = self._address()
        self._wait(timeout)
        return self.servers

    def stop(self) -> None:
        """Stop it (SIGTERM, then SIGKILL) if this object started it."""
        if self._program is not None:
            self._program.stop()
            self._program = None

    def kill(self) -> None:
        """SIGKILL it, as a crash would; `start()` brings it back with its data and its port."""
        if self._program is not None:
            self._program.kill()
            self._program = None

    def _address(self) -> str:
        kept = json.loads((self.data_dir / "ports.json").read_text("utf-8"))
        return f"127.0.0.1:{kept['client']}"

    def _served(self) -> bool:
        """Whether something listens on the folder's port."""
        try:
            host, port = self._address().split(":")
            socket.create_connection((host, int(port)), timeout=1).close()
        except (OSError, ValueError):
            return False
        return True

    def _prepare(self, java: str, classpath: str) -> Path:
        """Write the settings; at the first start choose the ports and format the log folder."""
        logs, properties = self.data_dir / "logs", self.data_dir / "server.properties"
        kept = self.data_dir / "ports.json"
        if not (logs / "meta.properties").exists():
            shutil.rmtree(logs, ignore_errors=True)  # a format that was cut off
            client, controller = free_ports(2)
            kept.write_text(json.dumps({"client": client, "controller": controller}), "utf-8")
        text = PROPERTIES.format(logs=logs, **json.loads(kept.read_text("utf-8")))
        properties.write_text(text, "utf-8")
        logging = LOGGING.format(file=self.data_dir / "broker.log")
        (self.data_dir / "log4j2.properties").write_text(logging, "utf-8")
        if not (logs / "meta.properties").exists():
            self._format(java, classpath, properties)
        return properties

    def _format(self, java: str, classpath: str, properties: Path) -> None:
        name = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        tool = [java, "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classpath]
        told = subprocess.run(  # what it is given stands in this file
            [*tool, "kafka.tools.StorageTool", "format", "-t", name, "-c", str(properties)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        if told.returncode:
            raise StartFailed(f"Kafka's folder {self.data_dir} cannot be formatted:\n{told.stdout}{told.stderr}")

    def _wait(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        last = "it did not answer"
        while time.monotonic() < deadline:
            if self._program is not None and (code := self._program.exit_code()) is not None:
                said = self._program.tail()
                self._program = None
                raise StartFailed(f"the broker ended with exit code {code}; see {self.data_dir}/broker.log\n{said}")
            try:
                with admin_client(self.servers, timeout=5.0) as admin:
                    if all(part["leader_id"] >= 0 for topic in admin.describe_topics() for part in topic["partitions"]):
                        return
                last = "partitions without a leader"
            except TransientError as error:
                last = str(error)
            time.sleep(0.1)
        self.stop()
        raise StartFailed(f"the broker was not ready after {timeout:.0f} s ({last}); see {self.data_dir}/broker.log")


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on, all different."""
    sockets = [socket.socket() for _ in range(count)]
    for opened in sockets:
        opened.bind(("127.0.0.1", 0))
    ports = [opened.getsockname()[1] for opened in sockets]
    for opened in sockets:
        opened.close()
    return ports
