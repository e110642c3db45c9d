"""Which regular expressions of a configuration could keep the crawler busy for ever."""

import re
import time

import pytest

from services.crawler.domain.expressions import costly

pytestmark = pytest.mark.unit

COSTLY = (
    "(a+)+$", "(a*)*", "(a|a)*$", "(?:a+)+", "((a+))+", "(a{1,})*", "(a+){2,}", "(?i)(a+)+", "(?=(a+))+", "(a+)+?",
    "(a?){50}", "(a+){10}", r"(\d+)*", "(?P<y>(a|b)+)", "(a{0,5})+", ".*.*.*x",
)  # fmt: skip
CHEAP = (
    r"/articles/(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)/", r"(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d+)/", "[a+]*x",
    r"\(a+\)+",
    "(ab)+", "(a+)?", "(?:-|/)", "[]a]+", "a+?b", "(?:a|b){1}", ".*x", "(?:x+){0,1}", "{", "a{b}",
)  # fmt: skip


@pytest.mark.parametrize("expression", COSTLY)
def test_what_can_share_a_text_in_many_ways_is_told(expression: str) -> None:
    re.compile(expression)
    assert costly(expression)


@pytest.mark.parametrize("expression", CHEAP)
def test_what_costs_little_is_let_through(expression: str) -> None:
    assert costly(expression) == ""
    began = time.process_time()
    re.search(expression, "a" * 300 + "!")
    assert time.process_time() - began < 10
