"""Searching a real index: both scripts, short words, phrases, fields, facets, marks, rights."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from deploy.local.database import Database
from shared.errors import TransientError
from shared.store.engine import make_engine
from shared.watch import load_watchlist
from tests.integration.portal_rows import Searches, classify, document, identity, indexed, store, thread

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def searches(local_database: Database, project_root: Path) -> Iterator[Searches]:
    """Searches over eight documents, all indexed; for tests that change nothing."""
    engine = make_engine(local_database.create("portal_search", template="template"))
    yield filled(engine, project_root / "config")
    engine.dispose()
    local_database.drop("portal_search")


@pytest.fixture
def changing(engine: Engine, config_dir: Path) -> Searches:
    """The same in a database of the test's own."""
    return filled(engine, config_dir)


def filled(engine: Engine, config_dir: Path) -> Searches:
    rows = [
        document(1, "医鹿APP上线新功能", "阿里健康旗下医鹿今日宣布，与三家医院合作。", outlet="搜狐财经"),
        document(2, "阿里健康與螞蟻談判", "據報導，醫鹿將併入另一平台。", language="zh-Hant"),
        document(3, "平安好医生发布业绩", "平安好医生(01833.HK)收入增长，平安健康险不在其中。"),
        document(4, "Alibaba Health opens online pharmacies", "It (HKEX: 241) runs internet hospitals.", language="en"),
        document(5, "阿里健康业绩", "收入166.97亿元。股价报ＨＫ＄5，代码０２４１．ＨＫ。", rights="link"),
        document(6, "药监局通报", "互联网+医疗的平台被处罚。"),
        document(7, "好医生的平安", "一位好医生祝大家平安。"),
        document(8, "旧闻", "昨日之事。" + "无关的话。" * 200 + "文末提到医鹿。"),
    ]  # fmt: skip
    store(engine, *rows)
    classify(engine, rows[0], entities=["alibaba_health"], events=[("partnership", "announced")],
             point="与三家医院合作。")  # fmt: skip
    classify(engine, rows[1], entities=["alibaba_health"], events=[("mergers_acquisitions", "rumoured"),
             ("partnership", "denied")])  # fmt: skip
    classify(engine, rows[4], entities=["alibaba_health"], events=[("financial_results", "announced")])
    thread(engine, "story", rows[0], rows[1])
    indexed(engine)
    return Searches(engine, load_watchlist(config_dir / "watchlist.yaml"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("医鹿", {1, 2, 8}),
        ("醫鹿", {1, 2, 8}),
        ("医鹿APP", {1}),
        ("医鹿app", {1}),
        ("鹿", {1, 2, 8}),
        ("平安好医生", {3}),
        ("好医生", {3, 7}),
        ("好医生 平安", {3, 7}),
        ("好医生 -业绩", {7}),
        ("好医生 -平安好医生", {7}),
        ('"internet hospital"', {4}),
        ("Internet  HOSPITALS", {4}),
        ("pharmacy", {4}),
        ("hospital internet", {4}),
        ('"hospital internet"', set()),
        ("0241.HK", {4, 5}),
        ("00241", {4, 5}),
        ("1833.HK", {3}),
        ("互联网+医疗", {6}),
        ("166.97亿元", {5}),
        ("entity:alibaba_health", {1, 2, 5}),
        ("entity:醫鹿", {1, 2, 5}),
        ('entity:"Alibaba Health"', {1, 2, 5}),
        ("entity:阿里健康 -label:financial_results", {1, 2}),
        ("label:partnership", {1, 2}),
        ("label:partnership status:rumoured", set()),
        ("label:partnership status:denied", {2}),
        ("label:partnership label:financial-results", {1, 2, 5}),
        ("source:搜狐财经", {1}),
        ("source:wire 医鹿", {1, 2, 8}),
        ("language:zh-hant", {2}),
        ("kind:unread 平安", {3, 7}),
        ("after:2026-11-20", {1, 2}),
        ("before:2026-11-16", {7, 8}),
        ("after:3d 医鹿", {1, 2}),
        ("kind:thread 医鹿", {1}),
        ("火星文", set()),
        ("", {1, 2, 3, 4, 5, 6, 7, 8}),
    ],
)
def test_a_query_finds(searches: Searches, query: str, expected: set[int]) -> None:
    page = searches.page(query)
    assert {int(result.document_id, 16) for result in page.results} == expected
    assert page.total.exact
    assert page.total.value == len(expected)


def test_the_title_stands_before_the_text_and_the_fresh_before_the_old(searches: Searches) -> None:
    assert searches.numbers("医鹿") == [1, 2, 8]
    assert searches.numbers("医鹿", sort="newest") == [1, 2, 8]
    assert searches.numbers("好医生")[0] == 3


def test_hits_are_marked_in_the_text_as_it_was_written(searches: Searches) -> None:
    (result,) = searches.page("併入").results
    (passage,) = result.passages
    assert [passage.text[start:end] for start, end in passage.marks] == ["併入"]
    (ticker,) = [one for one in searches.page("0241.hk").results if one.document_id == identity(4)]
    assert [one.text[start:end] for one in ticker.passages for start, end in one.marks] == ["HKEX: 241"]
    (first,) = searches.page("醫鹿APP").results
    assert [first.title[start:end] for start, end in first.title_marks] == ["医鹿APP"]


def test_a_passage_deep_in_the_text_is_shown_with_its_paragraph(searches: Searches) -> None:
    old = searches.page("医鹿").results[2]
    (passage,) = old.passages
    assert passage.paragraph == 1
    assert passage.text.startswith("…")
    assert [passage.text[start:end] for start, end in passage.marks] == ["医鹿"]


def test_what_the_rights_forbid_is_not_shown(searches: Searches) -> None:
    (result,) = searches.page("166.97亿元").results
    assert result.title == "阿里健康业绩"
    assert result.passages == ()
    assert result.summary == ()


def test_key_points_cite_and_are_marked(searches: Searches) -> None:
    (result,) = searches.page("医鹿APP 合作").results
    ((group, (point,)),) = [(one.group, one.points) for one in result.summary]
    assert (group, point.text, point.citations) == ("deal", "与三家医院合作。", (1,))
    assert [point.text[start:end] for start, end in point.marks] == ["合作"]
    assert result.thread is not None
    assert (result.thread.thread_id, result.thread.reports) == ("story", 2)


def test_facets_count_the_hits(searches: Searches) -> None:
    facets = searches.page("医鹿 label:partnership").facets
    assert [(one.value, one.count, one.chosen) for one in facets["label"]] == [
        ("partnership", 2, True),
        ("mergers_acquisitions", 1, False),
    ]
    assert {(one.value, one.count) for one in facets["source"]} == {("搜狐财经", 1), ("wire", 1)}
    assert {(one.value, one.count) for one in facets["status"]} == {("announced", 1), ("rumoured", 1), ("denied", 1)}


@pytest.mark.parametrize("sort", ["relevance", "newest"])
def test_pages_follow_one_another_without_gap_or_repeat(changing: Searches, engine: Engine, sort: str) -> None:
    every = changing.numbers("", sort=sort, limit=100)
    seen: list[int] = []
    cursor = None
    while True:
        page = changing.page("", sort=sort, limit=3, cursor=cursor)
        seen += [int(result.document_id, 16) for result in page.results]
        cursor = page.cursor
        if cursor is None:
            break
        store(engine, document(100 + len(seen), "新来的", "医鹿"))
        indexed(engine)
    assert seen == every


def test_a_document_that_is_gone_is_not_shown(changing: Searches, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("delete from documents where number = 1")
    assert changing.numbers("医鹿") == [2, 8]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("x" * 10_000, "10,000 characters"),
        ('医鹿 "合作', "quotation mark at character 4"),
        ("foo:bar", "no field foo:"),
        ("label:partnershp", "partnership"),
        ("entity:nobody", "knows no nobody"),
        ("after:gestern", "cannot read the date"),
        ("after:2026-05 before:2026-04", "nothing lies"),
        ("*()&|!<->", "no word"),
    ],
)
def test_a_query_that_cannot_be_asked_says_why(searches: Searches, query: str, said: str) -> None:
    assert said in searches.problem(query)


def test_a_made_up_cursor_is_refused(searches: Searches) -> None:
    good = searches.page("", limit=1).cursor
    assert good is not None
    for cursor in ("x", "AAAA", good[:-2] + "AA", good + "'; drop table documents", "é" * 20):
        assert "cursor" in searches.problem("", cursor=cursor)
    assert "another search" in searches.problem("医鹿", cursor=good)


@pytest.mark.parametrize(
    "query",
    ["'; drop table search_documents; --", "<script>alert(1)</script>", "%' or 1=1 -- %s :x {0}", "\x00医鹿\ud800"],
)
def test_what_looks_like_sql_or_html_is_words(searches: Searches, query: str) -> None:
    assert searches.page(query).results == () or "医鹿" in query
    assert searches.numbers("医鹿") == [1, 2, 8]


def test_a_database_that_is_away_is_said(project_root: Path) -> None:
    away = make_engine("postgresql://nobody@127.0.0.1:1/luming")
    with pytest.raises(TransientError, match="does not answer"):
        Searches(away, load_watchlist(project_root / "config" / "watchlist.yaml")).page("医鹿")
    away.dispose()


def test_a_page_has_its_bounds(searches: Searches) -> None:
    for limit in (0, 101, -1):
        assert "1 to 100" in searches.problem("医鹿", limit=limit)
    assert "no order" in searches.problem("医鹿", sort="'; drop")
