"""Every command of every service explains itself with nothing in the environment."""

import importlib
import os
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from shared.runtime.secrets import secrets_of_this_process

pytestmark = pytest.mark.unit

SERVICES = ("alerter", "classifier", "crawler", "maintenance", "portal")


def application(service: str) -> typer.Typer:
    app: typer.Typer = importlib.import_module(f"services.{service}.__main__").app
    return app


def commands(service: str) -> Iterator[tuple[str, ...]]:
    """The way to each command and each group of commands, the service itself included."""
    yield from _below(typer.main.get_command(application(service)), ())


def _below(command: Any, way: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield way
    for name, child in getattr(command, "commands", {}).items():
        yield from _below(child, (*way, name))


EVERY = [(service, way) for service in SERVICES for way in commands(service)]


def test_the_walk_finds_the_commands() -> None:
    ways = {f"{service} {' '.join(way)}".strip() for service, way in EVERY}
    assert {"crawler doctor", "classifier reclassify", "alerter explain", "alerter preview", "alerter apply"} <= ways
    assert {"alerter", "alerter config import", "alerter silence add"} <= ways


@pytest.mark.parametrize(("service", "way"), EVERY, ids=lambda one: one if isinstance(one, str) else " ".join(one))
def test_help_works_without_any_setting(service: str, way: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in set(os.environ) - {"PATH"}:
        monkeypatch.delenv(name)
    ended = CliRunner().invoke(application(service), [*way, "--help"])
    assert ended.exit_code == 0, ended.output
    assert "Usage:" in ended.output
    assert len(ended.output.splitlines()) > 4


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_reads_secrets_from_files(service: str) -> None:
    assert application(service).info.callback is secrets_of_this_process
