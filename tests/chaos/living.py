"""A system that lives through all tests of a module: each hurts it, heals it, and checks all that happened so far."""

from collections.abc import Iterator
from itertools import count

import pytest
from kafka import TopicPartition

from deploy.local.broker import Broker
from deploy.local.database import Database
from shared.messages.topics import TOPICS
from shared.runtime.kafka import admin_client
from shared.store.engine import make_engine
from tests.chaos.system import System, system
from tests.integration.conftest import PARTITIONS

_numbers = count(1)


@pytest.fixture(scope="module")
def living(
    local_broker: Broker, local_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[System]:
    """Crawler, classifier and alerter up, on emptied topics and a database of the module's own."""
    empty_topics(local_broker.servers)
    name = f"living_{next(_numbers)}"
    url = local_database.create(name, template="template")
    engine = make_engine(url)
    try:
        with system(local_broker.servers, url, engine, tmp_path_factory.mktemp(name), PARTITIONS) as made:
            made.start_all()
            yield made
    finally:
        engine.dispose()
        local_database.drop(name)


def empty_topics(servers: str) -> None:
    """Delete all messages of all topics."""
    with admin_client(servers) as admin:
        admin.delete_records({TopicPartition(topic.name, one): -1 for topic in TOPICS for one in range(PARTITIONS)})
