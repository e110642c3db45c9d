"""A page that kills its reader, and a thousand fetches that are cancelled while they connect."""

import asyncio
import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.crawler.adapters.fetcher import HttpFetcher, Limits
from services.crawler.domain.source import Request
from tests.chaos.cgroup import place
from tests.integration import test_classifier_killer as killer
from tests.integration.classifier_rig import Reader
from tests.integration.conftest import Kafka
from tests.integration.crawler_site import serve

pytestmark = pytest.mark.chaos
CANCELLED = 1_000
by_signal = (
    pytest.mark.long_form(reason="the short form has the kernel kill it, in test_memory_limit.py")
    if place()
    else pytest.mark.chaos
)


@pytest.mark.fault(7, "a page kills the process three times")
@by_signal
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
