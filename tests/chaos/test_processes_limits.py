"""Few open files: a service that can do no more waits, and does not spin."""

import os
import shutil
import time
from pathlib import Path

import pytest

from tests.chaos.forms import FULL, seconds
from tests.chaos.life import Life
from tests.chaos.living import living
from tests.chaos.settling import settle
from tests.chaos.system import SERVICES, System
from tests.chaos.tally import Account

__all__ = ["living"]
pytestmark = [pytest.mark.chaos, pytest.mark.timeout(3600 if FULL else 400)]
FILES = 64
"""Open files that a process may have."""
TICKS = os.sysconf("SC_CLK_TCK")


@pytest.mark.fault(8, "64 open files")
@pytest.mark.skipif(shutil.which("prlimit") is None, reason="prlimit is not installed")
def test_with_few_open_files_nothing_spins_and_nothing_is_lost(living: System, account: Account) -> None:
    for name in SERVICES:
        living.stop(name)
        living.start(name, ("prlimit", f"--nofile={FILES}:{FILES}"))
    living.newsstand.release(8)
    living.until(
        lambda: living.number("select count(*) from crawl_decisions") > 0 or not living.lives["crawler"].alive,
        90,
        "the crawler works, or says that it cannot",
    )
    living.until(
        lambda: living.number("select count(*) from deliveries where state = 'delivered'"), 90, "some are told"
    )
    lives = [living.lives[name] for name in SERVICES]
    before, began = [worked(life) for life in lives], time.monotonic()
    time.sleep(seconds(3.0, 30.0))
    share = max(now - then for now, then in zip(map(worked, lives), before, strict=True)) / (time.monotonic() - began)
    assert share < 0.7, f"{share:.0%} of a core: a loop spins"
    for name in SERVICES:
        if living.lives[name].alive:
            living.stop(name)
    living.killed += 1
    living.heal()
    settle(living, account)


def worked(life: Life) -> float:
    """Seconds of processor time that a process has used; 0 once it is gone."""
    try:
        fields = Path(f"/proc/{life.pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS
