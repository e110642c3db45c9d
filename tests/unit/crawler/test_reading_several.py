"""A source that asks several questions at once: one that fails for good does not silence the others."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pytest

from services.crawler.application.poll import Poll, Polled
from services.crawler.application.values import Answer, LeasedSource
from services.crawler.domain.source import Listed, Parsed, Request, SourcePage, State
from shared.errors import PermanentError, TransientError
from tests.unit.crawler.fakes import FakeFetcher, FakeQueue, FakeTelemetry

pytestmark = pytest.mark.unit

WORDS = tuple(f"https://example.com/search?q={number}" for number in range(3))


@dataclass
class Searches:
    """One question for each word; an answer is an address, or nothing."""

    def start(self, state: State, now: datetime) -> Sequence[Request]:
        return tuple(map(Request, WORDS))

    def parse(self, page: SourcePage) -> Parsed:
        return Parsed(items=tuple(Listed(word) for word in page.body.decode().split()))


def poll(answers: Mapping[str, bytes | Answer | Exception]) -> tuple[FakeQueue, FakeFetcher]:
    queue, fetcher = FakeQueue(), FakeFetcher(answers)
    polled = Polled("searches", Searches(), 60.0, 0.0)
    asyncio.run(Poll(fetcher, queue, FakeTelemetry())(polled, LeasedSource("searches", {}, 0, "lease")))
    return queue, fetcher


def test_the_first_word_that_fails_for_good_leaves_the_others() -> None:
    found = b"https://example.com/a"
    queue, _ = poll({WORDS[0]: PermanentError("no list"), WORDS[1]: found, WORDS[2]: b""})
    assert [page.address for page in queue.pages] == ["https://example.com/a"]
    assert queue.reason == ""
    assert queue.partly == f"{WORDS[0]}: no list"


def test_a_host_that_is_down_is_not_asked_for_every_word() -> None:
    queue, fetcher = poll({word: TransientError("no connection") for word in WORDS})
    assert queue.reason == "no connection"
    assert len(fetcher.asked) == 1


def test_words_that_all_fail_are_a_failure() -> None:
    queue, fetcher = poll({word: PermanentError("no list") for word in WORDS})
    assert queue.reason == "no list"
    assert len(fetcher.asked) == 3


def test_a_word_that_finds_nothing_is_no_failure() -> None:
    queue, _ = poll({WORDS[0]: PermanentError("no list"), WORDS[1]: b"", WORDS[2]: b""})
    assert queue.reason == ""
    assert queue.partly.startswith(WORDS[0])
