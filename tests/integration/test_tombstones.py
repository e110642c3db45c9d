"""What was erased does not come back: not by its address, not by another one, and nothing of it is kept on the way."""

import pytest
from sqlalchemy import Engine, text

from services.crawler.adapters.queue import SqlQueue
from services.crawler.application.settle import settle
from services.crawler.domain.canonical import document_id
from shared.store.tombstones import DOCUMENT, hidden_address
from tests.integration.crawler_rows import found, listed, new, scalar, store_of

pytestmark = pytest.mark.integration

ERASED = new(1)


def bury(engine: Engine, key: str) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("insert into tombstones values (:key, :document, now(), 'privacy@example.com', 'request 7')"),
            {"key": key, "document": document_id(ERASED.address)},
        )


def test_an_erased_address_is_not_listed_again(engine: Engine) -> None:
    bury(engine, hidden_address(ERASED.address))
    assert listed(SqlQueue(engine), [ERASED, new(2)]) == (1, 0)
    assert scalar(engine, "select string_agg(address, ',') from listed_pages") == new(2).address


def test_an_address_in_any_script_has_one_hash_in_python_and_in_sql(engine: Engine) -> None:
    page = new(1, host="例.example")
    bury(engine, hidden_address(page.address))
    assert listed(SqlQueue(engine), [page]) == (0, 0)


def test_another_address_of_an_erased_document_ends_as_erased(engine: Engine) -> None:
    bury(engine, DOCUMENT + document_id(ERASED.address))
    other, queue = new(3), SqlQueue(engine)
    listed(queue, [other])
    (page,) = queue.lease_pages(["wire"], [], 1)
    verdict = settle(store_of(engine), page, found(ERASED.address))
    assert (verdict.outcome, verdict.reason) == ("erased", "erased and not to come back: request 7")
    kept = "select (select count(*) from documents) + (select count(*) from outbox) + (select count(*) from bands)"
    assert scalar(engine, kept) == 0
    assert scalar(engine, "select count(*) from listed_pages") == 0
    assert scalar(engine, "select address from crawl_decisions where outcome = 'erased'") == hidden_address(
        other.address
    )
    assert listed(queue, [new(3, marker="b")]) == (0, 0)


def test_what_was_not_erased_is_stored_as_before(engine: Engine) -> None:
    bury(engine, DOCUMENT + document_id(ERASED.address))
    queue = SqlQueue(engine)
    listed(queue, [new(2)])
    (page,) = queue.lease_pages(["wire"], [], 1)
    assert settle(store_of(engine), page, found(page.address)).outcome == "published"
