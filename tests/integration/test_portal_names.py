"""Watched names are found by a mark where every document tells of it, and by the text where one does not."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from services.portal.adapters.index_store import SqlIndexStore
from services.portal.adapters.search_reader import SqlSearchIndex
from services.portal.application.index import Index, Step
from services.portal.domain.names import FIELD, watched_names
from shared.watch import load_watchlist
from tests.integration.portal_rows import Searches, document, identity, indexed, scalar, store

pytestmark = pytest.mark.integration
FEW = ("阿里健康", "医鹿 app")
WRITTEN = "select string_agg(xmin::text, ' ' order by document_id) from search_documents where document_id"


@pytest.fixture
def searches(engine: Engine, config_dir: Path) -> Searches:
    return Searches(engine, load_watchlist(config_dir / "watchlist.yaml"))


def marked(engine: Engine, names: tuple[str, ...] = FEW, batch: int = 200) -> Step:
    """Bring the index up to date with these names marked."""
    return Index(SqlIndexStore(engine), names=names, batch=batch).once()


def told(engine: Engine, name: str = "阿里健康") -> bool:
    """Whether searches need no text for a name."""
    with SqlSearchIndex(engine).read() as reader:
        return (FIELD, name) in reader.facet_numbers([(FIELD, name)])


@pytest.fixture
def filled(engine: Engine) -> Engine:
    store(
        engine,
        document(1, "阿里健康上线", "正文。"),
        document(2, "旧闻", "阿里巴巴的健康频道里健身。"),
        document(3, "旧闻", "與阿里健康合作。"),
        document(4, "医鹿App", "正文。"),
        document(5, "旧闻", "正文。"),
    )
    return engine


def test_marks_find_what_the_texts_say(filled: Engine, searches: Searches) -> None:
    indexed(filled)
    assert not told(filled)
    before = {asked: searches.numbers(asked) for asked in ("阿里健康", "医鹿APP", "旧闻 -阿里健康", "阿里 健康")}
    assert before == {"阿里健康": [1, 3], "医鹿APP": [4], "旧闻 -阿里健康": [2, 5], "阿里 健康": [1, 2, 3]}
    marked(filled)
    assert told(filled)
    assert {asked: searches.numbers(asked) for asked in before} == before
    assert all(searches.page(asked).total.exact for asked in before)


def test_a_new_name_has_those_written_anew_that_may_hold_it(filled: Engine) -> None:
    marked(filled, ())
    others = f"{WRITTEN} in ('{identity(4)}', '{identity(5)}')"
    untouched = scalar(filled, others)
    assert marked(filled, FEW[:1]).indexed == 3  # two that hold it, one that holds its parts
    assert scalar(filled, others) == untouched
    assert told(filled)
    assert not told(filled, FEW[1])
    assert marked(filled, FEW, batch=1).indexed == 1
    assert told(filled)
    assert told(filled, FEW[1])
    assert marked(filled).indexed == 0


def test_until_all_are_marked_texts_are_read(filled: Engine, searches: Searches) -> None:
    indexed(filled)
    index = Index(SqlIndexStore(filled), batch=1, names=FEW)
    SqlIndexStore(filled).compare(FEW)
    done = 0
    while not told(filled):
        assert searches.numbers("阿里健康") == [1, 3]
        done += index.step().indexed
    assert done == 4
    assert searches.numbers("阿里健康") == [1, 3]


def test_what_an_indexer_of_an_earlier_version_writes_is_found(filled: Engine, searches: Searches) -> None:
    marked(filled)
    own = f"where document_id = '{identity(3)}'"
    with filled.begin() as connection:  # it knows neither the codes nor the column
        connection.execute(
            text(f"update search_documents set codes = array(select c from unnest(codes) as c where c > 0) {own}")
        )
        connection.execute(text(f"update search_places set names = default {own}"))
    assert not told(filled)
    assert searches.numbers("阿里健康") == [1, 3]
    assert marked(filled).indexed == 1
    assert told(filled)
    assert searches.numbers("阿里健康") == [1, 3]


def test_the_names_of_the_watchlist_get_numbers(filled: Engine, config_dir: Path, searches: Searches) -> None:
    names = watched_names(load_watchlist(config_dir / "watchlist.yaml"))
    marked(filled, tuple(names))
    assert scalar(filled, f"select count(*) from search_facets where field = '{FIELD}'") == len(names) > 100
    assert searches.numbers("阿里健康") == [1, 3]
    assert set(searches.page("阿里健康").facets) == {"entity", "label", "status", "source", "kind", "language"}
