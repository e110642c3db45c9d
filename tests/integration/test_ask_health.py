"""The health check of an image: 0 where the service gets on, 1 where it is ill, and where nobody answers."""

import pytest
from prometheus_client import CollectorRegistry

from deploy.local.ports import free_ports
from shared.runtime import ask_health
from shared.runtime.health import Health, serve_health

pytestmark = pytest.mark.integration


def asked(monkeypatch: pytest.MonkeyPatch, port: int) -> int:
    monkeypatch.setenv("HTTP_PORT", str(port))
    with pytest.raises(SystemExit) as left:
        ask_health.main()
    return int(left.value.code or 0)


def test_it_says_what_the_service_says(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    health = Health(["broker"])
    server, port = serve_health(health, "127.0.0.1", 0, CollectorRegistry())
    try:
        assert asked(monkeypatch, port) == 0  # not ready yet, and well all the same
        health.ill("nothing was read for 90 s")
        assert asked(monkeypatch, port) == 1
        assert "nothing was read for 90 s" in capsys.readouterr().err
    finally:
        server.shutdown()
        server.server_close()


def test_nobody_there_is_ill(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (port,) = free_ports(1)
    assert asked(monkeypatch, port) == 1
    assert "no answer" in capsys.readouterr().err
