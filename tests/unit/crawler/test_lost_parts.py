"""A source of which a part is dead for good: it does not pass for a healthy one."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from services.crawler.adapters.standing_metrics import Standings
from services.crawler.application.poll import Poll, Polled
from services.crawler.application.values import Answer, LeasedSource, Standing
from services.crawler.domain.health import Health, health_of
from services.crawler.domain.source import Listed, Parsed, Request, SourcePage, State
from services.crawler.sources.fixture import answer_to, source_of
from services.crawler.sources.registry import plugins
from shared.errors import PermanentError, TransientError
from tests.unit.crawler.fakes import FakeFetcher, FakeQueue, FakeTelemetry

pytestmark = pytest.mark.unit

FOLDER = Path(__file__).parents[2] / "fixtures/sources/jingji21"
GOOD, DEAD, AWAY = b"https://example.com/a", PermanentError("404"), TransientError("503")


class Words:
    """Six words, each asked at an address that holds the hour, as signed ones do."""

    hour = 0

    def start(self, state: State, now: datetime) -> Sequence[Request]:
        return tuple(Request(self.address(word)) for word in range(6))

    def parse(self, page: SourcePage) -> Parsed:
        return Parsed(tuple(Listed(each) for each in page.body.decode().split()))

    def address(self, word: int) -> str:
        return f"https://example.com/{word}?t={self.hour}"


def polls(*answered: Mapping[int, Exception]) -> list[Health]:
    """The health after each poll; words that are not named are answered."""
    words, found, kept = Words(), list[Health](), dict[str, object]()
    for hour, failing in enumerate(answered):
        queue, words.hour = FakeQueue(), hour
        fetcher = FakeFetcher({words.address(word): failing.get(word, GOOD) for word in range(6)})
        leased = LeasedSource("words", {}, 0, "lease", health=kept)
        asyncio.run(Poll(fetcher, queue, FakeTelemetry())(Polled("words", words, 60.0, 0.0), leased))
        assert queue.reason == ""
        kept = dict(queue.health)
        found.append(health_of(kept))
    return found


def test_words_that_are_dead_for_good_make_it_incomplete() -> None:
    dead: dict[int, Exception] = dict.fromkeys(range(1, 6), DEAD)
    found = polls(dead, dead, dead, dead, {})
    assert [one.state for one in found] == ["healthy", "healthy", "incomplete", "incomplete", "healthy"]
    assert found[2].reason == "5 of 6 questions failed for good at the last 3 polls"
    assert [one.lost for one in found] == [0, 0, 5, 5, 0]


def test_a_failure_that_may_pass_neither_counts_nor_forgets() -> None:
    found = polls({1: DEAD}, {1: DEAD}, {1: AWAY}, {1: DEAD}, {1: AWAY}, {})
    assert [one.lost for one in found] == [0, 0, 0, 1, 1, 0]
    assert [one.lost for one in polls({1: AWAY}, {1: AWAY}, {1: AWAY}, {1: AWAY})] == [0] * 4


def test_one_good_poll_between_begins_the_count_anew() -> None:
    assert polls({1: DEAD}, {1: DEAD}, {}, {1: DEAD}, {1: DEAD})[-1].state == "healthy"


def test_a_health_kept_before_parts_were_counted_is_still_read() -> None:
    kept = Health(state="healthy", reason="publishes as it does").as_json()
    del kept["failed"]
    assert health_of(kept).state == "healthy"


def test_they_are_counted_for_operators() -> None:
    registry = CollectorRegistry()
    kept = Health(state="incomplete", failed={"1": 3, "2": 9, "3": 1}).as_json()
    Standings(registry, {}).show([Standing("words", kept, {}, {})], datetime(2026, 11, 22, tzinfo=UTC))
    assert registry.get_sample_value("luming_crawler_failed_parts", {"source": "words"}) == 2


class Lists:
    """Answers the menu and the token of a site; its lists are gone."""

    async def fetch(self, request: Request, *rest: object, **more: object) -> Answer:
        if request.step not in ("menu", "token"):
            raise DEAD
        return Answer(request.address, answer_to(FOLDER, request.step, 1), "utf-8", media="application/json")

    def busy_hosts(self) -> list[str]:
        return []


def test_lists_that_all_fail_are_a_failure_whatever_led_to_them() -> None:
    queue, source = FakeQueue(), source_of(FOLDER, plugins()["jingji21"])[0]
    poll = Poll(Lists(), queue, FakeTelemetry())
    asyncio.run(poll(Polled("jingji21", source, 60.0, 0.0), LeasedSource("jingji21", {}, 0, "lease")))
    assert queue.reason == "404"
