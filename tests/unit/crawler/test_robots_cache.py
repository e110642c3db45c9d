"""The kept rules of hosts: one question for all who wait, read beside the loop, and nothing kept of who asked."""

import asyncio
import threading

import pytest

from services.crawler.adapters import robots as adapter
from services.crawler.adapters.robots import RobotsCache
from services.crawler.domain.robots import Robots, read_robots

pytestmark = pytest.mark.unit


def test_all_who_wait_get_one_answer_and_leave_no_lock_behind() -> None:
    asked = []

    async def ask(address: str, most: int) -> tuple[int, bytes]:
        asked.append(address)
        await asyncio.sleep(0.01)
        return 200, b"User-agent: *\nDisallow: /private\n"

    async def run() -> None:
        cache = RobotsCache(ask)
        sites = [f"https://{number}.example.com/a" for number in range(20)] * 3
        rules = await asyncio.gather(*(cache.of(site) for site in sites))
        assert not any(one.allows("https://0.example.com/private", "Luming") for one in rules)
        assert len(cache._asking) == 0

    asyncio.run(run())
    assert len(asked) == 20


def test_rules_are_read_beside_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = []

    def read(status: int, body: bytes) -> Robots:
        threads.append(threading.current_thread())
        return read_robots(status, body)

    async def ask(address: str, most: int) -> tuple[int, bytes]:
        return 404, b""

    monkeypatch.setattr(adapter, "read_robots", read)
    assert asyncio.run(RobotsCache(ask).of("https://example.com/a")).allows("https://example.com/a", "Luming")
    assert threads
    assert threading.main_thread() not in threads
