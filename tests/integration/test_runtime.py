"""Health server and waits of a service's process, over real sockets."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from prometheus_client import CollectorRegistry, Counter
from structlog.testing import capture_logs

from deploy.local.database import Database
from deploy.local.ports import free_ports
from shared.errors import ConfigError, PermanentError
from shared.runtime.health import Health, serve_health
from shared.runtime.kafka import wait_for_broker
from shared.store import engine as store
from shared.store.engine import make_engine, wait_for_database

pytestmark = pytest.mark.integration


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.fixture
def served() -> Iterator[tuple[Health, int, Counter]]:
    registry = CollectorRegistry()
    counter = Counter("luming_test_documents", "Documents.", registry=registry)
    health = Health(["broker"])
    server, port = serve_health(health, "127.0.0.1", 0, registry)
    yield health, port, counter
    server.shutdown()
    server.server_close()


def test_ready_and_healthy_are_told(served: tuple[Health, int, Counter]) -> None:
    health, port, _ = served
    status, body = get(port, "/readyz")
    assert (status, json.loads(body)) == (503, {"ok": False, "missing": {"broker": "not yet"}})
    health.ready("broker")
    assert get(port, "/readyz")[0] == 200
    assert get(port, "/healthz")[0] == 200
    health.ill("no progress")
    status, body = get(port, "/healthz")
    assert (status, json.loads(body)["missing"]) == (503, {"progress": "no progress"})


def test_metrics_are_told(served: tuple[Health, int, Counter]) -> None:
    _, port, counter = served
    counter.inc(3)
    status, body = get(port, "/metrics")
    assert status == 200
    assert "luming_test_documents_total 3.0" in body
    assert get(port, "/other")[0] == 404


def test_a_taken_port_names_its_variable(served: tuple[Health, int, Counter]) -> None:
    with pytest.raises(ConfigError, match="HTTP_PORT"):
        serve_health(Health([]), "127.0.0.1", served[1], CollectorRegistry())


def test_waiting_for_a_broker_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()
    with capture_logs() as lines:
        assert wait_for_broker(f"127.0.0.1:{free_ports(1)[0]}", stop, pause=0.1) is False
    assert [line["event"] for line in lines] == ["waiting for the broker"]
    assert "refused" in lines[0]["error"]


def test_an_address_that_can_never_answer_is_still_stoppable() -> None:
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    assert wait_for_broker("no-such-host.invalid:1", stop, pause=0.1) is False


def test_waiting_for_a_database_is_said_and_ends_when_it_comes(local_database: Database) -> None:
    url = local_database.url("comes_later")
    engine = make_engine(url)
    threading.Timer(0.5, lambda: local_database.create("comes_later")).start()
    with capture_logs() as lines:
        assert wait_for_database(engine, threading.Event(), pause=0.1) is True
    engine.dispose()
    local_database.drop("comes_later")
    assert [line["event"] for line in lines] == ["waiting for the database", "the database answers"]
    assert "does not exist" in lines[0]["error"]


def test_a_database_that_forgets_is_warned_of(local_database: Database) -> None:
    url = local_database.create("forgetful")
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("alter database forgetful set synchronous_commit = off")
    engine.dispose()
    with capture_logs() as lines:
        wait_for_database(engine, threading.Event())
    engine.dispose()
    local_database.drop("forgetful")
    assert [line["setting"] for line in lines] == ["synchronous_commit"]


def test_a_database_too_old_is_refused(local_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "OLDEST", 99)
    engine = make_engine(local_database.url("luming"))
    with pytest.raises(ConfigError, match="DATABASE_URL: names a PostgreSQL 18"):
        wait_for_database(engine, threading.Event())
    engine.dispose()


def test_no_address_of_a_database_is_refused() -> None:
    with pytest.raises(ConfigError, match="DATABASE_URL"):
        make_engine("nonsense")


def test_a_server_without_port_is_permanent() -> None:
    from shared.runtime.kafka import knock

    with pytest.raises(PermanentError, match="host:port"):
        knock(["broker"])


def test_the_database_is_not_waited_for_after_a_stop(local_database: Database) -> None:
    stop = threading.Event()
    stop.set()
    began = time.monotonic()
    assert wait_for_database(make_engine(local_database.url("never_made")), stop) is False
    assert time.monotonic() - began < 10


def test_ports_are_none_that_outgoing_connections_get() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert all(20_000 <= port < 32_000 for port in ports)
