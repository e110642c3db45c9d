"""Reading queries, and the plans that are made of them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.domain import codes
from services.portal.domain.parse import LONGEST, parse
from services.portal.domain.plan import facets_of, plan_of
from services.portal.domain.query import Filter, Problem, Query
from tests.unit.portal.known import NOW, SHANGHAI, VOCABULARY, problem, query, term

pytestmark = pytest.mark.unit

PIECES = st.sampled_from(
    ["医鹿", '"', "-", ":", "entity:", "label:", "status:denied", "after:", "2025-13-01", "before:30d", "kind:thread",
     "药", "label:partnership", " ", "\x00", "'; drop table x", "<script>", "\ud800", "source:", "((", "*", "AND",
     "foo:bar", "ＨＫ:241"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=1_200), st.lists(PIECES, max_size=40).map("".join)))
def test_parsing_never_raises(text: str) -> None:
    found = parse(text, VOCABULARY, NOW, SHANGHAI)
    assert isinstance(found, Query | Problem)
    if isinstance(found, Problem):
        assert found.wrong
        assert found.mend
    else:
        plan_of(found, {}, 0)


def test_words_phrases_and_minus() -> None:
    found = query('医鹿 "internet hospital" -招聘 -"a b"')
    assert [(one.text, one.phrase) for one in found.terms] == [("医鹿", False), ("internet hospital", True)]
    assert [one.text for one in found.without] == ["招聘", "a b"]


@pytest.mark.parametrize(
    "written", ["医鹿", "醫鹿", "阿里健康", "Alibaba-Health", "ALIBABA_HEALTH", "00241", "0241.HK", '"Ali Health"']
)
def test_an_entity_has_many_names(written: str) -> None:
    assert query(f"entity:{written}").filters == (Filter("entity", "alibaba_health"),)


def test_fields_take_minus_and_full_width() -> None:
    assert query("-label：partnership").filters == (Filter("label", "partnership", without=True),)
    assert query('source:"sohu finance" kind:press-release language:zh-hant').filters == (
        Filter("source", "Sohu Finance"), Filter("kind", "press_release"), Filter("language", "zh-Hant"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "since"),
    [
        ("2025", datetime(2025, 1, 1, tzinfo=SHANGHAI)),
        ("2025-06", datetime(2025, 6, 1, tzinfo=SHANGHAI)),
        ("2025/6/26", datetime(2025, 6, 26, tzinfo=SHANGHAI)),
        ("2025年6月26日", datetime(2025, 6, 26, tzinfo=SHANGHAI)),
        ("today", datetime(2026, 11, 22, tzinfo=SHANGHAI)),
        ("昨天", datetime(2026, 11, 21, tzinfo=SHANGHAI)),
        ("30d", NOW - timedelta(days=30)),
        ("12h", NOW - timedelta(hours=12)),
    ],
)
def test_dates_are_the_readers(written: str, since: datetime) -> None:
    assert query(f"after:{written}").after == since


@pytest.mark.parametrize(
    ("text", "said", "suggested"),
    [
        ("x" * 10_000, "10,000 characters", None),
        ("a " * 400, "more than 30", None),
        ('医鹿 "abc', "character 4", "医鹿 abc"),
        ("lable:partnership", "no field lable:", "label:partnership"),
        ("foo:bar", "no field foo:", '"foo:bar"'),
        ("label:partnershp", "knows no partnershp", "label:partnership"),
        ("status:rumored", "knows no rumored", "status:rumoured"),
        ("entity:丁香园", "counts as entity:other", '"丁香园"'),
        ("after:2025-02-30", "cannot read the date", None),
        ("after:99999", "cannot read the date", None),
        ("-after:2025", "no meaning", None),
        ("-kind:thread", "no meaning", None),
        ("after:2025 before:2024", "nothing lies", None),
        ("(*)", "no word", None),
        ("''", "no word", None),
    ],
)
def test_what_cannot_be_asked_is_said(text: str, said: str, suggested: str | None) -> None:
    found = problem(text)
    assert said in str(found)
    assert suggested is None or suggested in found.suggestions


def test_what_only_looks_like_a_field_is_a_word() -> None:
    assert [one.text for one in query("https://example.test/a 12:30 label: 阿里健康：业绩").terms] == [
        "https://example.test/a", "12:30", "label:", "阿里健康：业绩"
    ]  # fmt: skip
    assert query("医鹿 OR 药").notes
    assert query("after: 2025").notes[0].startswith("after: was looked for as a word")
    assert not query('"after:" after:2025').notes
    assert query("").empty
    assert len("好" * LONGEST) == LONGEST
    assert query("好" * LONGEST).terms


def test_stock_codes() -> None:
    for written in ("0241.HK", "00241.hk", "HK0241", "HK:241", "(00241.HK)", "０２４１．ＨＫ"):
        assert (term(written).ticker, term(written).entity) == ("00241", "alibaba_health")
    assert term("9999.HK").ticker is None
    assert term("241").ticker is None


def test_a_plan_is_made_of_codes() -> None:
    found = query(
        "阿里健康 药 -招聘 -平安好医生 label:partnership status:denied status:rumoured -kind:filing after:2025"
    )
    facets = facets_of(found)
    assert ("name", "平安好医生") in facets
    numbers = {facet: number for number, facet in enumerate(facets, 1) if facet[0] != "name"}
    plan = plan_of(found, numbers, 7)
    assert set(codes.of_run("阿里")) - {codes.of_character("阿"), codes.of_character("里")} <= set(plan.required)
    assert codes.of_character("药") in plan.required
    events = {codes.of_facet("event", numbers["event", f"partnership/{status}"]) for status in ("denied", "rumoured")}
    assert set(*plan.any_of) == events
    assert plan.none_of == (codes.of_facet("kind", numbers["kind", "filing"]),)
    assert [check.text for check in plan.checks] == ["阿里健康"]
    assert [without.check is None for without in plan.excluded] == [True, False]
    assert plan.entities == (codes.of_facet("entity", numbers["entity", "alibaba_health"]),)
    assert (plan.up_to, plan.nothing) == (7, False)


def test_a_facet_that_no_document_has_finds_nothing() -> None:
    assert plan_of(query("label:partnership"), {}, 0).nothing
    assert not plan_of(query("-label:partnership 医鹿"), {}, 0).nothing


def test_a_date_in_utc_is_a_date() -> None:
    assert query("before:2025-06-26").before == datetime(2025, 6, 25, 16, tzinfo=UTC)
