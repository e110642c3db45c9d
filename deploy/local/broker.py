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

from deploy.local.broker_files import HEAP, LOGGING, PROPERTIES, escaped, java_environment
from deploy.local.java import find_java
from deploy.local.kafka_jars import check_jars
from deploy.local.paths import KAFKA_JARS
from deploy.local.ports import free_ports, is_free
from deploy.local.process import Launch, Program, StartFailed, take_lock
from shared.errors import TransientError
from shared.runtime.kafka import admin_client


class Broker:
    """The broker of one data folder. `start()` gives its address; a folder that is served already is joined.

    `properties` (lines of server.properties, where {client} and {controller} are its ports) go before those that every
    one has. `cluster_id` is one of several nodes' (22 characters of base64); a lone node makes its own up.
    """

    def __init__(
        self, data_dir: Path, jars: Path = KAFKA_JARS, properties: str = "", cluster_id: str | None = None
    ) -> None:
        self._properties = properties
        self._cluster_id = cluster_id
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

    def start(self, timeout: float = 120.0) -> str:
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
            launch = Launch(command, log=self.data_dir / "output.log", environment=java_environment())
            self._program = Program(launch, lock)
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
        fresh = not (logs / "meta.properties").exists()
        if fresh:
            shutil.rmtree(logs, ignore_errors=True)  # a format that was cut off
        if fresh or self._foreign_ports(kept):
            client, controller = free_ports(2)
            kept.write_text(json.dumps({"client": client, "controller": controller}), "utf-8")
        text = (PROPERTIES + self._properties).format(logs=escaped(logs), **json.loads(kept.read_text("utf-8")))
        properties.write_text(text, "ascii")
        logging = LOGGING.format(file=escaped(self.data_dir / "broker.log"))
        (self.data_dir / "log4j2.properties").write_text(logging, "ascii")
        if fresh:
            self._format(java, classpath, properties)
        return properties

    def _foreign_ports(self, kept: Path) -> bool:
        """Whether the ports are no longer to be had; then the folder gets others, unless clients know them already.

        Raises StartFailed in that case: clients of this run would look for the broker where a stranger is.
        """
        taken = [port for port in json.loads(kept.read_text("utf-8")).values() if not is_free(port)]
        if taken and self.servers:
            raise StartFailed(f"port {taken[0]} of the broker was taken by another program while it was down")
        return bool(taken)

    def _cluster(self) -> str:
        """The id that the folder was formatted with: another program on its port would tell another."""
        text = (self.data_dir / "logs" / "meta.properties").read_text("ascii")
        return next((line[11:] for line in text.splitlines() if line.startswith("cluster.id=")), "")

    def _format(self, java: str, classpath: str, properties: Path) -> None:
        name = self._cluster_id or new_cluster_id()
        tool = [java, "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classpath]
        told = subprocess.run(  # what it is given stands in this file
            # `-t NAME` would take a name that begins with a dash, one of 64, for an option.
            [*tool, "kafka.tools.StorageTool", "format", f"--cluster-id={name}", "-c", str(properties)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=java_environment(),
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
                    ours = admin.describe_cluster()["cluster_id"] == self._cluster()
                    partitions = [part for topic in admin.describe_topics() for part in topic["partitions"]]
                if ours and all(part["leader_id"] >= 0 for part in partitions):
                    return
                last = "partitions without a leader" if ours else "another program answers on its port"
            except TransientError as error:
                last = str(error)
            time.sleep(0.1)
        self.stop()
        raise StartFailed(f"the broker was not ready after {timeout:.0f} s ({last}); see {self.data_dir}/broker.log")


def new_cluster_id() -> str:
    """A name that no other cluster has, as Kafka writes them."""
    return urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
