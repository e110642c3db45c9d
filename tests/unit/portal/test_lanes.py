"""A lane lets few in, half of them of one reader; who waits too long, or where too many wait, is told so."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from starlette.types import Scope

from services.portal.web.lanes import LANES, QUEUE, Entrance, Full, Lane

pytestmark = pytest.mark.unit


def entrance(room: int = 4, wait: float = 0.05) -> Entrance:
    """A lane for everything."""
    return Entrance(Lane("things", lambda _scope: True, room, wait, 7))


def run(work: Callable[[], Awaitable[None]]) -> None:
    """Within a loop of its own."""

    async def whole() -> None:
        await work()

    asyncio.run(whole())


async def held(one: Entrance, reader: str, go: asyncio.Event) -> str:
    """What becomes of a request that takes until `go`."""
    try:
        async with one.entered(reader):
            await go.wait()
            return "served"
    except Full:
        return "full"


def test_one_reader_has_half_and_another_finds_room() -> None:
    async def work() -> None:
        one, go = entrance(), asyncio.Event()
        greedy = [asyncio.create_task(held(one, "a", go)) for _ in range(6)]
        await asyncio.sleep(0.15)
        others = [asyncio.create_task(held(one, reader, go)) for reader in ("b", "c", "d")]
        await asyncio.sleep(0.15)
        go.set()
        assert sorted([await each for each in greedy]) == ["full"] * 4 + ["served"] * 2
        assert [await each for each in others] == ["served", "served", "full"]
        assert one._shares == {}, "nothing is kept of who has left"

    run(work)


def test_one_reader_does_not_fill_the_queue() -> None:
    async def work() -> None:
        one, go = entrance(4, 5.0), asyncio.Event()
        greedy = [asyncio.create_task(held(one, "a", go)) for _ in range(100)]
        await asyncio.sleep(0.05)
        assert sum(each.done() for each in greedy) == 100 - 2 - QUEUE
        other = asyncio.create_task(held(one, "b", go))
        await asyncio.sleep(0.05)
        go.set()
        assert await other == "served"
        assert [await each for each in greedy].count("served") == 2 + QUEUE

    run(work)


def test_who_waits_comes_in_when_another_leaves() -> None:
    async def work() -> None:
        one, first, second = entrance(2, 5.0), asyncio.Event(), asyncio.Event()
        inside = [asyncio.create_task(held(one, "", first)) for _ in range(2)]
        await asyncio.sleep(0.01)
        waiting = [asyncio.create_task(held(one, reader, second)) for reader in ("a", "a")]
        await asyncio.sleep(0.01)
        first.set()
        second.set()
        assert [await each for each in inside + waiting] == ["served"] * 4

    run(work)


def test_a_queue_has_an_end_and_a_wait_that_is_broken_off_leaves_no_trace() -> None:
    async def work() -> None:
        one, go = entrance(2, 5.0), asyncio.Event()
        crowd = [asyncio.create_task(held(one, "", go)) for _ in range(2 + 2 * QUEUE)]
        await asyncio.sleep(0.01)
        assert await held(one, "", go) == "full", "at once"
        gone = crowd.pop()
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        late = asyncio.create_task(held(one, "late", go))
        await asyncio.sleep(0.01)
        go.set()
        assert [await each for each in [*crowd, late]] == ["served"] * (2 + 2 * QUEUE)
        assert (one._present, one._shares) == (0, {})

    run(work)


@pytest.mark.parametrize(
    ("method", "path", "query", "lane"),
    [
        ("GET", "/asked/7", "", 3), ("POST", "/asked/7/apply", "", None), ("GET", "/brief", "q=a", None),
        ("GET", "/brief", "q=a&worded=1", 1), ("GET", "/brief", "q=a&worded=", None),
        ("GET", "/api/v1/brief", "worded=TRUE", 1), ("GET", "/brief.pdf", "q=a", 2),
        ("GET", "/brief.pdf", "q=a&worded=1", 1), ("GET", "/sign-in/oidc/back", "", 0), ("GET", "/sign-in", "", None),
        ("GET", "/", "q=/brief.pdf", None),
    ],
)  # fmt: skip
def test_what_waits_has_a_lane(method: str, path: str, query: str, lane: int | None) -> None:
    scope: Scope = {"type": "http", "method": method, "path": path, "query_string": query.encode()}
    found = next((number for number, one in enumerate(LANES) if one.takes(scope)), None)
    assert found == lane


def test_all_lanes_leave_half_of_the_threads_to_pages() -> None:
    assert sum(one.room for one in LANES) <= 20
