"""Leases, settling and the outbox on the real database, with several crawlers at once."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from services.crawler.adapters.outbox import SqlOutbox
from services.crawler.adapters.queue import SqlQueue
from services.crawler.adapters.store import SqlStore
from services.crawler.application.ports import LeaseLost
from services.crawler.application.settle import settle
from services.crawler.application.values import Found, LeasedPage, NewPage, Origin, Verdict
from services.crawler.domain.canonical import document_id
from services.crawler.domain.fingerprint import content_hash, keys, units
from shared.messages.common import Role
from shared.messages.document import DocumentFound
from shared.store.crawler import OutboxRow
from tests.unit.crawler.fakes import again_in

pytestmark = pytest.mark.integration

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REPORTERS = "赵钱孙李周吴郑王冯陈褚卫"
STORY = "示例健康周五晚间公告，公司已与东海省三家医院签署合作协议，共同建设互联网医院平台，协议总金额为2.06亿元。" * 2


def new(number: int, marker: str = "a", host: str = "example.com") -> NewPage:
    address = f"https://{host}/{number}"
    return NewPage(address, host, marker, {"title": f"第{number}篇"}, NOW - timedelta(hours=number))


def listed(queue: SqlQueue, pages: Sequence[NewPage], source: str = "wire") -> tuple[int, int]:
    queue.enrol([source])
    (lease,) = queue.lease_sources([source], 1)
    return queue.polled(lease, pages, {}, again_in(0.0))


def found(address: str, body: str = STORY, role: Role = "alert") -> Found:
    origin = Origin(source="wire", outlet=None, role=role, rights="full", pace=0.0)
    return Found(
        document_id=document_id(address),
        url=address,
        origin=origin,
        outlet=None,
        title="标题",
        paragraphs=(body,),
        language="zh-Hans",
        author=None,
        published=None,
        matched=(),
        content_hash=content_hash("标题", [body]),
        keys=keys(units(body)),
        first_seen=NOW,
        fetched=NOW,
    )


def store_of(engine: Engine, woken: Callable[[], None] = lambda: None) -> SqlStore:
    return SqlStore(engine, woken)


def scalar(engine: Engine, query: str) -> object:
    with engine.connect() as connection:
        return connection.execute(text(query)).scalar()


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


def test_reprints_stored_at_once_have_one_original(engine: Engine) -> None:
    queue = SqlQueue(engine)
    count = 12
    listed(queue, [new(number) for number in range(count)])
    pages = queue.lease_pages(["wire"], [], count)
    store = store_of(engine)

    def store_one(page: LeasedPage) -> Verdict:
        return settle(store, page, found(page.address, f"本报讯 记者{REPORTERS[page.id % 12]}某报道 {STORY} 责任编辑"))

    with ThreadPoolExecutor(6) as pool:
        outcomes = [verdict.outcome for verdict in pool.map(store_one, pages)]
    assert sorted(outcomes) == ["duplicate"] * (count - 1) + ["published"]
    lowest = scalar(engine, "select document_id from documents order by number limit 1")
    assert scalar(engine, "select string_agg(distinct duplicate_of, ',') from documents") == lowest
    assert scalar(engine, "select count(*) from outbox") == 1


def test_document_outbox_and_decision_stand_or_fall_together(engine: Engine) -> None:
    queue = SqlQueue(engine)
    listed(queue, [new(1)])
    (page,) = queue.lease_pages(["wire"], [], 1)
    store = store_of(engine)

    def die_in_the_middle() -> None:
        with store.changes() as changes:
            changes.add(found(page.address), 1, None)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        die_in_the_middle()
    counts = "select (select count(*) from documents) + (select count(*) from bands) + (select count(*) from outbox)"
    assert scalar(engine, counts) == 0


def test_texts_with_every_character_are_stored(engine: Engine) -> None:
    queue = SqlQueue(engine)
    listed(queue, [new(1)])
    (page,) = queue.lease_pages(["wire"], [], 1)
    body = "引号\"'\\ 表情😀 零宽\u200b 私用\ue000 制表\t" + STORY
    assert settle(store_of(engine), page, found(page.address, body)).outcome == "published"
    assert scalar(engine, "select paragraphs->>0 from documents") == body


def test_a_foreign_lock_is_not_waited_for_without_end(engine: Engine) -> None:
    queue = SqlQueue(engine)
    listed(queue, [new(1)])
    (page,) = queue.lease_pages(["wire"], [], 1)
    with engine.connect() as other, other.begin():
        other.execute(text("select * from listed_pages for update"))
        with pytest.raises(Exception, match="lock timeout"):
            settle(store_of(engine), page, found(page.address))
    assert settle(store_of(engine), page, found(page.address)).outcome == "published"


def outbox_row(number: int) -> dict[str, object]:
    return {"topic": "t", "key": str(number), "value": b"x", "created": NOW}


def sent_keys(outbox: SqlOutbox) -> list[str]:
    got: list[str] = []

    def hand_over(rows: Sequence[tuple[int, str, str, bytes]]) -> tuple[Sequence[int], dict[int, str]]:
        got.extend(key for _, _, key, _ in rows)
        return [number for number, *_ in rows], {}

    outbox.send(hand_over)
    return got


def test_a_lower_id_that_commits_later_is_sent(engine: Engine) -> None:
    table = OutboxRow.__table__  # type: ignore[attr-defined]  # SQLModel gives it to tables alone
    outbox = SqlOutbox(engine)
    with engine.connect() as late, late.begin():
        late.execute(table.insert().values(outbox_row(1)))
        with engine.begin() as early:
            early.execute(table.insert().values(outbox_row(2)))
        assert sent_keys(outbox) == ["2"]
    assert sent_keys(outbox) == ["1"]
    assert sent_keys(outbox) == []


def test_two_relays_send_nothing_twice(engine: Engine) -> None:
    table = OutboxRow.__table__  # type: ignore[attr-defined]  # SQLModel gives it to tables alone
    with engine.begin() as connection:
        connection.execute(table.insert(), [outbox_row(number) for number in range(300)])
    with ThreadPoolExecutor(2) as pool:
        batches = list(pool.map(lambda _: [*sent_keys(SqlOutbox(engine)), *sent_keys(SqlOutbox(engine))], range(2)))
    got = [key for batch in batches for key in batch] + sent_keys(SqlOutbox(engine))
    assert sorted(got, key=int) == [str(number) for number in range(300)]


def test_what_was_not_acknowledged_stays(engine: Engine) -> None:
    table = OutboxRow.__table__  # type: ignore[attr-defined]  # SQLModel gives it to tables alone
    with engine.begin() as connection:
        connection.execute(table.insert(), [outbox_row(number) for number in range(3)])
    outbox = SqlOutbox(engine)
    assert outbox.send(lambda rows: ([rows[1][0]], {})) == 1
    assert sent_keys(outbox) == ["0", "2"]


def test_the_relay_is_woken_after_the_commit(engine: Engine) -> None:
    seen: list[object] = []
    store = store_of(engine, lambda: seen.append(scalar(engine, "select count(*) from outbox")))
    queue = SqlQueue(engine)
    listed(queue, [new(1)])
    (page,) = queue.lease_pages(["wire"], [], 1)
    settle(store, page, found(page.address))
    assert seen == [1]
    assert DocumentFound.model_validate_json(bytes(scalar(engine, "select value from outbox")))  # type: ignore[call-overload]  # bytea


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


def test_a_row_of_the_outbox_that_cannot_be_sent_is_set_aside(engine: Engine) -> None:
    with engine.begin() as connection:
        for value in (b"{}", b"good"):
            row = {"topic": "t", "key": "k", "value": value, "created": NOW}
            connection.execute(OutboxRow.__table__.insert().values(row))  # type: ignore[attr-defined]  # as SQLModel has it
    outbox = SqlOutbox(engine)
    assert outbox.send(lambda rows: ([rows[1][0]], {rows[0][0]: "no message"})) == 2
    assert outbox.send(lambda rows: pytest.fail("nothing is left")) == 0
    assert scalar(engine, "select refused from outbox where sent is null") == "no message"
