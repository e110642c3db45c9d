"""What a search costs where time is not measured: how often the database is asked, what a page weighs, what is read."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine

from services.portal.application import gather as gathering
from services.portal.domain import plan as plans
from shared.watch import load_watchlist
from tests.integration.portal_rows import Searches, classify, document, indexed, store

pytestmark = pytest.mark.integration

MOST_TRIPS = 4
"""Two windows, the texts that are scored, what is shown."""


@pytest.fixture
def searches(engine: Engine, config_dir: Path) -> Searches:
    """A hundred documents: "医鹿合作" as it stands in the odd ones, its two parts apart in the even ones."""
    rows = [
        document(number, f"第{number}篇", "今日医鹿合作推进。" if number % 2 else "医鹿今日合作，鹿合二字相连。")
        for number in range(1, 101)
    ]
    store(engine, *rows)
    for row in rows[:10]:
        classify(engine, row, entities=["alibaba_health"], events=[("partnership", "announced")])
    indexed(engine)
    return Searches(engine, load_watchlist(config_dir / "watchlist.yaml"))


@pytest.mark.parametrize("query", ["医鹿", "医鹿合作", "医鹿 label:partnership", "火星文", ""])
def test_the_database_is_asked_four_times(searches: Searches, monkeypatch: pytest.MonkeyPatch, query: str) -> None:
    monkeypatch.setattr(gathering, "SMALLEST", 20)
    first = searches.page(query)
    trips: list[str] = []
    execute = psycopg.Cursor.execute

    def counted(self: Any, statement: Any, *asked: Any, **more: Any) -> Any:
        if str(statement).strip(" ;"):  # the pool asks nothing to see whether a connection lives
            trips.append(str(statement))
        return execute(self, statement, *asked, **more)

    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    assert searches.page(query) == first
    assert 1 <= len(trips) <= MOST_TRIPS, trips


def test_a_count_is_exact_though_not_every_text_was_read_at_first(
    searches: Searches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "SMALLEST", 20)
    monkeypatch.setattr(gathering, "SAMPLE", 4)
    monkeypatch.setattr(gathering, "SURE", 0)
    page = searches.page("医鹿合作", sort="newest", limit=100)
    assert (page.total.value, page.total.exact) == (50, True)
    assert [int(one.document_id, 16) for one in page.results] == list(range(1, 101, 2))
    assert {one.value: one.count for one in page.facets["label"]} == {"partnership": 5}
    assert {one.value: one.count for one in page.facets["source"]} == {"wire": 50}


def test_of_a_frequent_word_a_sample_is_verified_and_the_count_says_about(
    searches: Searches, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("SMALLEST", 20), ("SAMPLE", 12), ("SURE", 0)):
        monkeypatch.setattr(gathering, name, value)
    asked = plans.plan_of

    def small(*given: Any, **more: Any) -> plans.Plan:
        made = asked(*given, **more)
        return replace(made, most=5, exact=10)

    monkeypatch.setattr("services.portal.application.search.plan_of", small)
    page = searches.page("医鹿合作", sort="newest", limit=5)
    assert not page.total.exact
    assert 30 <= page.total.value <= 70
    assert [int(one.document_id, 16) for one in page.results] == [1, 3, 5, 7, 9]


@pytest.mark.parametrize("sure", [0, 40_000])
def test_a_count_is_exact_though_five_texts_are_verified_for_each_hit(
    engine: Engine, config_dir: Path, monkeypatch: pytest.MonkeyPatch, sure: int
) -> None:
    texts = ["医鹿今日合作，鹿合二字相连。", "今日医鹿合作推进。"]
    store(engine, *(document(number, f"第{number}篇", texts[number % 10 == 0]) for number in range(1, 91)))
    indexed(engine)
    for name, value in (("SMALLEST", 20), ("SAMPLE", 4), ("SURE", sure)):
        monkeypatch.setattr(gathering, name, value)
    asked = plans.plan_of
    monkeypatch.setattr(
        "services.portal.application.search.plan_of",
        lambda *given, **more: replace(asked(*given, **more), most=5, exact=20),
    )
    page = Searches(engine, load_watchlist(config_dir / "watchlist.yaml")).page("医鹿合作", sort="newest", limit=5)
    assert (page.total.value, page.total.exact) == (9, True)
