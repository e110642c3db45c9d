"""What follows from a poll: rhythm, health and the next poll, from what was listed and what of it was new."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.crawler.application.conclude import conclude
from services.crawler.application.poll import Poll, Polled
from services.crawler.application.reading import LISTED, new_page
from services.crawler.application.values import Answer, Conclusion, LeasedSource, NewPage
from services.crawler.domain.cadence import rhythm_of
from services.crawler.domain.schedule import Interval
from services.crawler.domain.source import Listed
from shared.errors import PermanentError, TransientError
from shared.messages.common import Published
from tests.unit.crawler.fakes import NOW, FakeFetcher, FakeQueue, FakeTelemetry
from tests.unit.crawler.test_poll import FEED, Lines

pytestmark = pytest.mark.unit

ZONE = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)


def pages(*ages: timedelta | None, history: bool = False, day: bool = False) -> list[NewPage]:
    """Listed articles that are so old; None for one without a date."""
    found = []
    for number, age in enumerate(ages):
        at = NOW - age if age is not None else None
        published = Published(at=at, precision="day" if day else "minute") if at else None
        found.append(new_page(Listed(f"https://example.com/{number}", published=published), NOW, history))
    return found


def concluded(
    listed: Sequence[NewPage] | None, news: Sequence[NewPage], last_new: datetime | None = None, **kept: object
) -> Conclusion:
    leased = LeasedSource("wire", {}, 0, "l", last_new=last_new, **kept)  # type: ignore[arg-type]  # a test's shorthand
    return conclude(leased, listed, news, {}, Interval.of(300.0), ZONE, NOW)


def test_the_first_listing_teaches_by_its_dates() -> None:
    listed = pages(*(timedelta(hours=9 * number + 1) for number in range(20)))
    found = concluded(listed, listed)
    assert found.last_new == NOW - HOUR
    assert rhythm_of(found.rhythm).known == pytest.approx(19, abs=2.5)
    assert found.health["state"] == "healthy"


def test_a_feed_that_ended_long_ago_is_suspicious_at_the_first_poll() -> None:
    listed = pages(*(timedelta(days=90, hours=11 * number) for number in range(40)))
    health = concluded(listed, listed).health
    assert health["state"] == "quiet_suspicious"
    assert "nothing new for 90.0 d" in str(health["reason"])


def test_an_old_pinned_article_teaches_nothing() -> None:
    listed = pages(timedelta(days=900), *(timedelta(hours=9 * number + 1) for number in range(20)))
    rhythm = rhythm_of(concluded(listed, listed).rhythm)
    assert sum(rhythm.watched) < 9 * 24


def test_a_listing_without_dates_teaches_nothing_at_first_and_by_its_news_then() -> None:
    first = concluded(pages(None, None), pages(None, None))
    assert first.last_new == NOW
    assert rhythm_of(first.rhythm).known == 0.0
    earlier = {**first.rhythm, "until": (NOW - timedelta(days=1)).isoformat()}
    later = concluded(pages(None), pages(None), NOW - timedelta(days=1), rhythm=earlier)
    assert (later.last_new, rhythm_of(later.rhythm).known) == (NOW, 1.0)


def test_days_tell_how_new_an_article_is_but_no_hour() -> None:
    listed = pages(timedelta(days=2), timedelta(days=3), day=True)
    found = concluded(listed, listed)
    assert found.last_new == NOW - timedelta(days=1)
    assert rhythm_of(found.rhythm).known == 0.0


def test_nothing_new_changes_no_rhythm() -> None:
    before = concluded(pages(HOUR, 9 * HOUR), [])
    after = concluded(pages(HOUR, 9 * HOUR), [], before.last_new, rhythm=before.rhythm, health=before.health)
    assert (after.rhythm, after.last_new) == (before.rhythm, before.last_new)


def test_an_old_article_that_is_new_here_is_a_sign_of_today() -> None:
    before = concluded(pages(timedelta(days=2)), [])
    found = concluded(pages(timedelta(days=300)), pages(timedelta(days=300)), before.last_new, rhythm=before.rhythm)
    assert found.last_new == NOW
    assert rhythm_of(found.rhythm).until == NOW.replace(minute=0)


def test_what_is_read_back_is_no_news() -> None:
    before = concluded(pages(timedelta(days=2)), [])
    back = pages(timedelta(days=20), history=True)
    found = concluded(back, back, before.last_new, rhythm=before.rhythm)
    assert (found.rhythm, found.last_new) == (before.rhythm, before.last_new)


def poll(answer: bytes | Answer | Exception, queue: FakeQueue, failures: int = 0) -> FakeQueue:
    leased = LeasedSource("lines", queue.state, failures, "l", health=queue.health)
    poller = Poll(FakeFetcher({FEED: answer}), queue, FakeTelemetry())
    asyncio.run(poller(Polled("lines", Lines(), 60.0, 0.0, keep=True), leased))
    return queue


def test_health_is_recorded_with_each_poll() -> None:
    queue = poll(b"https://example.com/1", FakeQueue())
    assert queue.health["state"] == "healthy"
    assert poll(TransientError("500"), queue).health["state"] == "failing"
    assert poll(b"broken", queue, 1).health["reason"] == "no list; 2 polls in a row"
    assert poll(b"https://example.com/1", queue).health["state"] == "healthy"
    assert poll(PermanentError("404"), queue).health["state"] == "broken"


def test_the_listing_is_kept_for_mending_read_or_not() -> None:
    queue = poll(b"https://example.com/1", FakeQueue())
    assert queue.kept is not None
    assert (queue.kept.good, queue.kept.body) == (True, b"https://example.com/1")
    queue = poll(b"broken", queue)
    assert queue.kept is not None
    assert (queue.kept.good, queue.kept.body) == (False, b"broken")
    assert poll(TransientError("500"), FakeQueue()).kept is None


def test_what_the_last_listing_had_is_not_fresh() -> None:
    queue = poll(b"https://example.com/1 https://example.com/2", FakeQueue())
    assert all(page.fresh for page in queue.pages)
    queue.pages = []
    poll(b"https://example.com/2 https://example.com/3", queue)
    assert [page.fresh for page in queue.pages] == [False, True]
    marks = queue.state[LISTED]
    poll(Answer(FEED, b"", unmodified=True), queue)
    assert queue.state[LISTED] == marks


def test_bounds_that_are_equal_are_kept() -> None:
    queue = FakeQueue()
    leased = LeasedSource("lines", {}, 0, "l")
    polled = Polled("lines", Lines(), 1.0, 0.0, fastest=1.0, slowest=1.0)
    asyncio.run(Poll(FakeFetcher({FEED: b"https://example.com/1"}), queue, FakeTelemetry())(polled, leased))
    assert 0.5 < queue.next_in <= 1.0


def test_a_time_of_exactly_midnight_is_a_day() -> None:
    midnight = datetime(2026, 11, 20, tzinfo=UTC)
    listed = [new_page(Listed("https://example.com/1", published=Published(at=midnight, precision="minute")), NOW)]
    assert concluded(listed, listed).last_new == midnight + timedelta(days=1)
