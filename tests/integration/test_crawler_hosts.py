"""Turns shared by several crawlers: the one class in memory and the one in the database keep the same promises."""

import asyncio
import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from sqlalchemy import Engine, text

from services.crawler.adapters import hosts as shared
from services.crawler.adapters import pace as single
from services.crawler.adapters.hosts import SharedHosts
from services.crawler.adapters.pace import Hosts, Pace
from services.crawler.application.ports import NotItsTurn, Refused
from services.crawler.domain.breaker import CLEAN, Change, Standing

pytestmark = [pytest.mark.integration, pytest.mark.timeout(60)]

HOST = "www.example.com"
Make = Callable[[], Hosts]
"""Another crawler's view of the same hosts."""


@pytest.fixture(params=["memory", "database"])
def make(request: pytest.FixtureRequest) -> Make:
    if request.param == "memory":
        only = Pace()
        return lambda: only
    engine: Engine = request.getfixturevalue("engine")
    return lambda: SharedHosts(engine)


def test_requests_keep_their_distance_whoever_asks(make: Make) -> None:
    async def run() -> list[float]:
        crawlers = [make(), make()]
        times = []

        async def one(hosts: Hosts) -> None:
            turn = await hosts.take(HOST, 0.3)
            times.append(time.monotonic())
            await hosts.done(turn, None)

        await asyncio.gather(*(one(crawlers[number % 2]) for number in range(5)))
        return sorted(times)

    times = asyncio.run(run())
    assert times[-1] - times[0] > 4 * 0.3 - 0.15, times  # the first may have been woken late
    assert all(later - earlier > 0.1 for earlier, later in pairwise(times)), times


def test_a_refusal_keeps_everyone_away_until_its_time_and_then_one_tries(make: Make) -> None:
    async def run() -> None:
        first, second = make(), make()
        turn = await first.take(HOST, 0.05)
        await first.done(turn, Change(Standing(1), 2.6, "412"))
        with pytest.raises(Refused, match=r"another [123] s: it answered 412") as caught:
            await second.take(HOST, 0.05)
        assert caught.value.retry_after is not None
        assert 0 < caught.value.retry_after <= 2.6
        await asyncio.sleep(2.65)
        turn = await second.take(HOST, 0.05)
        assert turn.standing == Standing(1)
        with pytest.raises(NotItsTurn, match="another 60 s"):
            await first.take(HOST, 0.05)
        await second.done(turn, Change(CLEAN))
        assert (await first.take(HOST, 0.05)).standing == CLEAN

    asyncio.run(run())


def test_a_doubt_is_remembered_and_silences_nobody(make: Make) -> None:
    async def run() -> None:
        first, second = make(), make()
        await first.done(await first.take(HOST, 0.01), Change(Standing(0, "https://www.example.com/a")))
        turn = await second.take(HOST, 0.01)
        assert turn.standing == Standing(0, "https://www.example.com/a")
        await second.done(turn, Change(CLEAN))
        assert (await first.take(HOST, 0.01)).standing == CLEAN

    asyncio.run(run())


def test_only_so_many_are_under_way_at_once(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "PATIENCE", 0.8)
    monkeypatch.setattr(single, "PATIENCE", 0.8)

    async def run() -> None:
        crawler = make()
        turns = [await crawler.take(HOST, 0.01), await make().take(HOST, 0.01)]
        with pytest.raises(NotItsTurn, match="2 requests are under way"):
            await crawler.take(HOST, 0.01)
        await crawler.done(turns[0], None)
        await crawler.take(HOST, 0.01)

    asyncio.run(run())


def test_a_turn_too_far_away_is_not_waited_for(make: Make) -> None:
    async def run() -> None:
        hosts = make()
        await hosts.done(await hosts.take(HOST, 100.0), None)
        with pytest.raises(NotItsTurn, match="another 100 s"):
            await make().take(HOST, 100.0)
        assert hosts.busy() == [HOST]
        assert (await hosts.take("other.example.com", 1.0)).host == "other.example.com"

    asyncio.run(run())


def test_a_host_may_rest(make: Make) -> None:
    async def run() -> None:
        hosts = make()
        await hosts.done(await hosts.take(HOST, 0.01), None)
        await hosts.rest(HOST, 40.0)
        with pytest.raises(NotItsTurn, match="another 40 s"):
            await make().take(HOST, 0.01)

    asyncio.run(run())


def test_parts_of_pages_are_not_asked_of_a_host_that_refuses_anyone(make: Make) -> None:
    async def run() -> None:
        first, second = make(), make()
        await first.done(await first.beside(HOST, 1.0), Change(Standing(1), 0.5, "412"))
        with pytest.raises(Refused, match="it answered 412"):
            await second.beside(HOST, 1.0)
        with pytest.raises(Refused, match="it answered 412"):
            await second.take(HOST, 0.01)
        await asyncio.sleep(0.55)
        turn = await second.beside(HOST, 0.01)
        assert turn.standing == Standing(1)
        await second.done(turn, Change(CLEAN))
        assert (await first.beside(HOST, 1.0)).standing == CLEAN

    asyncio.run(run())


def test_parts_take_no_place_and_no_turn(make: Make) -> None:
    async def run() -> None:
        hosts = make()
        turns = [await hosts.take(HOST, 0.01), await hosts.take(HOST, 0.01)]
        parts = [await hosts.beside(HOST, 0.01) for _ in range(4)]
        for turn in [*turns, *parts]:
            await hosts.done(turn, None)
        began = time.monotonic()
        await asyncio.gather(*(make().take(HOST, 0.01) for _ in range(2)))
        assert time.monotonic() - began < 5  # a place that is taken is held for 20 s

    asyncio.run(run())


def test_a_wait_that_is_cancelled_leaves_neither_place_nor_turn_behind(make: Make) -> None:
    async def run() -> None:
        hosts = make()
        await hosts.done(await hosts.take(HOST, 2.0), None)
        for moment in (0.0, 0.002, 0.3, 0.3):
            waiting = asyncio.create_task(hosts.take(HOST, 2.0))
            await asyncio.sleep(moment)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        began = time.monotonic()
        await make().take(HOST, 2.0)
        assert time.monotonic() - began < 3  # a turn left behind would cost 2 s more

    asyncio.run(run())


def test_without_a_pace_nothing_is_asked_of_the_database(engine: Engine) -> None:
    async def run() -> None:
        hosts = SharedHosts(engine)
        for turn in [await hosts.take(HOST, 0.0) for _ in range(50)] + [await hosts.beside(HOST, 0.0)]:
            await hosts.done(turn, None)

    asyncio.run(run())
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from hosts")).scalar() == 0


def test_a_database_that_is_away_is_no_fault_of_the_page(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("alter table hosts rename to elsewhere"))
    with pytest.raises(NotItsTurn, match="nobody says whose turn it is"):
        asyncio.run(SharedHosts(engine).take(HOST, 1.0))
