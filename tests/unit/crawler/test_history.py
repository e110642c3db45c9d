"""Reading back: once, in parts, going on after a restart, and never in the way of what is new."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from services.crawler.application import history as module
from services.crawler.application import reading
from services.crawler.application.history import HISTORY, TRIES, packed, unpacked
from services.crawler.application.poll import Poll, Polled
from services.crawler.application.values import LeasedSource
from services.crawler.domain.source import Listed, Parsed, Request, SourcePage
from shared.errors import PermanentError, TransientError
from shared.messages.common import Published
from tests.unit.crawler.fakes import FakeFetcher, FakeQueue, FakeTelemetry
from tests.unit.crawler.test_poll import FEED, Lines

pytestmark = pytest.mark.unit

NOW = datetime.now(UTC).replace(microsecond=0)
SINCE = NOW - timedelta(days=30)


@dataclass
class Archive(Lines):
    """Each page of the archive lists one article of a day and leads to the day before, back to `since`."""

    broken: bool = False

    def history(self, since: datetime, now: datetime) -> Sequence[Request]:
        if self.broken:
            raise KeyError("archive")
        return (Request("https://example.com/archive/1", carry={"day": "1"}, since=since),)

    def parse(self, page: SourcePage) -> Parsed:
        day = int(page.request.carry.get("day", "0"))
        if not day:
            return super().parse(page)
        at, since = NOW - timedelta(days=day), page.request.since
        item = Listed(f"https://example.com/old/{day}", published=Published(at=at, precision="minute"))
        onward = Request(f"https://example.com/archive/{day + 1}", carry={"day": str(day + 1)}, since=since)
        return Parsed(items=(item,), requests=(onward,) if since and at > since else ())


class Days(FakeFetcher):
    """Answers every page of the archive, but for those it is told to fail."""

    def __init__(self, faults: Mapping[str, Exception] | None = None) -> None:
        days = {f"https://example.com/archive/{day}": b"-" for day in range(1, 99)}
        super().__init__({FEED: b"https://example.com/new", **days, **(faults or {})})


def poll(source: Lines, queue: FakeQueue, fetcher: FakeFetcher, since: datetime | None = SINCE) -> FakeTelemetry:
    telemetry = FakeTelemetry()
    polled = Polled("archive", source, 60.0, 0.0)
    asyncio.run(Poll(fetcher, queue, telemetry, since)(polled, LeasedSource("archive", queue.state, 0, "l")))
    return telemetry


def old(queue: FakeQueue) -> list[str]:
    return [page.address.rpartition("/")[2] for page in queue.pages if page.history]


def test_a_source_is_read_back_to_the_day_and_only_once() -> None:
    queue, fetcher = FakeQueue(), Days()
    telemetry = poll(Archive(), queue, fetcher)
    assert old(queue) == [str(day) for day in range(1, 31)]  # the thirty-first is older than asked for
    assert [page.address for page in queue.pages if not page.history] == ["https://example.com/new"]
    assert telemetry.back == (30, 30, 0)
    again = Days()
    poll(Archive(), queue, again)
    assert [request.address for request, _ in again.asked] == [FEED]


def test_an_earlier_day_is_read_back_anew() -> None:
    queue = FakeQueue()
    poll(Archive(), queue, Days())
    poll(Archive(), queue, Days(), SINCE - timedelta(days=10))
    assert old(queue)[-1] == "40"


def test_without_the_option_nothing_is_read_back() -> None:
    queue, fetcher = FakeQueue(), Days()
    poll(Archive(), queue, fetcher, None)
    assert len(fetcher.asked) == 1
    assert HISTORY not in queue.state


def test_a_restart_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_HISTORY_REQUESTS", 12)
    queue, asked = FakeQueue(), []
    for _ in range(4):
        fetcher = Days()
        telemetry = poll(Archive(), queue, fetcher)
        asked += [request.address for request, _ in fetcher.asked if request.address != FEED]
    assert len(asked) == len(set(asked)) == 30
    assert old(queue) == [str(day) for day in range(1, 31)]
    assert telemetry.back == (0, 0, 0)  # the last poll had nothing left


def test_what_goes_on_is_asked_sooner_than_usual_and_never_sooner_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_HISTORY_REQUESTS", 12)
    queue = FakeQueue()
    poll(Archive(), queue, Days())
    assert 29 <= queue.next_in <= 30


def test_what_may_pass_is_asked_again_and_given_up_in_the_end() -> None:
    queue, day = FakeQueue(), "https://example.com/archive/5"
    for _ in range(TRIES - 1):
        poll(Archive(), queue, Days({day: TransientError("503")}))
        assert old(queue)[-1] == "4"
        assert queue.partly == f"{day}: 503"
    poll(Archive(), queue, Days())
    assert old(queue)[-1] == "30"


@pytest.mark.parametrize("fault", [PermanentError("404"), TransientError("503")])
def test_what_fails_for_good_ends_that_way_back_and_leaves_the_present(fault: Exception) -> None:
    queue = FakeQueue()
    for _ in range(TRIES):
        poll(Archive(), queue, Days({"https://example.com/archive/5": fault}))
    assert old(queue) == ["1", "2", "3", "4"]
    assert queue.reason == ""
    assert any(page.address == "https://example.com/new" for page in queue.pages)


def test_a_plug_in_that_breaks_while_reading_back_leaves_the_present() -> None:
    queue = FakeQueue()
    poll(Archive(broken=True), queue, Days())
    assert [page.address for page in queue.pages] == ["https://example.com/new"]
    assert "KeyError" in queue.partly


def test_a_source_without_history_says_so_once() -> None:
    queue = FakeQueue()
    with capture_logs() as said:
        poll(Lines(), queue, Days())
        poll(Lines(), queue, Days())
    assert [line["event"] for line in said].count("source has no history to read back") == 1


def test_a_source_that_has_learned_to_read_back_does() -> None:
    queue = FakeQueue()
    poll(Lines(), queue, Days())
    poll(Archive(), queue, Days())
    assert len(old(queue)) == 30


def test_what_is_read_back_teaches_no_rhythm() -> None:
    queue = FakeQueue()
    poll(Archive(), queue, Days())
    assert queue.concluded is not None
    assert queue.concluded.rhythm["until"] is not None
    assert sum(queue.concluded.rhythm["news"]) == 0.0  # type: ignore[call-overload]  # a list of numbers


def test_an_archive_in_a_circle_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_REQUESTS", 20)
    queue, fetcher = FakeQueue(), Days()
    poll(Archive(), queue, fetcher, NOW - timedelta(days=90))
    assert len(fetcher.asked) == 21


def test_a_request_survives_the_database() -> None:
    request = Request("https://example.com/", "POST", (("X-A", "1"),), b"\x00\xff", "s", False, {"page": "2"}, SINCE)
    assert unpacked(packed(request)) == request
    assert unpacked(packed(Request(FEED))) == Request(FEED)
