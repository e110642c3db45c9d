"""Every reason why a query cannot be asked is said in Chinese too."""

import re

import pytest

from services.portal.domain import cursor
from services.portal.domain.query import Problem
from services.portal.web.problem_words import in_words, problem_words
from tests.unit.portal.known import problem, query

BAD = (
    "x" * 1_001,
    '医鹿 "合作',
    "a " * 31,
    '"' + "a " * 61 + '"',
    "after:gestern",
    "-after:2025",
    "-before:2025",
    "-kind:thread",
    "foo:bar",
    "label:partnershp",
    "label:zzzzzzzz",
    "source:nowhere",
    "kind:一",
    "after:2026-05 before:2026-04",
    "*()&|!<->",
)
ENGLISH = re.compile(r"\b(the|is|are|has|have|write|leave|known|and)\b")


@pytest.mark.parametrize("text", BAD, ids=lambda text: text[:20])
def test_a_problem_is_said_in_chinese(text: str) -> None:
    found = problem(text)
    said = problem_words(found, "zh")
    assert re.search("[一-鿿]", said)
    assert not ENGLISH.search(said), said
    assert problem_words(found, "en") == str(found)


@pytest.mark.parametrize("written", ["x", "A" * 500])
def test_a_cursor_s_problem_is_said_in_chinese(written: str) -> None:
    found = cursor.read(written, "digest")
    assert isinstance(found, Problem)
    assert not ENGLISH.search(problem_words(found, "zh"))


def test_a_note_is_said_in_chinese() -> None:
    (note,) = query("医鹿 AND 合作").notes
    assert in_words(note, "zh").startswith("AND 被当作普通的词")
    assert in_words("something new", "zh") == "something new"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("医鹿 & 合作", "& 已忽略：查询中的词本来就都要出现"),
        ("医鹿 && 合作", "&& 已忽略：查询中的词本来就都要出现"),
        ("医鹿 | 合作", "| 已忽略：查询中的词本来就都要出现"),
        ("医鹿｜好大夫", "| 已忽略：查询中的词本来就都要出现"),
        ("医鹿 || 合作", "|| 已忽略：查询中的词本来就都要出现"),
        ("医鹿 !合作", "! 已忽略：不要的词前面加减号，如 -合作"),
        ("医鹿 ！ 合作", "! 已忽略：不要的词前面加减号，如 -合作"),
    ],
)
def test_a_sign_of_other_search_machines_is_noted_as_their_words_are(typed: str, said: str) -> None:
    (note,) = query(typed).notes
    assert note.partition(" ")[0] == said.partition(" ")[0]
    assert in_words(note, "zh") == said
    assert query(typed).terms


@pytest.mark.parametrize("typed", ["AT&T 医鹿", "R&D", '"医鹿 | 合作"', '"&" 医鹿', "医鹿获批！", "Yahoo! 医鹿"])
def test_a_sign_within_a_name_or_phrase_is_none(typed: str) -> None:
    assert not query(typed).notes


def test_a_field_whose_value_is_missing_is_said_in_chinese() -> None:
    (note,) = query("label: partnership").notes
    assert in_words(note, "zh").startswith("label: 被当作普通的词：")
    assert not ENGLISH.search(in_words(note, "zh"))
