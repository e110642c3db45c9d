from datetime import UTC, datetime

from sqlalchemy import Engine, text

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


def test_a_host_has_a_budget_of_waiting_pages(engine: Engine) -> None:
    queue = SqlQueue(engine, most_waiting=3)
    queue.enrol(["rss"])

    def poll(*pages: NewPage) -> tuple[int, int]:
        [source] = queue.lease_sources(["rss"], 1)
        return queue.polled(source, pages, {}, again_in(0))

    def page(number: int, host: str = "a.example", history: bool = False) -> NewPage:
        return NewPage(f"http://{host}/{number}", host, "1", {}, NOW, history)

    assert poll(*map(page, range(3))) == (3, 0)
    assert poll(page(3), page(4), page(0, "b.example"), page(5, history=True)) == (2, 0)
    [standing] = queue.standings(["rss"])
    assert standing.last_error == "2 left out: 3 pages wait for a.example"
    with engine.begin() as connection:
        connection.execute(text("update listed_pages set due = null where host = 'a.example'"))
    assert poll(page(3), page(4)) == (2, 0)
