"""Looks that end together are stored together; what fails in company is stored alone, and only its own look fails."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest

from services.crawler.application.ports import LeaseLost
from services.crawler.application.storing import MOST, Storing
from services.crawler.application.values import LeasedPage, Verdict
from shared.errors import PermanentError, TransientError
from tests.unit.crawler.fakes import FakeStore, leased

pytestmark = pytest.mark.unit


class Failing(FakeStore):
    """Counts transactions, and fails for the pages that are named."""

    def __init__(self, failing: Mapping[str, Exception] | None = None, away: int = 0) -> None:
        super().__init__(away)
        self.failing, self.transactions = failing or {}, 0

    @contextmanager
    def changes(self) -> Iterator[FakeStore]:
        self.transactions += 1
        with super().changes():
            yield self

    def decide(self, page: LeasedPage, verdict: Verdict) -> None:
        if page.address in self.failing:
            raise self.failing[page.address]
        super().decide(page, verdict)


def page(number: int) -> LeasedPage:
    return replace(leased(f"https://example.com/{number}"), id=number)


async def stored(
    store: FakeStore, numbers: Sequence[int], meanwhile: Callable[[list["asyncio.Task[Verdict]"]], None] | None = None
) -> list[Verdict | BaseException]:
    """What each look gets, all of them on their way at once."""
    storing = Storing()

    async def look(number: int) -> Verdict:
        with storing.on_the_way():
            return await storing(store, page(number), Verdict("irrelevant", str(number)))

    tasks = [asyncio.create_task(look(number)) for number in numbers]
    if meanwhile:
        await asyncio.sleep(0)
        meanwhile(tasks)
    return await asyncio.gather(*tasks, return_exceptions=True)


def reasons(found: Sequence[Verdict | BaseException]) -> list[str]:
    return [one.reason if isinstance(one, Verdict) else type(one).__name__ for one in found]


def cancel_the_second(tasks: list["asyncio.Task[Verdict]"]) -> None:
    tasks[1].cancel()


def test_looks_that_end_together_share_a_transaction() -> None:
    store = Failing()
    assert reasons(asyncio.run(stored(store, range(MOST)))) == [str(number) for number in range(MOST)]
    assert store.transactions == 1


def test_more_than_fit_are_stored_one_transaction_after_another() -> None:
    store = Failing()
    assert len(reasons(asyncio.run(stored(store, range(MOST + 3))))) == MOST + 3
    assert [one.id for one, _ in store.decisions] == list(range(MOST + 3))
    assert store.transactions == 2


@pytest.mark.parametrize(
    "error", [LeaseLost("another crawler has it"), PermanentError("no such letter"), ZeroDivisionError()]
)
def test_one_that_fails_takes_nobody_with_it(error: Exception) -> None:
    store = Failing({"https://example.com/1": error})
    assert reasons(asyncio.run(stored(store, range(4)))) == ["0", type(error).__name__, "2", "3"]
    assert [one.id for one, _ in store.decisions] == [0, 2, 3]


def test_a_database_that_is_away_is_asked_once_for_all() -> None:
    store = Failing(away=1)
    found = asyncio.run(stored(store, range(4)))
    assert [type(one) for one in found] == [TransientError] * 4
    assert store.transactions == 1
    assert store.decisions == []


def test_a_look_that_is_cancelled_while_it_waits_is_not_stored() -> None:
    store = Failing()
    found = asyncio.run(stored(store, range(3), cancel_the_second))
    assert reasons(found) == ["0", "CancelledError", "2"]
    assert [one.id for one, _ in store.decisions] == [0, 2]
