"""What was found once is not looked for again, and whatever changes the index changes the answer at once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, text

from services.portal.adapters import index_store
from services.portal.adapters.search_reader import SqlSearchReader
from services.portal.application.search import SearchPage
from services.portal.domain import cursor as cursors
from services.portal.domain.cursor import Cursor
from shared.watch import load_watchlist
from tests.integration.portal_rows import NOW, Searches, classify, document, identity, indexed, scalar, store, thread

pytestmark = pytest.mark.integration

QUERY = "医鹿合作"
_SUM = "select sum(times) from search_versions"


@pytest.fixture
def searches(engine: Engine, config_dir: Path) -> Searches:
    """Forty documents over ten quarters."""
    rows = [document(number * 20, f"第{number}篇", "今日医鹿合作推进。") for number in range(1, 41)]
    store(engine, *rows)
    classify(engine, rows[0], events=[("partnership", "announced")])
    indexed(engine)
    return Searches(engine, load_watchlist(config_dir / "watchlist.yaml"))


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the database is asked from now on."""
    asked: list[str] = []
    execute = psycopg.Cursor.execute

    def counted(self: Any, statement: Any, *values: Any, **more: Any) -> Any:
        asked.append(str(statement))
        return execute(self, statement, *values, **more)

    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    return asked


def fresh(searches: Searches, config_dir: Path) -> SearchPage:
    """What one says that never searched before."""
    return Searches(searches.engine, load_watchlist(config_dir / "watchlist.yaml")).page(QUERY)


def test_the_same_is_not_looked_for_twice(searches: Searches, config_dir: Path, trips: list[str]) -> None:
    first = searches.page(QUERY)
    assert sum("with m as" in each for each in trips) == 1
    trips.clear()
    assert searches.page(QUERY) == first == fresh(searches, config_dir)
    assert sum("with m as" in each for each in trips) == 1, "the fresh one alone looks"


def _new(engine: Engine) -> None:
    store(engine, document(3, "新篇", "医鹿合作"))
    indexed(engine)


def _revised(engine: Engine) -> None:
    store(engine, document(200, "改篇", "不提", revision=2))
    indexed(engine)


def _classified(engine: Engine) -> None:
    classify(engine, document(40, "第2篇"), events=[("leadership", "denied")])
    indexed(engine)


def _threaded(engine: Engine) -> None:
    thread(engine, "story", document(20, "第1篇"), document(40, "第2篇"))


def _run(statement: str) -> Callable[[Engine], None]:
    def run(engine: Engine) -> None:
        with engine.begin() as connection:
            connection.execute(text(statement))

    return run


CHANGES: dict[str, Callable[[Engine], None]] = {
    "new": _new,
    "revised": _revised,
    "classified": _classified,
    "erased": _run(f"delete from documents where document_id = '{identity(400)}'"),
    "masked": _run(f"update documents set paragraphs = '[\"x\"]' where document_id = '{identity(400)}'"),
    "moved": _run("update search_documents set at = at - interval '1 year' where words like '%第3篇%'"),
    "by hand": _run("delete from search_documents where words like '%第7篇%'"),
    "in its part": _run("update search_parts.q2026q4 set words = '别', codes = '{}', title_codes = '{}'"),
    "outlet": _run(f"update documents set outlet = '某社' where document_id = '{identity(20)}'"),
    "answer": _run("update classifications set message = jsonb_set(message, '{kind}', '\"analysis\"')"),
    "threaded": _threaded,
    "emptied": _run("truncate search_documents"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_is_seen_at_once(searches: Searches, config_dir: Path, change: str) -> None:
    before = searches.page(QUERY)
    CHANGES[change](searches.engine)
    after = searches.page(QUERY)
    assert after == fresh(searches, config_dir)
    assert (after.total, after.facets, after.results) != (before.total, before.facets, before.results)


def test_a_text_is_read_once_until_its_row_changes(searches: Searches, monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str | None] = []
    ask = SqlSearchReader._all

    def kept(self: SqlSearchReader, asked: Any) -> Any:
        rows = ask(self, asked)
        texts.extend(row[2] for row in rows if "stamp" in asked[0])
        return rows

    monkeypatch.setattr(SqlSearchReader, "_all", kept)
    assert searches.numbers(QUERY)[0] == 20
    assert len(texts) == 40
    assert all(texts)
    texts.clear()
    searches.page("合作推进")
    assert texts == [None] * 40
    store(searches.engine, document(600, "医鹿合作", "医鹿合作", revision=2))
    indexed(searches.engine)
    texts.clear()
    assert searches.numbers(QUERY)[0] == 600
    assert sum(each is not None for each in texts) == 1


def test_what_is_not_committed_is_not_seen_and_then_is(searches: Searches) -> None:
    assert searches.page(QUERY).total.value == 40
    with searches.engine.connect() as other:
        other.execute(text("delete from search_documents where words like '%第7篇%'"))
        assert searches.page(QUERY).total.value == 40
        other.rollback()
        assert searches.page(QUERY).total.value == 40
        other.execute(text("delete from search_documents where words like '%第8篇%'"))
        assert searches.page(QUERY).total.value == 40
        other.commit()
    assert searches.page(QUERY).total.value == 39


def test_pages_know_the_newest_document_though_their_stretch_did_not_change(searches: Searches) -> None:
    query = f"{QUERY} after:2026-08"
    assert searches.page(query, limit=2).cursor
    _new(searches.engine)
    store(searches.engine, document(2_000, "旧篇", "医鹿合作"))
    indexed(searches.engine)
    page = searches.page(query, limit=2)
    assert page.cursor
    cursor = cursors.read(page.cursor, cursors.digest(query, "relevance"))
    assert isinstance(cursor, Cursor)
    assert cursor.up_to == scalar(searches.engine, "select max(number) from documents")


def test_joined_rows_keep_their_sum_and_later_changes_count(
    searches: Searches, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run("update search_documents set importance = 4")(searches.engine)
    before = scalar(searches.engine, _SUM)
    monkeypatch.setattr(index_store, "MOST_VERSIONS", 0)
    _new(searches.engine)
    assert scalar(searches.engine, _SUM) == before + 1
    assert scalar(searches.engine, "select count(*) = count(distinct quarter) from search_versions")
    _run("update search_documents set importance = 5")(searches.engine)
    quarters = scalar(searches.engine, "select count(distinct quarter) from search_versions")
    assert scalar(searches.engine, _SUM) == before + 1 + quarters


def test_threads_that_search_while_documents_come_never_go_back(searches: Searches) -> None:
    committed, ended, wrong = [40], threading.Event(), []

    def read() -> None:
        last = 0
        while not ended.is_set():
            least = committed[0]
            found = searches.page(QUERY).total.value
            if found < max(least, last):
                wrong.append((least, last, found))
            last = found

    readers = [threading.Thread(target=read) for _ in range(2)]
    for each in readers:
        each.start()
    for number in range(1, 16):
        seen = NOW - timedelta(days=number * 30)
        store(searches.engine, document(number, "又篇", "医鹿合作", first_seen=seen, published=seen))
        indexed(searches.engine)
        committed[0] = 40 + number
    ended.set()
    for each in readers:
        each.join(60)
    assert not wrong
    assert searches.page(QUERY).total.value == 55
