"""What may be shown of a text, by the rights in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rights import CUT, QUOTE, QUOTES, SUMMARY, shown

pytestmark = pytest.mark.unit

TEXTS = st.lists(st.text(max_size=800), max_size=8)


def test_full_shows_all() -> None:
    may = shown("full", ["长" * 900], ["句" * 900, "尾"])
    assert may.quotes == ("长" * 900,)
    assert may.summary == ("句" * 900, "尾")


def test_link_shows_nothing() -> None:
    may = shown("link", ["一句", "二句"], ["三句"])
    assert (may.quotes, may.summary) == (("", ""), ())


def test_an_excerpt_keeps_short_quotes_as_they_are_and_says_where_it_cuts() -> None:
    may = shown("excerpt", ["罚款206万元", "长" * 400], ["一。", "二。"])
    assert may.quotes == ("罚款206万元", "长" * (QUOTE - 1) + CUT)
    assert may.summary == ("一。", "二。")


def test_many_events_show_no_more_than_few() -> None:
    may = shown("excerpt", [f"{number}" + "长" * 298 for number in range(5)])
    assert [len(quote) for quote in may.quotes] == [299, 299, 0, 0, 0]


def test_one_quote_for_two_events_counts_once() -> None:
    may = shown("excerpt", ["长" * 290] * 5)
    assert may.quotes == ("长" * 290,) * 5


def test_a_summary_ends_with_a_whole_sentence() -> None:
    assert shown("excerpt", (), ["句" * 320, "句" * 280, "句"]).summary == ("句" * 320, "句" * 280)
    assert shown("excerpt", (), ["句" * 601, "短"]).summary == ()


@given(quotes=TEXTS, summary=TEXTS)
def test_an_excerpt_never_holds_more_than_its_numbers(quotes: list[str], summary: list[str]) -> None:
    may = shown("excerpt", quotes, summary)
    assert len(may.quotes) == len(quotes)
    assert max(map(len, may.quotes), default=0) <= QUOTE
    assert sum(map(len, set(may.quotes))) <= QUOTES
    assert sum(map(len, may.summary)) <= SUMMARY
    for quote, whole in zip(may.quotes, quotes, strict=True):
        assert whole.startswith(quote.removesuffix(CUT))
