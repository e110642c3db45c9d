"""Limits: few open files, a page that kills its reader, and a thousand fetches cancelled while they connect."""

import asyncio
import os
import random
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.crawler.adapters.fetcher import HttpFetcher, Limits
from services.crawler.domain.source import Request
from tests.chaos.forms import FULL, seconds
from tests.chaos.living import living
from tests.chaos.settling import settle
from tests.chaos.system import SERVICES, Life, System
from tests.chaos.tally import Account
from tests.integration import test_classifier_killer as killer
from tests.integration.classifier_rig import Reader
from tests.integration.conftest import Kafka
from tests.integration.crawler_site import serve

__all__ = ["living"]
pytestmark = [pytest.mark.chaos, pytest.mark.timeout(3600 if FULL else 400)]
FILES = 64
"""Open files that a process may have."""
TICKS = os.sysconf("SC_CLK_TCK")
CANCELLED = 1_000


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


@pytest.mark.fault(7, "a page kills the process three times")
def test_a_document_that_kills_the_worker_becomes_a_dead_letter(
    kafka: Kafka, reader: Reader, tmp_path: Path, project_root: Path
) -> None:
    killer.test_a_document_that_kills_the_worker_is_given_up_after_three_deaths(kafka, reader, tmp_path, project_root)


@pytest.mark.fault(10, "fetches cancelled while connecting")
def test_a_thousand_cancelled_fetches_leave_the_pool_empty(dice: random.Random) -> None:
    with deaf() as port, serve() as site:
        site.add("/a", "<p>ok</p>")
        open_before = open_files()

        async def run() -> tuple[int, int, int, bytes]:
            async with HttpFetcher(Limits(timeout=30.0), "chaos@example.com", True) as fetcher:
                pool = fetcher._exchange._transport._direct._pool  # type: ignore[attr-defined]  # what is looked at
                cancelled = most = 0
                for part in range(CANCELLED // 50):
                    hosts = [f"127.0.{part + 1}.{one + 1}" for one in range(50)]  # each has a robots.txt of its own
                    tasks = [
                        asyncio.create_task(fetcher.fetch(Request(f"http://{host}:{port}/a"), 0.0)) for host in hosts
                    ]
                    await asyncio.sleep(dice.uniform(0.0, 0.05))
                    most = max(most, len(pool.connections))
                    for task in tasks:
                        task.cancel()
                    ended = await asyncio.gather(*tasks, return_exceptions=True)
                    cancelled += sum(isinstance(one, asyncio.CancelledError) for one in ended)
                left = len(pool.connections)
                answer = await fetcher.fetch(Request(site.url("/a")), 0.0)
                return cancelled, most, left, answer.body

        cancelled, most, left, body = asyncio.run(run())
        assert most > 5, "they were connecting when they were cancelled"
        assert (cancelled, left, body) == (CANCELLED, 0, b"<p>ok</p>")
        assert open_files() <= open_before + 5


def open_files() -> int:
    """Of this process."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@contextmanager
def deaf() -> Iterator[int]:
    """A port on which connecting never ends: its queue is full and nobody takes from it."""
    with socket.socket() as server:
        server.bind(("0.0.0.0", 0))
        server.listen(0)
        waiting = []
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", server.getsockname()[1]))
            waiting.append(one)
        try:
            yield int(server.getsockname()[1])
        finally:
            for one in waiting:
                one.close()
