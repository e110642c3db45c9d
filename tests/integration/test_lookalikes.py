"""The look-up of documents that share fingerprints, on the real database."""

import pytest
from sqlalchemy import Engine, text

from services.crawler.adapters.lookalikes import CANDIDATES, HOT_KEY
from services.crawler.adapters.store import SqlStore
from shared.errors import TransientError

pytestmark = pytest.mark.integration

DOCUMENTS = """
insert into documents (document_id, revision, number, url, source, role, rights, title, paragraphs, language,
    content_hash, matched, first_seen, fetched) overriding system value
select 'd' || n, 1, n, '', 'wire', case when n = 5 then 'recall' else 'alert' end, 'full', '', '["text"]', 'en', '',
    '[]', now(), now()
from generate_series(1, 300) as n
"""


def store_of(engine: Engine) -> SqlStore:
    return SqlStore(engine, lambda: None)


def test_the_most_alike_come_first_and_a_hot_fingerprint_gives_its_newest(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text(DOCUMENTS))
        connection.execute(text("insert into bands select 1000, n from generate_series(1, 300) as n"))
        connection.execute(text("insert into bands values (7, 3), (9, 3), (2, 4), (4, 4), (7, 6), (2, 5), (4, 5)"))
    with store_of(engine).changes() as changes:
        assert [one.number for one in changes.lookalikes([2, 4, 7, 9], "", "alert")] == [4, 3]
        assert [one.number for one in changes.lookalikes([2, 4, 7, 9], "d4", "recall")] == [5, 3]
        (first, *_), hot = changes.lookalikes([2], "", "alert"), changes.lookalikes([1000], "", "alert")
    assert (first.document_id, first.paragraphs, first.role) == ("d4", ("text",), "alert")
    assert len(hot) == CANDIDATES
    assert min(one.number for one in hot) > 300 - HOT_KEY


def test_a_connection_that_is_lost_during_the_look_up_is_worth_another_try(engine: Engine) -> None:
    def look() -> None:
        with store_of(engine).changes() as changes:
            with engine.connect() as other:
                other.execute(
                    text(
                        "select pg_terminate_backend(pid) from pg_stat_activity "
                        "where datname = current_database() and state = 'idle in transaction' and query ~ 'advisory'"
                    )
                )
            changes.lookalikes([1, 2], "", "alert")

    with pytest.raises(TransientError):
        look()
    with store_of(engine).changes() as changes:  # on a new connection
        assert changes.lookalikes([1, 2], "", "alert") == []
