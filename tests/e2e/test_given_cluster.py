"""The demo on a cluster of three brokers that was given: the same account as on its own. FULL=1 runs it."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.messages.topics import TOPICS
from shared.runtime.kafka import admin_client
from tests.chaos.cluster import NODES, Cluster
from tests.e2e.conftest import Start, read_json
from tests.e2e.test_demo import check_figures, check_files

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not os.environ.get("FULL", "").strip("0 "), reason="FULL=1 runs the demo on three brokers"),
]


@pytest.fixture
def given() -> Iterator[str]:
    """The addresses of three brokers."""
    with tempfile.TemporaryDirectory(prefix="luming-cluster-", ignore_cleanup_errors=True) as folder:
        cluster = Cluster(Path(folder))
        cluster.start()
        yield cluster.servers
        cluster.stop()


def test_a_given_cluster_gives_the_same_account(start: Start, tmp_path: Path, given: str) -> None:
    told = {"KAFKA_BOOTSTRAP_SERVERS": given, "TOPIC_REPLICATION": str(NODES)}
    run = start("demo", "--once", "--summary", tmp_path / "summary.json", **told)
    printed = run.output()
    assert run.process.returncode == 0, printed
    figures = read_json(tmp_path / "summary.json")
    check_figures(figures, printed)
    check_files(run)
    assert figures["twice_on_the_wire"] == 0, printed
    assert "broker: ready" not in printed  # none of its own was started
    with admin_client(given) as admin:  # each message has as many copies as there are brokers
        described = admin.describe_topics([topic.name for topic in TOPICS])
    copies = {len(one["replica_nodes"]) for topic in described for one in topic["partitions"]}
    assert copies == {NODES}
