"""Alerters that a benchmark forks are processes as any other: they end by themselves, by signal, and say how."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.alerting.nursery import Forked, Nursery

pytestmark = pytest.mark.integration
NOWHERE = "127.0.0.1:1"
"""Where nobody listens: an alerter waits there for its broker."""


@pytest.fixture
def nursery(tmp_path: Path) -> Iterator[Nursery]:
    made = Nursery(tmp_path)
    yield made
    made.close()


def start(nursery: Nursery, folder: Path, **more: str) -> Forked:
    told = {"PATH": os.environ["PATH"], "KAFKA_BOOTSTRAP_SERVERS": NOWHERE, **more}
    return nursery.start(told, folder, folder / "log")


def test_one_that_ends_by_itself_tells_its_exit_code_and_why(nursery: Nursery, tmp_path: Path) -> None:
    one = start(nursery, tmp_path, DATABASE_URL="nonsense")
    assert one.wait(60) == 2
    assert one.poll() == 2
    assert "DATABASE_URL" in (tmp_path / "log").read_text("utf-8")


def test_one_that_is_killed_tells_the_signal_and_the_next_lives(nursery: Nursery, tmp_path: Path) -> None:
    url = "postgresql://nobody@127.0.0.1:1/none"
    for number in (signal.SIGKILL, signal.SIGKILL):
        one = start(nursery, tmp_path, DATABASE_URL=url, CONFIG_DIR=str(Path(__file__).parents[2] / "config"))
        assert one.poll() is None
        one.send_signal(number)
        assert one.wait(30) == -number
