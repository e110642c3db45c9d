"""What /healthz and /readyz answer is what the process said of itself."""

import pytest

from shared.runtime.health import Health

pytestmark = pytest.mark.unit


def test_nothing_is_ready_before_it_said_so() -> None:
    health = Health(["broker", "database"])
    assert health.readiness() == {"broker": "not yet", "database": "not yet"}


def test_ready_when_every_condition_holds() -> None:
    health = Health(["broker", "database"])
    health.ready("broker")
    assert health.readiness() == {"database": "not yet"}
    health.ready("database")
    assert health.readiness() == {}


def test_a_condition_can_cease() -> None:
    health = Health(["broker"])
    health.ready("broker")
    health.unready("broker", "connection refused")
    assert health.readiness() == {"broker": "connection refused"}
    health.unready("broker", "")
    assert health.readiness() == {"broker": "unknown"}


def test_ill_until_it_is_taken_back() -> None:
    health = Health([])
    assert health.illness() == ""
    health.ill("no progress for 60 s")
    assert health.illness() == "no progress for 60 s"
    health.ill("")
    assert health.illness() == ""
