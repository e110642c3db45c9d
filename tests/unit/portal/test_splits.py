"""Two words near each other are found by cutting the text where the expression finds them, and nowhere else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.domain.plan import Check, plan_of
from services.portal.domain.query import Query, Term
from services.portal.domain.tokens import runs

pytestmark = pytest.mark.unit


def check_of(first: str, second: str) -> Check:
    text = f"{first}+{second}"
    (check,) = plan_of(Query((Term(text, tuple(runs(text))),)), {}).checks
    return check


def held(check: Check, words: str) -> bool:
    """As the database looks for it (adapters/search_where.py)."""
    if any(literal in words for literal in check.literals):
        return True
    if check.split is None:
        return re.search(check.expression, words) is not None
    pieces = words.split(check.split.first)[1:]
    return any(re.search(check.split.beginning, piece[: check.split.reach]) for piece in pieces)


WORDS = st.text("医疗网", min_size=1, max_size=4)


@given(WORDS, WORDS, st.text("医疗网+ a\n", max_size=24))
def test_cutting_finds_what_the_expression_finds(first: str, second: str, words: str) -> None:
    check = check_of(first, second)
    assert held(check, words) == (re.search(check.expression, words) is not None)
    assert held(check, words) == check.held(words)


def test_words_that_overlap_are_not_cut_at() -> None:
    assert check_of("互联网", "医疗").split is not None
    for first, second in (("医医", "网"), ("医疗", "网医疗"), ("疗医", "网疗"), ("医", "疗医")):
        assert check_of(first, second).split is None
