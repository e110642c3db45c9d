"""A command finds broker and database in its environment, or is given the local ones for as long as it runs."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from deploy.local import environment
from deploy.local.broker import Broker
from deploy.local.environment import provided

pytestmark = pytest.mark.integration


def test_what_is_given_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "broker:9092")
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/luming")
    with provided() as found:
        assert found["KAFKA_BOOTSTRAP_SERVERS"] == "broker:9092"
        assert found["DATABASE_URL"] == "postgresql://db/luming"
        assert found.get("TOPIC_REPLICATION") != "1"


def test_what_is_missing_is_started_and_stopped(
    monkeypatch: pytest.MonkeyPatch, database_folder: Callable[[], Path]
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(environment, "DATABASE_DATA", database_folder())
    with provided(kafka=False) as found:
        url = found["DATABASE_URL"]
        psycopg.connect(url).close()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_a_broker_that_runs_is_joined_and_left_running(monkeypatch: pytest.MonkeyPatch, local_broker: Broker) -> None:
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)
    monkeypatch.setattr(environment, "KAFKA_DATA", local_broker.data_dir)
    with provided(database=False) as found:
        assert found["KAFKA_BOOTSTRAP_SERVERS"] == local_broker.servers
        assert found["TOPIC_REPLICATION"] == "1"
    assert local_broker.running()
