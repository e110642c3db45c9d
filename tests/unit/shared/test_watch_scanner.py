"""The scanner gives what `re` gives, and the library is only why it is fast."""

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.watch import scanner as module
from shared.watch.heads import Parsed
from shared.watch.scanner import PlainScanner, Rule, Scanner, rule_of, scanner_of

pytestmark = pytest.mark.unit
EXPRESSIONS = (
    "收购",
    "收购|收|购回",
    "(?<!不)收购(?!案)",
    "以[^。]{0,5}?收购",
    r"\d+亿|亿元",
    r"[a-h]\+?轮|轮",
    "gr[ae]y|grays?",
    r"\w+购",
    "甲?乙|甲",
    "(?:甲|乙)+丙",
    "(收)购|购",
    "(?<=收)购*",
    "(?i)Ab|b",
    "(?:ab|c)(?=d)|[ab]",
    r"a|ab|abc",
    r"ab{2}|b.b",
    r"[|)]收|\|",
    "(?i:收a)|收",
    "[^收]购|收购回",
    r"(?<![a-z0-9])(?:in|by)\s(?:a|b)",
)
TEXTS = st.text(alphabet="收购回不案以亿元甲乙丙轮1 。abcdghryABsin+|)\n\ud800\u0301", max_size=40)


@given(TEXTS)
@settings(max_examples=150)
@example("収购\ud800收购" * 9)
@example("a\u0301b收\u0301购")
@example("不收购收购案收购回")
@example("abcabbb|收購")
def test_every_rule_has_the_matches_that_re_finds(text: str) -> None:
    rules = [rule_of(expression) for expression in EXPRESSIONS]
    expected = {
        number: [match.span() for match in re.finditer(expression, text)]
        for number, expression in enumerate(EXPRESSIONS)
        if re.search(expression, text)
    }
    assert Scanner(rules).scan(text) == expected
    assert PlainScanner(rules).scan(text) == expected


@given(st.lists(st.sampled_from(EXPRESSIONS[:12]), min_size=1, max_size=6, unique=True), TEXTS)
@settings(max_examples=150)
def test_of_several_words_the_first_that_fits_counts(words: list[str], text: str) -> None:
    pattern = re.compile("|".join(f"(?:{word})" for word in words))
    rule = Rule(pattern, tuple(words))
    assert Scanner([rule]).scan(text).get(0, []) == [match.span() for match in pattern.finditer(text)]


def test_what_stands_around_words_is_looked_at() -> None:
    words = ("acquir[a-z]*", "deal")
    rule = Rule(re.compile(rf"(?<![a-z0-9])(?:{'|'.join(words)})(?![a-z])"), words, "(?<![a-z0-9])", "(?![a-z])")
    assert Scanner([rule]).scan("ideal dealer deal acquired 3deal") == {0: [(13, 17), (18, 26)]}


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("a|b", ("a", "b")),
        ("(?:a|b)c|d", ("(?:a|b)c", "d")),
        (r"[|]|\||\(a|b", ("[|]", r"\|", r"\(a", "b")),
        ("[]|(]|[^]|)]a", ("[]|(]", "[^]|)]a")),
    ],
)
def test_alternatives_are_taken_apart(expression: str, words: tuple[str, ...]) -> None:
    assert rule_of(expression).words == words


@pytest.mark.parametrize(
    ("expression", "heads"),
    [
        ("gr[ae]y", {"gray", "grey"}),
        ("甲?乙", {"乙", "甲乙"}),
        ("收|收购", {"收"}),
        (r"\d亿", set()),
        ("(?i)ab", set()),
    ],
)
def test_heads(expression: str, heads: set[str]) -> None:
    assert Parsed(expression).heads == heads


def test_without_the_library_re_looks_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [rule_of("收购|并购")]
    assert isinstance(scanner_of(rules), Scanner)
    monkeypatch.setattr(module, "AhoCorasick", None)
    plain = scanner_of(rules)
    assert isinstance(plain, PlainScanner)
    assert plain.scan("拟收购") == {0: [(1, 3)]}


def test_no_rule_and_no_text() -> None:
    assert Scanner([]).scan("收购") == {}
    assert Scanner([rule_of("收购")]).scan("") == {}


@pytest.mark.parametrize("line", ["收购" * 1_000_000, "以" * 2_000_000, "1" * 2_000_000, "gray " * 400_000])
def test_a_line_of_two_million_letters_takes_no_minutes(line: str) -> None:
    scan = Scanner([rule_of(one) for one in ("收购", "以[^。]{0,5}?收购", r"\d{1,9}亿|亿元", "gr[ae]y")])
    began = time.process_time()
    scan.scan(line)
    assert time.process_time() - began < 10
