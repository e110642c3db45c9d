"""The sieve never hides a match, and says no where there is none to find."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.watch import scanner as module
from shared.watch.scanner import LONG
from shared.watch.sieve import Sieve
from tests.unit.shared.test_watch_scanner import EXPRESSIONS, TEXTS

pytestmark = pytest.mark.unit
PATTERNS = tuple(re.compile(expression) for expression in EXPRESSIONS)
SIEVE = Sieve(*PATTERNS)


@given(TEXTS, st.integers(0, 20), st.integers(0, 40))
@settings(max_examples=200)
@example("収购\ud800收购" * 9, 3, 12)
@example("不收购收购案收购回", 0, 40)
def test_it_finds_what_re_finds(text: str, start: int, length: int) -> None:
    sifted, end = SIEVE.over(text), min(len(text), start + length)
    for pattern in PATTERNS:
        expected = pattern.search(text, start, end)
        found = sifted.search(pattern, start, end)
        assert (found and found.span()) == (expected and expected.span())
        assert sifted.may(pattern, start, end) or expected is None


def test_it_says_no_where_no_letter_of_a_match_stands() -> None:
    bought, grey = PATTERNS[0], PATTERNS[EXPRESSIONS.index("gr[ae]y|grays?")]
    sifted = SIEVE.over("拟收购一家公司")
    assert sifted.may(bought)
    assert not sifted.may(bought, 2)
    assert not sifted.may(bought, 0, 1)
    assert not sifted.may(grey)


@pytest.mark.parametrize("text", ["没有", "无" * (LONG + 1)])
def test_without_the_library_and_in_a_text_without_end_all_may_match(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if len(text) < LONG:
        monkeypatch.setattr(module, "AhoCorasick", None)
    assert Sieve(PATTERNS[0]).over(text).may(PATTERNS[0])
    assert SIEVE.over("没有").search(PATTERNS[0]) is None
