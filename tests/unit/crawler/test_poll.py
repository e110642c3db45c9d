"""Polling: what a listing gives goes to the queue, and what goes wrong stays with the source."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest

from services.crawler.application.poll import Poll, Polled
from services.crawler.application.reading import VALIDATORS, new_page
from services.crawler.application.values import Answer, LeasedSource
from services.crawler.domain.source import MAX_REQUESTS, Listed, Parsed, Request, SourcePage, State
from shared.errors import PermanentError, TransientError
from shared.messages.common import Published
from tests.unit.crawler.fakes import NOW, FakeFetcher, FakeQueue, FakeTelemetry

pytestmark = pytest.mark.unit

FEED = "https://example.com/feed"


@dataclass
class Lines:
    """A source whose pages hold an address a line; `>` leads to a further page."""

    def start(self, state: State, now: datetime) -> Sequence[Request]:
        return (Request(FEED),)

    def parse(self, page: SourcePage) -> Parsed:
        text = page.body.decode()
        if text == "broken":
            raise PermanentError("no list")
        if text == "bug":
            raise KeyError("id")
        words = text.split()
        return Parsed(
            items=tuple(Listed(word) for word in words if not word.startswith(">")),
            requests=tuple(Request(word[1:]) for word in words if word.startswith(">")),
            state={"seen": len(words)},
        )


def poll(
    answers: Mapping[str, bytes | Answer | Exception], state: Mapping[str, object] | None = None, failures: int = 0
) -> tuple[bool, FakeQueue, FakeFetcher, FakeTelemetry]:
    queue, fetcher, telemetry = FakeQueue(), FakeFetcher(answers), FakeTelemetry()
    leased = LeasedSource("lines", state or {}, failures, "lease")
    new = asyncio.run(Poll(fetcher, queue, telemetry)(Polled("lines", Lines(), 60.0, 0.0), leased))
    return new, queue, fetcher, telemetry


def test_listed_pages_go_to_the_queue_with_the_sources_state() -> None:
    new, queue, _, _ = poll({FEED: b"https://example.com/1 https://example.com/2 https://example.com/1"})
    assert new
    assert [page.address for page in queue.pages] == ["https://example.com/1", "https://example.com/2"]
    assert queue.pages[0].host == "example.com"
    assert queue.state["seen"] == 3
    assert 59 <= queue.next_in <= 60


def test_further_requests_are_followed_and_a_circle_ends() -> None:
    _, queue, fetcher, _ = poll({FEED: b">https://example.com/p2", "https://example.com/p2": b"https://example.com/9"})
    assert [page.address for page in queue.pages] == ["https://example.com/9"]
    _, _, fetcher, _ = poll({FEED: f">{FEED}".encode()})
    assert len(fetcher.asked) == MAX_REQUESTS


def test_validators_are_kept_and_told_again() -> None:
    _, queue, _, _ = poll({FEED: Answer(FEED, b"https://example.com/1", validators={"If-None-Match": '"a"'})})
    assert queue.state[VALIDATORS] == {FEED: {"If-None-Match": '"a"'}}
    new, later, fetcher, _ = poll({FEED: Answer(FEED, b"", unmodified=True)}, queue.state)
    assert not new
    assert fetcher.asked[0][1] == {"If-None-Match": '"a"'}
    assert later.state == queue.state


def test_an_answer_that_leads_further_is_asked_for_whole_each_time() -> None:
    child = "https://example.com/child"
    answers = {
        FEED: Answer(FEED, f">{child}".encode(), validators={"If-None-Match": '"index"'}),
        child: Answer(child, b"https://example.com/1", validators={"If-None-Match": '"child"'}),
    }
    _, queue, _, _ = poll(answers, {VALIDATORS: {FEED: {"If-None-Match": '"kept before"'}}})
    assert queue.state[VALIDATORS] == {child: {"If-None-Match": '"child"'}}
    _, _, fetcher, _ = poll(answers, queue.state)
    assert [(request.address, told) for request, told in fetcher.asked] == [
        (FEED, None),
        (child, {"If-None-Match": '"child"'}),
    ]


@pytest.mark.parametrize("fault", [PermanentError("404"), TransientError("500"), b"broken"])
def test_a_part_that_fails_leaves_the_other_parts(fault: bytes | Exception) -> None:
    dead, alive = "https://example.com/dead", "https://example.com/alive"
    new, queue, _, telemetry = poll({FEED: f">{dead} >{alive}".encode(), dead: fault, alive: b"https://example.com/1"})
    assert new
    assert [page.address for page in queue.pages] == ["https://example.com/1"]
    assert queue.reason == ""
    assert queue.partly.startswith(dead)
    assert telemetry.failures == 0


def test_a_source_whose_parts_all_fail_has_failed() -> None:
    dead = "https://example.com/dead"
    _, queue, _, telemetry = poll({FEED: f">{dead}".encode(), dead: PermanentError("404")})
    assert queue.reason == "404"
    assert telemetry.failures == 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (PermanentError("404"), "404"),
        (TransientError("no answer within 5 s"), "no answer within 5 s"),
        (b"broken", "no list"),
        (b"bug", "KeyError: 'id'"),
    ],
)
def test_a_failure_stays_with_the_source_and_backs_off(answer: bytes | Exception, reason: str) -> None:
    new, queue, _, telemetry = poll({FEED: answer}, failures=1)
    assert not new
    assert queue.reason == reason
    assert queue.next_in == 240
    assert telemetry.failures == 1


def test_a_busy_host_is_left_alone_as_long_as_it_asks() -> None:
    _, queue, _, _ = poll({FEED: TransientError("429", retry_after=1000)})
    assert queue.next_in == 1000


def test_pages_are_ordered_by_what_the_listing_dates_and_never_by_the_future() -> None:
    old = Published(at=NOW - timedelta(days=3), precision="minute")
    future = Published(at=NOW.replace(year=2099), precision="minute")
    assert new_page(Listed("https://example.com/1", published=old), NOW).ordered_by == NOW - timedelta(days=3)
    assert new_page(Listed("https://example.com/1", published=future), NOW).ordered_by == NOW
    assert "published" not in new_page(Listed("https://example.com/1", published=future), NOW).hints


@pytest.mark.parametrize(
    ("listed", "same"),
    [
        (Listed("https://example.com/1", "标题", marker="a"), True),
        (Listed("https://example.com/1", "标题 ", marker="a"), True),
        (Listed("https://example.com/1", "更正：标题", marker="a"), False),
        (Listed("https://example.com/1", "标题", marker="b"), False),
        (Listed("https://example.com/1", "标题", Published(at=NOW, precision="minute"), marker="a"), False),
    ],
)
def test_the_marker_follows_what_the_listing_says(listed: Listed, same: bool) -> None:
    first = new_page(Listed("https://example.com/1", "标题", marker="a"), NOW)
    assert (new_page(listed, NOW).marker == first.marker) is same


def test_titles_with_what_json_and_the_database_refuse() -> None:
    page = new_page(Listed("https://example.com/1", "a\x00\ud800b\n c"), NOW)
    assert page.hints["title"] == "ab c"


def test_a_source_whose_permission_ran_out_is_not_asked() -> None:
    queue, fetcher = FakeQueue(), FakeFetcher({FEED: b"https://example.com/1"})
    polled = Polled("lines", Lines(), 60.0, 0.0, until=date(2026, 1, 31))
    leased = LeasedSource("lines", {}, 0, "lease")
    assert not asyncio.run(Poll(fetcher, queue, FakeTelemetry())(polled, leased))
    assert fetcher.asked == []
    assert "2026-01-31" in queue.reason


def test_a_listing_that_needs_a_browser_is_rendered() -> None:
    queue, fetcher = FakeQueue(), FakeFetcher({FEED: b"https://example.com/1"})
    asyncio.run(
        Poll(fetcher, queue, FakeTelemetry())(
            Polled("lines", Lines(), 60.0, 0.0, render=True), LeasedSource("lines", {}, 0, "lease")
        )
    )
    assert fetcher.rendered == [FEED]
