"""The real Kafka and PostgreSQL, started once a session; each test finds them as new."""

import itertools
import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from kafka.structs import TopicPartition
from playwright.sync_api import expect
from sqlalchemy import Engine

from deploy.local.broker import Broker
from deploy.local.database import Database
from deploy.local.programs import from_debian
from shared.messages.topics import TOPICS
from shared.runtime.kafka import admin_client, ensure_topics
from shared.store.engine import make_engine, migrate
from tests.integration.classifier_rig import producer, reader, start
from tests.quick_folder import quick_folder

__all__ = ["producer", "reader", "start"]
# Fixtures of the classifier's tests, which stand beside what else those need.

PARTITIONS = 2
"""Of each topic: more than one, so that tests meet what one partition hides."""

expect.set_options(timeout=20_000)  # milliseconds: what a page comes to, on a machine that runs other tests beside it

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Kafka:
    """The broker of the session, all topics made and empty."""

    servers: str
    partitions: int = PARTITIONS


@pytest.fixture(scope="session")
def local_broker() -> Iterator[Broker]:
    """The broker itself; tests that kill one start their own."""
    logging.getLogger("kafka").setLevel(logging.CRITICAL)  # what it says of a broker that goes away is no news here
    with tempfile.TemporaryDirectory(prefix="luming-test-", dir=quick_folder(), ignore_cleanup_errors=True) as folder:
        broker = Broker(Path(folder) / "kafka")
        broker.start()
        ensure_topics(broker.servers, TOPICS, replication=1, partitions=PARTITIONS)
        yield broker
        broker.stop()


@pytest.fixture
def kafka(local_broker: Broker) -> Kafka:
    """Kafka with every topic of the project, emptied: a group without offsets reads this test's messages only."""
    with admin_client(local_broker.servers) as admin:
        ends = {
            TopicPartition(topic.name, number): -1  # -1: all up to the end
            for topic in TOPICS
            for number in range(PARTITIONS)
        }
        admin.delete_records(ends)
    return Kafka(local_broker.servers)


@pytest.fixture(scope="session")
def database_folder() -> Iterator[Callable[[], Path]]:
    """Makes folders for a database. Not pytest's own: as root the server runs as another user, and every pytest that
    starts takes the way through its temporary folder from all other users again."""
    with tempfile.TemporaryDirectory(prefix="luming-test-", dir=quick_folder(), ignore_cleanup_errors=True) as made:
        yield lambda: Path(tempfile.mkdtemp(dir=made))


@contextmanager
def session_database(folder: Path) -> Iterator[Database]:
    """The server itself, with a migrated database `template` that each test's own is copied from.

    TEST_POSTGRES=15 takes Debian's PostgreSQL 15 instead of the wheel's 18.
    """
    major = os.environ.get("TEST_POSTGRES")
    database = Database(folder, programs=from_debian(int(major)) if major else None)
    database.start()
    engine = make_engine(database.create("template"))
    migrate(engine)
    engine.dispose()
    yield database
    database.stop()


@pytest.fixture(scope="session")
def local_database(database_folder: Callable[[], Path]) -> Iterator[Database]:
    """As session_database."""
    with session_database(database_folder()) as database:
        yield database


@pytest.fixture
def database_url(local_database: Database) -> Iterator[str]:
    """The URL of a migrated, empty database that this test has for itself."""
    name = f"test_{next(_numbers)}"
    yield local_database.create(name, template="template")
    local_database.drop(name)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on this test's database."""
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def config_dir(project_root: Path) -> Path:
    """The project's own config/."""
    return project_root / "config"
