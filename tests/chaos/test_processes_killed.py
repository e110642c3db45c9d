"""Processes that are killed, at random moments and at chosen system calls: nothing is lost, nothing told twice."""

import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from deploy.local.database import Database
from tests.chaos.forms import FULL, times
from tests.chaos.living import living
from tests.chaos.settling import settle
from tests.chaos.system import SERVICES, System
from tests.chaos.tally import Account

__all__ = ["living"]
pytestmark = [pytest.mark.chaos, pytest.mark.timeout(3600 if FULL else 300)]
needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


@pytest.mark.fault(1, "services killed under load")
def test_each_service_killed_at_random_moments(living: System, dice: random.Random, account: Account) -> None:
    kills = times(2, 200)
    for number in range(kills):
        if number % max(1, kills // 2) == 0:
            living.newsstand.release(8)
        for name in dice.sample(SERVICES, len(SERVICES)):
            time.sleep(dice.uniform(0.0, 0.8))
            living.kill(name)
            living.start(name)
        if number % 2:
            living.wait_ready()
    settle(living, account)


@needs_strace
@pytest.mark.fault(2, "killed at the N-th write or send")
@pytest.mark.parametrize("name", ["alerter", "crawler"])
def test_a_service_killed_at_its_nth_send(living: System, dice: random.Random, account: Account, name: str) -> None:
    for _ in range(times(1, 14)):
        life = living.lives[name]
        with killed_at("sendto", dice.randint(3, 40), [life.pid]):
            living.newsstand.release(times(5, 1))
            life.process.wait(120)
        assert life.process.returncode == -signal.SIGKILL, life.tail()
        living.killed += name == "alerter"
        living.start(name)
        living.wait_ready()
    settle(living, account)


@needs_strace
@pytest.mark.fault(2, "killed at the N-th write or send")
@pytest.mark.parametrize("call", ["pwrite64", "fdatasync"])
def test_the_database_killed_at_its_nth_write(
    living: System, local_database: Database, dice: random.Random, account: Account, call: str
) -> None:
    for _ in range(times(1, 14)):
        before = killed_backends(local_database)
        backends = [int(row[0]) for row in living.rows(BACKENDS)]
        with killed_at(call, dice.randint(1, 3), backends) as tracer:
            living.newsstand.release(times(4, 1))
            tracer.wait(120)  # a killed backend takes all others with it, and the tracer ends with the last
        living.until(lambda before=before: killed_backends(local_database) > before, 20, "a backend was killed")  # type: ignore[misc]  # binds the number
    settle(living, account)


BACKENDS = "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"


def killed_backends(database: Database) -> int:
    """How often the server said that one of its processes was killed."""
    return (database.data_dir / "database.log").read_text("utf-8", "replace").count("was terminated by signal 9")


@contextmanager
def killed_at(call: str, number: int, pids: Sequence[int]) -> Iterator[subprocess.Popen[bytes]]:
    """In the block, each thread of these processes is killed at its so-many-th such system call."""
    inject = ("-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={number}")
    attached = [word for pid in pids for word in ("-p", str(pid))]
    tracer = subprocess.Popen(["strace", "-f", "-o", "/dev/null", *inject, *attached], stderr=subprocess.PIPE)
    try:
        assert tracer.stderr is not None
        tracer.stderr.readline()  # it says to whom it is attached
        yield tracer
    finally:
        tracer.terminate()
        tracer.wait(20)
        if tracer.stderr is not None:
            tracer.stderr.close()
