"""Many hits: windows from the newest on, candidates of all times, counts that say "about", pages past the scored."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from services.portal.adapters.search_reader import SqlSearchIndex
from services.portal.application import gather as gathering
from services.portal.application.gather import Gathered, beyond, gather
from services.portal.domain.parse import parse
from services.portal.domain.plan import Plan, facets_of, plan_of
from services.portal.domain.query import Query
from services.portal.domain.vocabulary import Vocabulary
from shared.watch import load_watchlist
from tests.integration.portal_rows import NOW, Searches, classify, document, indexed, store

pytestmark = pytest.mark.integration

EVERY = 30
"""Days between two documents."""


@pytest.fixture
def filled(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Sixty documents over five years that all hold the word; the windows are small."""
    monkeypatch.setattr(gathering, "SMALLEST", 8)
    rows = [
        document(number * EVERY, "医鹿旧闻" if number in (50, 55) else "旧闻", f"第{number}次提到医鹿与阿里健康。")
        for number in range(1, 61)
    ]
    store(engine, *rows)
    classify(engine, rows[39], entities=["alibaba_health"])
    indexed(engine)
    return engine


def asked(engine: Engine, config_dir: Path, text: str, most: int = 5, exact: int = 20) -> tuple[Gathered, Plan]:
    watchlist = load_watchlist(config_dir / "watchlist.yaml")
    query = parse(text, Vocabulary.of(watchlist), NOW, NOW.tzinfo)  # type: ignore[arg-type]  # UTC
    assert isinstance(query, Query)
    with SqlSearchIndex(engine).read() as reader:
        plan = plan_of(query, reader.facet_numbers(facets_of(query)))
        small = replace(plan, most=most, exact=exact)
        return gather(reader, small), small


def numbers(places: list[tuple[object, str]]) -> list[int]:
    return [int(document_id, 16) // EVERY for _, document_id in places]


@pytest.mark.parametrize("text", ["医鹿", "阿里健康 医鹿", "医 -天猫大药房"])
def test_the_newest_are_taken_and_the_count_says_about(filled: Engine, config_dir: Path, text: str) -> None:
    found, _ = asked(filled, config_dir, text)
    assert numbers(list(found.newest)) == [1, 2, 3, 4, 5]
    assert not found.total.exact
    assert 50 <= found.total.value <= 70
    assert found.horizon == NOW - timedelta(days=5 * EVERY)


def test_old_ones_come_in_by_title_and_entity(filled: Engine, config_dir: Path) -> None:
    found, _ = asked(filled, config_dir, "医鹿")
    assert numbers(list(found.places)) == [1, 2, 3, 4, 5, 50, 55, 40]


def test_a_rare_word_is_counted_to_the_end(filled: Engine, config_dir: Path) -> None:
    found, _ = asked(filled, config_dir, "第57次")
    assert (found.total.value, found.total.exact, found.complete, found.horizon) == (1, True, True, None)
    found, _ = asked(filled, config_dir, "医鹿", exact=60)
    assert (found.total.value, found.total.exact, found.complete) == (60, True, False)


def test_beyond_the_candidates_pages_follow_by_date(filled: Engine, config_dir: Path) -> None:
    found, plan = asked(filled, config_dir, "医鹿")
    with SqlSearchIndex(filled).read() as reader:
        after = beyond(reader, plan, found.newest[-1], 100, set(found.places))
        assert numbers(list(after)) == [number for number in range(6, 61) if number not in (40, 50, 55)]
        assert beyond(reader, plan, after[2], 3, set()) == after[3:6]
        assert beyond(reader, plan, after[-1], 3, set()) == []


def test_hundreds_of_results_are_paged_without_gap_or_repeat(engine: Engine, config_dir: Path) -> None:
    store(
        engine,
        *(document(number, f"医鹿第{number}篇" if number % 50 == 0 else "某篇", "医鹿") for number in range(1, 341)),
    )
    indexed(engine)
    searches = Searches(engine, load_watchlist(config_dir / "watchlist.yaml"))
    seen: list[int] = []
    cursor = None
    while True:
        page = searches.page("医鹿", limit=90, cursor=cursor)
        assert (page.total.value, page.total.exact) == (340, True)
        seen += [int(result.document_id, 16) for result in page.results]
        cursor = page.cursor
        if cursor is None:
            break
    assert sorted(seen) == list(range(1, 341))
    assert set(seen[:6]) == {50, 100, 150, 200, 250, 300}
