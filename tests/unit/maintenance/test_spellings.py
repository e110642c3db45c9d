"""A name is met however its letters are written, and a name that only begins like it is not."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.maintenance.adapters.traces import holds
from services.maintenance.domain.spellings import Sought, hex_pattern, pattern
from shared.watch.fold import fold

pytestmark = pytest.mark.unit

WRITTEN = [
    ("欧阳测试", "歐陽測試"),
    ("歐陽測試", "欧阳测试"),
    ("歐陽測試", "歐阳测試"),
    ("张卫国", "張衞國"),
    ("张卫国", "張衛國"),
    ("Erika Mustermann", "ERIKA  MUSTERMANN"),
    ("erika mustermann", "Ｅｒｉｋａ　Ｍｕｓｔｅｒｍａｎｎ"),
    ("Sean O'Brien", "SEAN O’BRIEN"),
    ("约翰·史密斯", "約翰・史密斯"),
    ("J. D. (Jim) Doe+", "j. d. (jim) doe+"),
]


@pytest.mark.parametrize(("asked", "written"), WRITTEN)
def test_a_name_is_met_however_it_is_written(asked: str, written: str) -> None:
    assert re.search(pattern(asked), f"昨日{written}出任")
    assert re.search(hex_pattern(asked), f"昨日{written}出任".encode().hex())


@pytest.mark.parametrize("other", ["欧阳测", "欧测试", "歐陽側試", "欧阳 测试", "ouyang"])
def test_another_name_is_not(other: str) -> None:
    assert not re.search(pattern("欧阳测试"), other)
    assert not re.search(hex_pattern("欧阳测试"), other.encode().hex())
    assert not re.search(pattern("J. Doe"), "Jx Doe")


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "big5hkscs"])
def test_bytes_are_read_in_every_character_set(charset: str) -> None:
    person = Sought(person="欧阳国华")
    assert holds("（歐陽國華）".encode(charset), person)
    assert not holds("（歐陽國）".encode(charset), person)


def test_letters_that_json_writes_as_numbers_are_read() -> None:
    assert holds(json.dumps({"title": "歐陽測試"}).encode(), Sought(person="欧阳测试"))
    assert holds(json.dumps({"title": "𠮷田某"}).encode(), Sought(person="𠮷田某"))


def test_texts_are_looked_for_letter_by_letter() -> None:
    assert holds(b"https://news.example/aBc", Sought(("https://news.example/aBc",)))
    assert not holds(b"https://news.example/abc", Sought(("https://news.example/aBc",)))
    assert not holds(b"anything", Sought())


@pytest.mark.parametrize("name", ["", " ", "\u3000"])
def test_a_name_without_a_letter_is_refused_since_every_text_holds_it(name: str) -> None:
    with pytest.raises(ValueError, match="empty"):
        pattern(name)


@given(st.text(alphabet="欧歐阳陽aAＡ.(*\\[·", min_size=1), st.text(alphabet="欧歐阳陽aAＡ.(*\\[·", max_size=12))
def test_it_is_met_where_matching_would_find_it(name: str, text: str) -> None:
    assert bool(re.search(pattern(name), text)) == (fold(name) in fold(text))
