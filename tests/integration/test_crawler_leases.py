"""Leases of sources and pages on the real database, with several crawlers at once: order, markers, attempts, faults."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from services.crawler.adapters.queue import SqlQueue
from services.crawler.application.ports import LeaseLost
from services.crawler.application.settle import settle, settle_together
from services.crawler.application.values import LeasedPage, Verdict
from tests.integration.crawler_rows import STORY, found, listed, new, scalar, store_of
from tests.unit.crawler.fakes import again_in

pytestmark = pytest.mark.integration


def test_sources_are_polled_by_one_at_a_time(engine: Engine) -> None:
    names = [f"source{number}" for number in range(40)]
    queues = [SqlQueue(engine) for _ in range(4)]
    queues[0].enrol(names)
    queues[1].enrol(names)
    with ThreadPoolExecutor(4) as pool:
        leased = [
            source.name for batch in pool.map(lambda queue: queue.lease_sources(names, 40), queues) for source in batch
        ]
    assert sorted(leased) == sorted(names)
    assert queues[0].lease_sources(names, 40) == []


def test_a_dead_crawlers_sources_and_pages_move_on(engine: Engine) -> None:
    dead, other = SqlQueue(engine, lease=0.2), SqlQueue(engine)
    listed(other, [new(1)])
    assert len(dead.lease_sources(["wire"], 1)) == 1
    (held,) = dead.lease_pages(["wire"], [], 4)
    assert other.lease_sources(["wire"], 1) == []
    assert other.lease_pages(["wire"], [], 4) == []
    threading.Event().wait(0.3)
    assert [source.name for source in other.lease_sources(["wire"], 1)] == ["wire"]
    (taken,) = other.lease_pages(["wire"], [], 4)
    assert (held.attempts, taken.attempts) == (1, 2)
    with pytest.raises(LeaseLost):  # the dead one comes back to life
        settle(store_of(engine), held, found(held.address))
    assert scalar(engine, "select count(*) from documents") == 0
    assert settle(store_of(engine), taken, found(taken.address)).outcome == "published"


def test_a_lost_lease_among_looks_stored_together_undoes_all_of_them(engine: Engine) -> None:
    queue, other = SqlQueue(engine), SqlQueue(engine)
    listed(queue, [new(number) for number in range(3)])
    mine = queue.lease_pages(["wire"], [], 3)
    queue.give_back(mine[1])
    (taken,) = other.lease_pages(["wire"], [], 3)
    looks = [(page, found(page.address, f"{page.id}号消息。{STORY}")) for page in mine]
    with pytest.raises(LeaseLost):
        settle_together(store_of(engine), looks)
    counts = "select (select count(*) from documents) + (select count(*) from outbox) + (select count(*) from bands)"
    assert scalar(engine, counts) == 0
    for page, read in (looks[0], looks[2]):
        settle(store_of(engine), page, read)
    assert settle(store_of(engine), taken, found(taken.address)).outcome in ("published", "duplicate")


def test_crawlers_that_store_together_what_others_list_and_renew_never_wait_for_each_other(engine: Engine) -> None:
    queue = SqlQueue(engine)
    pages = [new(number) for number in range(24)]
    listed(queue, pages)
    leases = queue.lease_pages(["wire"], [], 24)

    def store_some(first: int) -> list[Verdict]:
        some = leases[first::3][::-1] if first else leases[first::3]
        return settle_together(store_of(engine), [(page, Verdict("irrelevant", "not watched")) for page in some])

    def list_again(_: int) -> None:
        queue.enrol(["other"])
        listed(SqlQueue(engine), [new(page, "b") for page in range(24)], "other")
        queue.renew(leases[::-1], [])

    with ThreadPoolExecutor(4) as pool:
        listing = pool.submit(list_again, 0)
        verdicts = [each for some in pool.map(store_some, range(3)) for each in some]
        listing.result()
    assert len(verdicts) == 24
    assert scalar(engine, "select count(*) from crawl_decisions") == 24


def test_a_lease_that_is_renewed_stays(engine: Engine) -> None:
    queue = SqlQueue(engine, lease=0.3)
    listed(queue, [new(1)])
    (page,) = queue.lease_pages(["wire"], [], 4)
    for _ in range(3):
        threading.Event().wait(0.2)
        queue.renew([page], [])
        assert queue.lease_pages(["wire"], [], 4) == []


def test_earlier_articles_come_first_and_busy_hosts_wait(engine: Engine) -> None:
    queue = SqlQueue(engine)
    listed(queue, [new(1), new(3), new(2), new(9, host="busy.example")])
    leased = queue.lease_pages(["wire"], ["busy.example"], 2)
    assert [page.address for page in leased] == ["https://example.com/3", "https://example.com/2"]
    assert len(queue.lease_pages(["wire"], ["busy.example"], 9)) == 1
    assert queue.lease_pages(["another source"], [], 9) == []


def test_pages_are_leased_once_by_many(engine: Engine) -> None:
    queue = SqlQueue(engine)
    listed(queue, [new(number) for number in range(60)])

    def take(_: int) -> list[LeasedPage]:
        return [page for _ in range(10) for page in queue.lease_pages(["wire"], [], 3)]

    with ThreadPoolExecutor(4) as pool:
        ids = [page.id for pages in pool.map(take, range(4)) for page in pages]
    assert len(ids) == len(set(ids)) == 60


def test_a_changed_marker_makes_a_page_due_again(engine: Engine) -> None:
    queue = SqlQueue(engine)
    assert listed(queue, [new(1), new(2)]) == (2, 0)
    for page in queue.lease_pages(["wire"], [], 9):
        settle(store_of(engine), page, Verdict("irrelevant", "names nothing"))
    assert listed(queue, [new(1), new(2)]) == (0, 0)
    assert listed(queue, [new(1, marker="b"), new(2)]) == (0, 1)
    assert [page.address for page in queue.lease_pages(["wire"], [], 9)] == ["https://example.com/1"]


def test_a_marker_that_changes_during_the_look_is_not_lost(engine: Engine) -> None:
    queue = SqlQueue(engine)
    listed(queue, [new(1)])
    (page,) = queue.lease_pages(["wire"], [], 9)
    listed(queue, [new(1, marker="b")])
    settle(store_of(engine), page, Verdict("irrelevant", "names nothing"))
    (again,) = queue.lease_pages(["wire"], [], 9)
    assert (again.marker, again.attempts) == ("b", 1)


def test_a_marker_that_changes_by_itself_is_followed_less_and_less(engine: Engine) -> None:
    queue = SqlQueue(engine)
    listed(queue, [new(1)])
    (page,) = queue.lease_pages(["wire"], [], 9)
    settle(store_of(engine), page, Verdict("unchanged", "the same text"))
    assert listed(queue, [new(1, marker="b")]) == (0, 1)
    assert queue.lease_pages(["wire"], [], 9) == []
    assert 100 < float(str(scalar(engine, "select extract(epoch from due - now()) from listed_pages"))) <= 120


def test_two_listings_of_one_address_do_not_take_turns(engine: Engine) -> None:
    queue = SqlQueue(engine, recall=["search"])
    listed(queue, [new(1, marker="s")], "search")
    assert listed(queue, [new(1, marker="w")], "wire") == (0, 1)  # what may alert takes over
    assert listed(queue, [new(1, marker="x")], "other") == (0, 0)
    assert listed(queue, [new(1, marker="y")], "search") == (0, 0)


def test_retries_count_and_what_was_given_back_does_not(engine: Engine) -> None:
    queue = SqlQueue(engine)
    listed(queue, [new(1)])
    (page,) = queue.lease_pages(["wire"], [], 9)
    settle(store_of(engine), page, Verdict("retry", "500", again_in=0.0))
    (page,) = queue.lease_pages(["wire"], [], 9)
    assert page.attempts == 2
    queue.give_back(page)
    (page,) = queue.lease_pages(["wire"], [], 9)
    assert page.attempts == 2
    settle(store_of(engine), page, Verdict("failed", "500 after 2 attempts"))
    assert queue.lease_pages(["wire"], [], 9) == []
    assert scalar(engine, "select string_agg(outcome, ',' order by id) from crawl_decisions") == "retry,failed"


def test_a_failed_poll_is_told_with_the_source(engine: Engine) -> None:
    queue = SqlQueue(engine)
    queue.enrol(["wire"])
    (lease,) = queue.lease_sources(["wire"], 1)
    queue.poll_failed(lease, "no connection", 60.0)
    assert scalar(engine, "select last_error || failures from sources") == "no connection1"
    seconds = queue.next_poll_in(["wire"])
    assert seconds is not None
    assert 50 < seconds <= 60


def test_looks_that_could_not_ask_the_host_are_no_attempts(engine: Engine) -> None:
    queue, store = SqlQueue(engine), store_of(engine)
    listed(queue, [new(1)])
    for missed in ("unreached", "turn", "unreached", "unreached"):
        (page,) = queue.lease_pages(["wire"], [], 9)
        assert page.attempts == 1
        settle(store, page, Verdict("retry", "no connection", again_in=0.0, missed=missed))
    (page,) = queue.lease_pages(["wire"], [], 9)
    assert page.unreached > 0
    settle(store, page, Verdict("retry", "500", again_in=0.0))
    (page,) = queue.lease_pages(["wire"], [], 9)
    assert (page.attempts, page.unreached) == (2, 0.0)


def test_a_fault_in_part_stands_with_the_source(engine: Engine) -> None:
    queue = SqlQueue(engine)
    queue.enrol(["wire"])
    (lease,) = queue.lease_sources(["wire"], 1)
    queue.polled(lease, [], {}, again_in(0.0), "https://example.com/dead: 404")
    assert scalar(engine, "select last_error from sources") == "https://example.com/dead: 404"
    assert scalar(engine, "select failures from sources") == 0
    (lease,) = queue.lease_sources(["wire"], 1)
    queue.polled(lease, [], {}, again_in(0.0))
    assert scalar(engine, "select last_error from sources") is None
