"""What the alerter counts of its ledger, on the real PostgreSQL and before a real broker."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine, text

from services.alerter.adapters.counting import Counting
from services.alerter.adapters.group_lag import GroupLag
from services.alerter.adapters.ledger import SqlLedger
from services.alerter.adapters.metrics import Metrics
from services.alerter.adapters.store import SqlStore
from shared.errors import TransientError
from shared.messages.topics import CLASSIFIED
from shared.runtime.kafka import ensure_topics, make_producer
from tests.fakes.alerts import alert
from tests.integration.conftest import Kafka

pytestmark = pytest.mark.integration

CHANNEL = "fake:a@example.com"


def value(registry: CollectorRegistry, name: str, **labels: str) -> float | None:
    return registry.get_sample_value(name, labels)


def test_a_delivery_that_waits_and_one_that_arrived_are_told(engine: Engine) -> None:
    hour = datetime.now(UTC) - timedelta(hours=1)
    with SqlStore(engine, "g").begin() as unit:
        unit.add_delivery(alert(), CHANNEL, hour)
    metrics = Metrics()
    counting = Counting(engine, SqlLedger(engine, "me"), metrics, ["fake", "slack"])
    counting.count()
    registry = metrics.registry
    waited = value(registry, "luming_alerter_due_oldest_age_seconds", channel="fake")
    assert waited is not None
    assert 3_590 < waited < 3_700
    assert value(registry, "luming_alerter_due_oldest_age_seconds", channel="slack") == 0
    assert value(registry, "luming_alerter_deliveries_total", channel="slack", state="permanent") == 0
    assert value(registry, "luming_alerter_outbox_unsent", topic="luming.alerts.v1") == 0

    with engine.begin() as connection:
        connection.execute(text("update deliveries set state = 'delivered', due = null, delivered = :at"), {"at": hour})
    again = Metrics()
    Counting(engine, SqlLedger(engine, "me"), again, ["fake"]).count()
    last = value(again.registry, "luming_alerter_last_delivery_timestamp_seconds", channel="fake", kind="new")
    assert last == pytest.approx(hour.timestamp(), abs=1)
    assert value(again.registry, "luming_alerter_outbox_unsent", topic="luming.alerts.v1") == 1
    age = value(again.registry, "luming_alerter_outbox_oldest_age_seconds", topic="luming.alerts.v1")
    assert age is not None
    assert 3_590 < age < 3_700


def test_the_lag_is_counted_while_the_database_is_away(kafka: Kafka) -> None:
    ensure_topics(kafka.servers, [CLASSIFIED], replication=1)
    producer = make_producer(kafka.servers, "test")
    for number in range(3):
        producer.send(CLASSIFIED.name, key=b"k", value=str(number).encode()).get(timeout=30)
    producer.close()
    shown: list[tuple[int, float]] = []
    stop = threading.Event()
    asked: list[str] = []

    def positions(topic: str) -> dict[int, int]:
        asked.append(topic)
        if len(asked) > 1:
            raise TransientError("the database is away")
        return {}

    def show(topic: str, committed: object, end: object, now: float) -> None:
        assert isinstance(committed, dict)
        assert isinstance(end, dict)
        shown.append((sum(end[each] - committed[each] for each in end), now))

    lag = GroupLag(kafka.servers, positions, show)
    thread = threading.Thread(target=lag.run, args=(lambda: None, stop), daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while len(shown) < 2 and time.monotonic() < deadline:
        stop.wait(0.2)
    stop.set()
    thread.join(30)
    assert len(shown) >= 2
    assert all(waiting >= 3 for waiting, _ in shown)
