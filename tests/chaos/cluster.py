"""A cluster of three brokers on this machine, each of which a test may kill, with three copies of every message."""

import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.local.broker import Broker, new_cluster_id
from deploy.local.ports import free_ports
from deploy.local.process import StartFailed
from shared.errors import TransientError
from shared.messages.topics import TOPICS
from shared.runtime.kafka import admin_client, ensure_topics

NODES = 3
PROPERTIES = """\
node.id={number}
controller.quorum.voters={voters}
listeners=CLIENT://127.0.0.1:{client},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=CLIENT://127.0.0.1:{client}
offsets.topic.replication.factor=3
transaction.state.log.replication.factor=3
transaction.state.log.min.isr=2
broker.session.timeout.ms=3000
controlled.shutdown.enable=true
"""
"""Where a node of three differs from a lone one (deploy/local/broker_files.py); of two equal names the last holds."""


class Node(Broker):
    """One of the three; its ports are chosen for all before the first starts."""

    def __init__(self, folder: Path, number: int, ports: Sequence[tuple[int, int]], cluster_id: str) -> None:
        """`number` from 0; `ports` of all nodes: clients', controllers'."""
        voters = ",".join(f"{one}@127.0.0.1:{controller}" for one, (_, controller) in enumerate(ports, 1))
        client, controller = ports[number]
        told = PROPERTIES.format(number=number + 1, voters=voters, client=client, controller=controller)
        super().__init__(folder / f"node-{number + 1}", properties=told, cluster_id=cluster_id)
        self._client = client
        self.number = number + 1

    def _address(self) -> str:
        return f"127.0.0.1:{self._client}"

    def _foreign_ports(self, kept: Path) -> bool:
        return False


class Cluster:
    """The three nodes."""

    def __init__(self, folder: Path) -> None:
        ports = free_ports(2 * NODES)
        pairs = list(zip(ports[:NODES], ports[NODES:], strict=True))
        cluster_id = new_cluster_id()
        self.nodes = [Node(folder, number, pairs, cluster_id) for number in range(NODES)]
        self.servers = ",".join(f"127.0.0.1:{client}" for client, _ in pairs)

    def start(self) -> None:
        """Start those that do not run, side by side: two of three are needed before any is ready."""
        failed: list[BaseException] = []

        def begin(node: Node) -> None:
            try:
                node.start()
            except BaseException as error:  # noqa: BLE001  raised below, in the thread of the caller
                failed.append(error)

        threads = [threading.Thread(target=begin, args=(node,)) for node in self.nodes if not node.running()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failed:
            raise failed[0]

    @contextmanager
    def kept_running(self) -> Iterator[None]:
        """Start those that end again, as whoever runs a broker does, until the block ends.

        Raises the StartFailed of one that could not be started.
        """
        done, failed = threading.Event(), list[Exception]()

        def watch() -> None:
            try:
                while not done.wait(0.5):
                    for node in self.nodes:
                        if not node.running():
                            node.stop()
                    self.start()
            except StartFailed as error:
                failed.append(error)

        watchman = threading.Thread(target=watch)
        watchman.start()
        try:
            yield
        finally:
            done.set()
            watchman.join()
            if failed:
                raise failed[0]

    def leader(self, topic: str) -> int:
        """Which node leads the topic's first partition; -1: none, or nobody answers who knows."""
        try:
            with admin_client(self.servers, timeout=5.0) as admin:
                (described,) = admin.describe_topics([topic])
        except TransientError:  # the node that was asked may be the one that is gone
            return -1
        return next(int(one["leader_id"]) for one in described["partitions"] if one["partition_index"] == 0)

    def node(self, number: int) -> Node:
        """The node of that id."""
        return self.nodes[number - 1]

    def stop(self) -> None:
        """Stop all at once: one that is stopped alone would wait for a quorum that is going away."""
        for node in self.nodes:
            node.kill()


@contextmanager
def cluster(folder: Path, partitions: int) -> Iterator[Cluster]:
    """Three brokers with the project's topics, three copies each."""
    made = Cluster(folder)
    try:
        made.start()
        ensure_topics(made.servers, TOPICS, replication=NODES, partitions=partitions)
        yield made
    finally:
        made.stop()


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A folder on a disk of so many megabytes, in memory. Raises CalledProcessError where mounting is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)
