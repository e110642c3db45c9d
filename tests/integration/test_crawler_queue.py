from datetime import UTC, datetime

from sqlalchemy import Engine

from services.crawler.adapters.queue import SqlQueue
from services.crawler.application.values import NewPage
from tests.unit.crawler.fakes import again_in

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ADDRESS = "http://a.example/1"


def list_page(queue: SqlQueue, marker: str) -> None:
    [source] = queue.lease_sources(["rss"], 1)
    queue.polled(source, [NewPage(ADDRESS, "a.example", marker, {}, NOW)], {}, again_in(0))


def test_instance_takes_back_what_its_earlier_life_held(engine: Engine) -> None:
    first, other = SqlQueue(engine, instance="crawler-1"), SqlQueue(engine, instance="crawler-10")
    first.enrol(["rss"])
    list_page(first, "1")
    assert first.lease_sources(["rss"], 1)
    assert first.lease_pages(["rss"], [], 1)
    assert other.take_own_back() == 0
    assert SqlQueue(engine).take_own_back() == 0
    assert other.lease_pages(["rss"], [], 1) == []
    again = SqlQueue(engine, instance="crawler-1")
    assert again.take_own_back() == 2
    assert [page.attempts for page in again.lease_pages(["rss"], [], 1)] == [2]


def test_changed_page_is_seen_anew(engine: Engine) -> None:
    queue = SqlQueue(engine)
    queue.enrol(["rss"])
    list_page(queue, "1")
    [page] = queue.lease_pages(["rss"], [], 1)
    queue.give_back(page)
    list_page(queue, "2")
    [changed] = queue.lease_pages(["rss"], [], 1)
    assert changed.first_seen > page.first_seen
