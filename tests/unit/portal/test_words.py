"""Normalising, codes, tokens, patterns and marks."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.domain import codes, mark
from services.portal.domain.normalise import normalise
from services.portal.domain.parse import parse
from services.portal.domain.patterns import compiled, expression, is_exact, sure
from services.portal.domain.query import Query
from services.portal.domain.tokens import needed_codes, run_codes, runs, stem, text_codes
from tests.unit.portal.known import NOW, SHANGHAI, VOCABULARY, query, term

pytestmark = pytest.mark.unit

MIXED = st.text(st.sampled_from("医鹿阿里健康醫療APPapp 0241.HK，。\n+-“”ＡｐＰ①é\U00020000かな한"), max_size=60)


@given(st.one_of(st.text(), MIXED))
def test_normalising_keeps_the_length_and_is_done_once(text: str) -> None:
    normal = normalise(text)
    assert len(normal) == len(text)
    assert normalise(normal) == normal
    assert "\0" not in normal


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("醫鹿", "医鹿"),
        ("ＡＰＰ", "app"),
        ("覆診", "复诊"),
        ("瞭解", "了解"),
        ("藉口", "借口"),
        ("０２４１．ＨＫ", "0241.hk"),
    ],
)
def test_spellings_of_one_word_are_one(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@given(MIXED, MIXED)
def test_whatever_matches_has_the_codes(before: str, after: str) -> None:
    """Else a document would be left out that holds the word."""
    for word in ("医鹿", "阿里健康", "鹿", "医鹿app", "阿里健康 0241", "app"):
        for one in query(word).terms:
            normal = normalise(before + word + after)
            held = text_codes(normal)
            if compiled(one).search(normal):
                assert set().union(*(needed_codes(run) for run in one.runs)) <= held


def test_codes_of_pairs_are_exact_and_kinds_are_apart() -> None:
    pair, single, word = codes.of_pair("医", "鹿"), codes.of_character("医"), codes.of_word("app")
    facet = codes.of_facet("label", 3)
    assert facet < 0 <= pair < 1 << 30 <= single < (1 << 30) + (1 << 29) <= word < 1 << 31
    assert codes.of_pair("鹿", "医") != pair
    assert codes.of_run("医鹿") == {pair, single, codes.of_character("鹿")}
    assert codes.of_run("\U00020000医") == {
        codes.of_character("\U00020000"), single, codes.of_pair("\U00020000", "医")
    }  # fmt: skip
    assert len({codes.of_facet(field, 1) for field in codes.FIELDS}) == len(codes.FIELDS)
    assert codes.of_facet("event", 32_767) >= -(1 << 31)


@pytest.mark.parametrize(
    ("word", "base"),
    [("hospitals", "hospital"), ("pharmacies", "pharmacy"), ("press", "press"), ("virus", "virus"), ("basis", "basis"),
     ("gas", "gas"), ("00241", "241"), ("0241", "241"), ("06", "06"), ("2025", "2025"), ("0000", "0000"),
     ("dies", "die")],
)  # fmt: skip
def test_stems(word: str, base: str) -> None:
    assert stem(word) == base


def test_runs_and_their_places() -> None:
    found = [(run.text, run.wide, run.start) for run in runs("互联网+医疗 app、2.06亿")]
    assert found == [("互联网", True, 0), ("医疗", True, 4), ("app", False, 7), ("2", False, 11), ("06", False, 13),
                     ("亿", True, 15)]  # fmt: skip
    assert codes.of_word("241") in run_codes(next(runs("hk00241")))


@pytest.mark.parametrize(
    ("word", "text", "held"),
    [
        ("医鹿APP", "用医鹿 App看病", True),
        ("医鹿APP", "医鹿的app", False),
        ("app", "happy", False),
        ("app", "apps", True),
        ("pharmacy", "two pharmacies", True),
        ("pharmacies", "a pharmacy", True),
        ("0241.HK", "(HKEX: 241)", True),
        ("0241.HK", "00241.hk", True),
        ("0241.HK", "241 million", False),
        ('"internet hospital"', "internet hospitals", True),
        ('"internet hospital"', "internet-hospital", True),
        ('"internet hospital"', "internet and hospital", False),
        ("互联网+医疗", "互联网医疗", True),
        ("互联网+医疗", "互联网的医疗", False),
        ("2.06亿", "2.6亿", False),
        ("a.*b", "a or b", False),
        ("a.*b", "a b", True),
    ],
)
def test_a_term_matches(word: str, text: str, held: bool) -> None:
    terms = query(word).terms
    normal = normalise(text)
    assert all(compiled(each).search(normal) is not None for each in terms) is held
    if held:
        assert all(sure(each) in normal for each in terms)


@given(MIXED)
def test_what_was_typed_is_never_an_expression(text: str) -> None:
    found = parse(text, VOCABULARY, NOW, SHANGHAI)
    if isinstance(found, Query):
        for each in found.terms:
            re.compile(expression(each))


def test_which_words_need_no_verifying() -> None:
    assert [is_exact(term(word)) for word in ("鹿", "医鹿", "hospital")] == [True] * 3
    assert [is_exact(term(word)) for word in ("阿里健康", "医鹿APP", '"a b"', "0241.HK")] == [False] * 4


def test_marks_stand_in_the_original_and_are_joined() -> None:
    text = "醫鹿ＡＰＰ與醫鹿"
    assert [text[start:end] for start, end in mark.marks(text, query("医鹿APP 医鹿").terms)] == ["醫鹿ＡＰＰ", "醫鹿"]


@given(st.lists(MIXED, max_size=4))
def test_marks_of_passages_are_places_of_words(paragraphs: list[str]) -> None:
    terms = query("医 app").terms
    for passage in mark.passages(paragraphs, terms, 1):
        assert passage.marks
        for start, end in passage.marks:
            assert (
                any(compiled(each).fullmatch(normalise(passage.text[start:end])) for each in terms) or end - start > 1
            )


def test_a_long_paragraph_is_cut_around_its_first_mark() -> None:
    paragraph = "话" * 500 + "医鹿" + "话" * 500
    (passage,) = mark.passages([paragraph], query("医鹿").terms, 1)
    assert len(passage.text) <= mark.AROUND + 2
    assert passage.text[0] == passage.text[-1] == mark.CUT
    ((start, end),) = passage.marks
    assert passage.text[start:end] == "医鹿"
