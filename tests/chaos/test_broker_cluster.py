"""A cluster of three brokers: the leader moves, two of three die, the disk is full. What was acknowledged is there."""

import errno
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka.errors import OutOfOrderSequenceNumberError

from deploy.local.database import Database
from services.crawler.adapters.kafka import KafkaSender
from shared.errors import TransientError
from shared.messages.topics import DOCUMENTS
from shared.store.engine import make_engine
from tests.chaos.cluster import Cluster, cluster, small_disk
from tests.chaos.forms import FULL, times
from tests.chaos.settling import settle
from tests.chaos.system import System, system
from tests.chaos.tally import Account
from tests.integration.conftest import PARTITIONS

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(3600 if FULL else 400)]
DISK = 600
"""Megabytes: a running cluster needs some tens."""


@pytest.fixture(scope="module")
def brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    try:
        with small_disk(folder / "disk", DISK) as disk, cluster(disk, PARTITIONS) as made:
            yield made
    except subprocess.CalledProcessError:
        pytest.skip("no disk can be mounted here")


@pytest.fixture(scope="module")
def spread(brokers: Cluster, local_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The services on the cluster."""
    url = local_database.create("spread", template="template")
    engine = make_engine(url)
    try:
        with system(brokers.servers, url, engine, tmp_path_factory.mktemp("spread"), PARTITIONS) as made:
            made.replication = 3
            made.start_all()
            yield made
    finally:
        engine.dispose()
        local_database.drop("spread")


@pytest.mark.fault(12, "the leader moves")
def test_what_the_old_leader_acknowledged_the_new_one_has(spread: System, brokers: Cluster, account: Account) -> None:
    for _ in range(times(1, 6)):
        spread.newsstand.release(5)
        old = brokers.leader(DOCUMENTS.name)
        brokers.node(old).kill()
        spread.newsstand.release(5)
        gone = {-1, old}
        spread.until(lambda gone=gone: brokers.leader(DOCUMENTS.name) not in gone, 60, "another leads")  # type: ignore[misc]  # binds the node
        settle(spread, account)
        brokers.start()
    settle(spread, account)


class Numbered:
    """A producer whose numbers the broker no longer takes: each send fails for ever (aio-libs/aiokafka#1017)."""

    def __init__(self, well: bool) -> None:
        self.well, self.closed = well, False

    def send(self, *_: object, **__: object) -> "Numbered":
        """The answer that is waited for is this one's own."""
        assert not self.closed, "it was let go"
        return self

    def get(self, timeout: float) -> None:
        if not self.well:
            raise OutOfOrderSequenceNumberError

    def close(self, timeout: float) -> None:
        self.closed = True


@pytest.mark.fault(12, "the leader moves")
def test_a_producer_whose_numbers_are_out_of_order_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [Numbered(False), Numbered(True)]
    coming = iter(made)
    monkeypatch.setattr("services.crawler.adapters.kafka.make_producer", lambda *_: next(coming))
    sender = KafkaSender("127.0.0.1:9", "numbered")
    with pytest.raises(TransientError, match="OutOfOrderSequenceNumberError"):
        sender.send([(DOCUMENTS.name, "k", b"v")])
    assert [one.closed for one in made] == [True, False]
    assert sender.send([(DOCUMENTS.name, "k", b"v")]) == [True]


@pytest.mark.fault(14, "two of three brokers dead")
def test_without_enough_copies_nothing_is_acknowledged_and_the_outbox_waits(
    spread: System, brokers: Cluster, account: Account
) -> None:
    for node in brokers.nodes[1:]:
        node.kill()
    spread.newsstand.release(6)
    _waits(spread)
    brokers.start()
    settle(spread, account)


@pytest.mark.fault(14, "two of three brokers dead")
def test_with_a_full_disk_nothing_is_acknowledged_and_the_outbox_waits(
    spread: System, brokers: Cluster, account: Account, tmp_path_factory: pytest.TempPathFactory
) -> None:
    disk = brokers.nodes[0].data_dir.parent
    filler = disk / "filler"
    fill(filler)
    spread.newsstand.release(6)
    _waits(spread)
    filler.unlink()
    with brokers.kept_running():  # one whose only disk failed ends, some a while after it did
        settle(spread, account)


def fill(file: Path) -> None:
    """Write until the disk takes no more."""
    with file.open("wb", buffering=0) as filling:
        try:
            while filling.write(bytes(1_000_000)) == 1_000_000:
                continue
        except OSError as error:
            assert error.errno == errno.ENOSPC  # noqa: PT017  # the block above is meant to end so


def _waits(spread: System) -> None:
    """Documents that were stored stay unsent for as long as the crawler waits for an answer."""
    spread.until(
        lambda: spread.number("select count(*) from outbox where sent is null") >= 2, 90, "documents wait in the outbox"
    )
    spread.until(
        lambda: b"messages wait in the outbox" in (spread.folder / "crawler.log").read_bytes(),
        90,
        "the crawler says so",
    )
    assert spread.number("select count(*) from outbox where sent is null") >= 2
