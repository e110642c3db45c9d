"""A loop that waits for somebody silent takes its readiness away, and only its own."""

import threading
import time

import pytest

from services.alerter.adapters.loops import SILENT, Loop, Loops
from services.alerter.adapters.metrics import Metrics
from shared.runtime.health import Health

pytestmark = pytest.mark.unit


def test_a_silent_database_is_not_ready_until_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    health, metrics, stop = Health(("database", "broker")), Metrics(), threading.Event()
    health.ready("database")
    health.ready("broker")
    loops = Loops(health, stop)
    keeper = Loop("keep-leases", health, metrics, "database", SILENT)
    loops.start(keeper, lambda: None)
    loops.start(Loop("take-in", health, metrics, "broker"), lambda: None)
    loops.look()
    assert health.readiness() == {}
    began = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: began + SILENT + 1)
    loops.look()
    assert list(health.readiness()) == ["database"]
    assert "has not answered for 13 s" in health.readiness()["database"]
    assert not health.illness()
    keeper.beat()
    keeper.trouble("")
    loops.look()
    assert health.readiness() == {}
    stop.set()
    loops.join(1.0)
