"""What the answers of one fetch say of the hosts on its way, and of those that only gave parts of its page."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from services.crawler.adapters.pace import Pace, Turn
from services.crawler.adapters.visit import Visit
from services.crawler.application.ports import NotItsTurn, Refused
from services.crawler.domain.breaker import CLEAN, Change, Refusal, Standing
from shared.errors import TransientError

pytestmark = pytest.mark.unit

PAGE = "https://news.example.com/a"
OWN = "https://news.example.com/api/hits"
OTHER = "https://counter.example.org/script.js"
NO = Refusal("412", "no")


def run(steps: Callable[[Pace, Visit], Awaitable[None]], pace: Pace | None = None) -> None:
    async def all_of_them() -> None:
        hosts = pace or Pace()
        visit = Visit(hosts, True, lambda: 0.5)
        await visit.take(PAGE, 0.0)
        visit.welcome(PAGE)
        await steps(hosts, visit)

    asyncio.run(all_of_them())


def test_a_part_that_is_refused_closes_its_own_host_alone() -> None:
    async def steps(hosts: Pace, visit: Visit) -> None:
        await visit.beside(OTHER, 0.0)
        with pytest.raises(TransientError, match="412"):
            visit.part_answered(OTHER, NO)
        with pytest.raises(Refused):
            await visit.beside(OTHER, 0.0)  # nor is another part of it asked for within this page
        await visit.end()
        assert (await hosts.take("news.example.com", 0.0)).standing == CLEAN
        with pytest.raises(Refused):
            await hosts.beside("counter.example.org", 0.0)

    run(steps)


def test_a_part_of_the_pages_own_host_says_nothing_of_it() -> None:
    async def steps(hosts: Pace, visit: Visit) -> None:
        await visit.beside(OWN, 0.0)
        with pytest.raises(TransientError, match="412"):
            visit.part_answered(OWN, NO)
        await visit.end()
        assert (await hosts.take("news.example.com", 0.0)).standing == CLEAN

    tried_again = Pace()
    asyncio.run(tried_again.done(Turn("news.example.com", 0.0), Change(Standing(2), 0.0, "412")))
    run(steps, tried_again)


def test_a_part_that_comes_clears_its_host() -> None:
    async def steps(hosts: Pace, visit: Visit) -> None:
        await visit.beside(OTHER, 0.0)
        visit.part_answered(OTHER, None)
        await visit.end()
        assert (await hosts.beside("counter.example.org", 0.0)).standing == CLEAN

    tried_again = Pace()
    asyncio.run(tried_again.done(Turn("counter.example.org", 0.0), Change(Standing(2), 0.0, "412")))
    run(steps, tried_again)


def test_a_check_in_the_page_itself_leaves_the_hosts_of_its_parts_alone() -> None:
    async def steps(hosts: Pace, visit: Visit) -> None:
        await visit.beside(OTHER, 0.0)
        assert "a check" in str(visit.refused(PAGE, Refusal("200: a check", "no")))
        await visit.end()
        with pytest.raises(Refused):
            await hosts.take("news.example.com", 0.0)
        assert (await hosts.beside("counter.example.org", 0.0)).standing == CLEAN

    run(steps)


def test_all_turns_are_given_back_also_when_one_cannot_be() -> None:
    given = []

    class Failing(Pace):
        async def done(self, turn: Turn, change: Change | None) -> None:
            given.append(turn.host)
            raise NotItsTurn("the database is away", 5.0)

    async def steps(hosts: Pace, visit: Visit) -> None:
        await visit.take("https://b.example.com/", 0.0)
        await visit.beside(OTHER, 0.0)
        with pytest.raises(NotItsTurn):
            await visit.end()

    run(steps, Failing())
    assert sorted(given) == ["b.example.com", "counter.example.org", "news.example.com"]
