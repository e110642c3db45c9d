"""Folding and coding whole texts by tables gives what folding and coding character by character, run by run gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.domain.normalise import _folded, normalise
from services.portal.domain.patterns import compiled, tickers
from services.portal.domain.tokens import run_codes, runs, text_codes
from tests.unit.portal.known import query

pytestmark = pytest.mark.unit

TEXTS = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("阿里健康醫鹿，。（）ＡＰＰ々〆ー・カ한글𠮷豈⺀ß0241.hk mañana\n\f\0\ud800"),
        st.characters(min_codepoint=0x2E00, max_codepoint=0x9FFF),
    ),
    max_size=300,
)


@given(TEXTS)
def test_a_long_text_is_folded_as_a_short_one(text: str) -> None:
    assert normalise(text + "。" * 200) == "".join(map(_folded, text)) + _folded("。") * 200


@given(TEXTS)
def test_the_codes_of_a_text_are_those_of_its_runs(text: str) -> None:
    normal = normalise(text)
    assert text_codes(normal) == {code for run in runs(normal) for code in run_codes(run)}


def test_every_character_is_wide_where_the_runs_say_so() -> None:
    for code in (*range(0x2E00, 0xD800), *range(0xE000, 0x1_0000), 0x1_FFFF, 0x2_0000, 0x3_FFFF, 0x4_0000):
        character = chr(code)
        assert text_codes(character) == {one for run in runs(character) for one in run_codes(run)}


FORMS = ("0241.hk", "hkex: 241", "(00241)", "116.00241", "241", "1241.hk", "hk 00241", "2410", "hkhk241.hk",
         " ", "。", "x", "医", "24", "hk", "0", ".", "-", "(", ")", "241241.hk")  # fmt: skip


@given(st.lists(st.sampled_from(FORMS), max_size=14))
def test_a_stock_code_is_found_by_its_digits_wherever_its_expression_finds_it(parts: list[str]) -> None:
    (term,) = query("0241.HK").terms
    text = "".join(parts)
    assert [one[0] for one in tickers(term, text, 0, len(text))] == [one[0] for one in compiled(term).finditer(text)]
