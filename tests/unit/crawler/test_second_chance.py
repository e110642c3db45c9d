"""A page that failed for a reason that may pass rests for a day and is looked at again, for a week; others end."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.crawler.application.look import Look, Patience
from services.crawler.application.poll import Poll, Polled
from services.crawler.application.values import LeasedPage, LeasedSource
from services.crawler.domain.source import Listed, Parsed, Request, SourcePage, State
from shared.errors import PermanentError, TransientError
from tests.unit.crawler.fakes import ORIGIN, FakeFetcher, FakeQueue, FakeStore, FakeTelemetry, leased, lines, names

pytestmark = pytest.mark.unit
DAY = timedelta(days=1)


def looked(error: Exception, page: LeasedPage) -> tuple[str, float | None]:
    look = Look(FakeFetcher({page.address: error}), lines, names("x"), FakeStore(), FakeTelemetry(), Patience())
    verdict = asyncio.run(look(page, ORIGIN))
    return verdict.outcome, verdict.again_in


def aged(age: timedelta) -> LeasedPage:
    return replace(leased(attempts=3), first_seen=datetime.now(UTC) - age)


@pytest.mark.parametrize("age", [timedelta(), DAY, 5.9 * DAY])
def test_a_young_page_that_may_come_back_is_looked_at_the_next_day(age: timedelta) -> None:
    assert looked(TransientError("503"), aged(age)) == ("failed", 86_400.0)


def test_after_a_week_it_stays_failed() -> None:
    assert looked(TransientError("503"), aged(6.1 * DAY)) == ("failed", None)


def test_a_page_that_is_gone_stays_failed() -> None:
    assert looked(PermanentError("404"), aged(timedelta())) == ("failed", None)


class Capped:
    """Lists one item and says that five were left out."""

    def start(self, state: State, now: datetime) -> tuple[Request, ...]:
        return (Request("https://example.com/feed"),)

    def parse(self, page: SourcePage) -> Parsed:
        return Parsed((Listed("https://example.com/1"),), dropped=5)


def test_items_left_out_are_counted_and_stand_with_the_source() -> None:
    queue, telemetry = FakeQueue(), FakeTelemetry()
    poll = Poll(FakeFetcher({"https://example.com/feed": b"x"}), queue, telemetry)
    asyncio.run(poll(Polled("wire", Capped(), 60.0, 0.0), LeasedSource("wire", {}, 0, "l")))
    assert telemetry.left_out == 5
    assert queue.state["left_out"] == 5
