"""Settling on the real database: a document, its message and the decision together, and one original of reprints."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from services.crawler.adapters.queue import SqlQueue
from services.crawler.application.settle import settle
from services.crawler.application.values import LeasedPage, Verdict
from shared.messages.document import DocumentFound
from tests.integration.crawler_rows import STORY, found, listed, new, scalar, store_of

pytestmark = pytest.mark.integration

REPORTERS = "赵钱孙李周吴郑王冯陈褚卫"


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


def test_the_relay_is_woken_after_the_commit(engine: Engine) -> None:
    seen: list[object] = []
    store = store_of(engine, lambda: seen.append(scalar(engine, "select count(*) from outbox")))
    queue = SqlQueue(engine)
    listed(queue, [new(1)])
    (page,) = queue.lease_pages(["wire"], [], 1)
    settle(store, page, found(page.address))
    assert seen == [1]
    assert DocumentFound.model_validate_json(bytes(scalar(engine, "select value from outbox")))  # type: ignore[call-overload]  # bytea
