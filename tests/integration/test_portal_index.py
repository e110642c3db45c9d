"""The index follows the other tables: new, revised, classified, threaded, changed and erased documents."""

import os
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from services.portal.adapters.index_store import SqlIndexStore
from services.portal.application.index import Index
from shared.errors import PermanentError
from shared.store.engine import make_engine
from shared.watch import load_watchlist
from tests import forked
from tests.integration.portal_rows import NOW, Searches, classify, document, identity, indexed, scalar, store, thread

pytestmark = pytest.mark.integration


@pytest.fixture
def searches(engine: Engine, config_dir: Path) -> Searches:
    return Searches(engine, load_watchlist(config_dir / "watchlist.yaml"))


def run(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def test_indexing_again_changes_nothing(engine: Engine, searches: Searches) -> None:
    store(engine, document(1, "医鹿上线"), document(2, "医鹿下线"))
    assert indexed(engine).indexed == 2
    assert indexed(engine).indexed == 0
    assert Index(SqlIndexStore(engine)).once().indexed == 0
    assert searches.numbers("医鹿") == [1, 2]
    assert scalar(engine, "select count(*) from search_documents") == 2
    assert scalar(engine, "select sum(documents) from search_quarters") == 2


def test_a_revision_replaces_and_what_only_the_earlier_one_said_is_found_with_its_number(
    engine: Engine, searches: Searches
) -> None:
    store(engine, document(1, "医鹿获注资", "出资方为东海资本。", "完。"))
    indexed(engine)
    later = NOW - timedelta(hours=1)
    store(engine, document(1, "医鹿获注资", "出资方未披露。", "完。", revision=2, published=later))
    indexed(engine)
    assert scalar(engine, "select count(*) from search_documents") == 1
    (result,) = searches.page("东海资本").results
    (passage,) = result.passages
    assert (result.revision, result.at, passage.revision, passage.paragraph) == (2, later, 1, 1)
    (result,) = searches.page("未披露").results
    assert [passage.revision for passage in result.passages] == [2]


def test_classification_and_thread_are_followed(engine: Engine, searches: Searches) -> None:
    first, second = document(1, "医鹿上线"), document(2, "医鹿下线")
    store(engine, first, second)
    indexed(engine)
    assert searches.numbers("kind:unread") == [1, 2]
    classify(engine, first, entities=["alibaba_health"], events=[("product_launch", "announced")])
    thread(engine, "story", first)
    assert indexed(engine).indexed == 1
    assert searches.numbers("label:product_launch") == [1]
    assert searches.numbers("kind:thread") == [1]
    # A classification whose transaction ended after a later one's is met all the same.
    classify(engine, second, received=NOW - timedelta(minutes=2), entities=["alibaba_health"])
    assert indexed(engine).indexed == 1
    assert searches.numbers("entity:医鹿") == [1, 2]


def test_a_replaced_answer_and_a_moved_thread_are_followed(engine: Engine, searches: Searches) -> None:
    first, second = document(1, "医鹿上线"), document(2, "医鹿下线")
    store(engine, first, second)
    classify(engine, first, events=[("product_launch", "announced")])
    thread(engine, "one", first)
    thread(engine, "two", second)
    indexed(engine)
    run(engine, "update classifications set message = jsonb_set(message, '{events,0,label}', '\"leadership\"')")
    run(engine, f"update thread_documents set thread_id = 'two' where document_id = '{identity(1)}'")
    indexed(engine)
    assert searches.numbers("label:product_launch") == []
    assert searches.numbers("label:leadership") == [1]
    assert len(searches.numbers("kind:thread")) == 1


def test_an_erased_document_leaves_the_index_in_the_same_transaction(engine: Engine, searches: Searches) -> None:
    store(engine, document(1, "医鹿上线"), document(1, "医鹿", revision=2), document(2, "医鹿下线"))
    indexed(engine)
    with engine.begin() as connection:
        connection.execute(text(f"delete from documents where document_id = '{identity(1)}'"))
        left = connection.execute(text("select document_id from search_documents")).scalars().all()
        assert left == [identity(2)]
    indexed(engine)
    assert searches.numbers("医鹿") == [2]
    assert scalar(engine, "select count(*) from search_places") == 1
    assert scalar(engine, "select count(*) from search_changed") == 0
    assert scalar(engine, "select sum(documents) from search_quarters") == 2  # until the next comparison
    Index(SqlIndexStore(engine)).once()
    assert scalar(engine, "select sum(documents) from search_quarters") == 1


def test_a_pruned_revision_and_a_masked_text_leave_the_index_too(engine: Engine, searches: Searches) -> None:
    store(engine, document(1, "医鹿获注资", "东海资本"), document(1, "医鹿获注资", "未披露", revision=2))
    store(engine, document(2, "医鹿下线", "联系人李某某"))
    indexed(engine)
    run(engine, f"delete from documents where document_id = '{identity(1)}' and revision = 1")
    run(engine, f"update documents set paragraphs = '[\"联系人\"]' where document_id = '{identity(2)}'")
    assert searches.numbers("东海资本") == searches.numbers("李某某") == []
    indexed(engine)
    assert searches.numbers("医鹿") == [1, 2]
    assert searches.numbers("东海资本") == searches.numbers("李某某") == []


def test_an_erasure_waits_for_a_batch_that_has_read_the_document(engine: Engine, database_url: str) -> None:
    """Else the batch would put back what was erased."""
    store(engine, document(1, "医鹿上线"))
    other = make_engine(database_url)
    eraser = threading.Thread(target=run, args=(other, "delete from documents"))
    with SqlIndexStore(engine).unit() as unit:
        assert unit is not None
        read = unit.load(unit.new(10))
        eraser.start()
        time.sleep(0.5)
        assert eraser.is_alive()
        from services.portal.domain.entry import entry_of

        unit.put([identity(1)], [entry_of(each) for each in read])
    eraser.join(10)
    other.dispose()
    assert scalar(engine, "select count(*) from search_documents") == 0


def test_one_indexer_at_a_time(engine: Engine) -> None:
    store(engine, document(1, "医鹿上线"))
    with SqlIndexStore(engine).unit() as unit:
        assert unit is not None
        assert indexed(engine).indexed == 0
    assert indexed(engine).indexed == 1


def test_a_comparison_finds_what_was_missed_and_what_is_too_much(engine: Engine, searches: Searches) -> None:
    first = document(1, "医鹿上线")
    store(engine, first, document(2, "医鹿下线"))
    indexed(engine)
    classify(engine, first, received=NOW - timedelta(days=3), events=[("leadership", "announced")])
    run(engine, "update search_marks set at = now() + interval '1 year' where name = 'classifications'")
    run(engine, f"delete from search_places where document_id = '{identity(2)}'")
    run(engine, "delete from search_documents where words like '%下线%'")
    run(engine, "insert into search_marks (name, at) values ('classifications', '2100-01-01') on conflict (name)"
        " do update set at = excluded.at")  # fmt: skip
    assert indexed(engine).indexed == 0
    assert Index(SqlIndexStore(engine)).once().indexed == 2
    assert searches.numbers("医鹿") == [1, 2]
    assert searches.numbers("label:leadership") == [1]


def test_many_batches_and_odd_dates(engine: Engine, searches: Searches) -> None:
    for number in range(1, 26):
        store(engine, document(number * 40, f"医鹿第{number}篇"))
    store(engine, document(2000, "医鹿在未来", published=NOW + timedelta(days=4_000)))
    store(engine, document(2001, "医鹿在古代", published=NOW - timedelta(days=70_000)))
    store(engine, document(2002, "医鹿无日期", published=None, published_precision=None))
    index = Index(SqlIndexStore(engine), batch=4)
    assert index.once().indexed == 28
    assert len(searches.numbers("医鹿", limit=100)) == 28
    assert searches.page("医鹿在未来").results[0].precision == "seen"
    assert scalar(engine, "select min(at)::date::text from search_documents") == "2000-01-01"


def test_a_classification_that_cannot_be_read_is_no_obstacle(engine: Engine, searches: Searches) -> None:
    first = document(1, "医鹿上线")
    store(engine, first)
    classify(engine, first)
    run(engine, "update classifications set message = '{\"version\": 7}'")
    indexed(engine)
    assert searches.numbers("医鹿 kind:unread") == [1]


def test_a_title_with_a_nul_or_a_form_feed_is_indexed(engine: Engine, searches: Searches) -> None:
    store(engine, document(1, "医鹿\f上线\n今日", "首段\f换页\n换行"))
    indexed(engine)
    assert searches.numbers("换页") == [1]


def test_the_commands_index_and_search(database_url: str, engine: Engine, project_root: Path) -> None:
    first = document(1, "医鹿\x1b[31m上线", "阿里健康说。", published=NOW, outlet="搜狐财经")
    store(engine, first)
    classify(engine, first, events=[("product_launch", "announced")], point="阿里健康说。")
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "CONFIG_DIR": str(project_root / "config"),
        "TZ": "Asia/Shanghai",
    }

    def told(*words: str) -> subprocess.CompletedProcess[str]:
        return forked.run("services.portal", *words, environment=environment, timeout=120)

    done = told("index", "--once")
    assert done.returncode == 0, done.stderr
    assert "1 documents indexed" in done.stdout
    page = told("search", "医鹿", "--limit", "10")
    assert page.returncode == 0, page.stderr
    lines = page.stdout.splitlines()
    assert lines[0] == "1 document"
    assert "1. 医鹿 [31m上线 · 搜狐财经 · 2026-11-22 20:00" in lines
    assert "   Deal – 阿里健康说。 [1]" in lines
    refused = told("search", "label:partnershp")
    assert refused.returncode == 2
    assert "did you mean partnership" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_database_that_refuses_says_so(engine: Engine) -> None:
    store(engine, document(1, "医鹿上线"))
    run(engine, "drop function search_make_quarter")
    with pytest.raises(PermanentError, match="search_make_quarter"):
        indexed(engine)


def test_the_service_follows_until_it_is_asked_to_stop(database_url: str, engine: Engine, project_root: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": database_url}
    command = [sys.executable, "-m", "services.portal", "index"]
    with subprocess.Popen(command, cwd=project_root, env=environment, stderr=subprocess.PIPE, text=True) as service:
        try:
            for number in (1, 2):
                store(engine, document(number, "医鹿上线"))
                until = time.monotonic() + 90
                while scalar(engine, "select count(*) from search_documents") < number and time.monotonic() < until:
                    time.sleep(0.2)
            assert scalar(engine, "select count(*) from search_documents") == 2
            service.terminate()
            assert service.wait(60) == 0
        finally:
            service.kill()
