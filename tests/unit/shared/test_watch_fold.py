"""Folding keeps every offset."""

import pytest

from shared.watch import fold

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("阿里健康（００２４１）", "阿里健康(00241)"),
        ("螞蟻阿福與醫鹿", "蚂蚁阿福与医鹿"),
        ("國家衞生健康委", "国家卫生健康委"),
        ("ＡＬＩ　Health", "ali health"),
        ("“氫離子”", '"氢离子"'),
        ("JD\u00a0Health’s", "jd health's"),
    ],
)
def test_one_spelling(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize("text", ["ﬁnance ß İstanbul ½", "👩‍⚕️ 醫\u200b生\r\n\t", "\ufeff㈱㍿", "\x00\u202e平安"])
def test_length_never_changes(text: str) -> None:
    assert len(fold(text)) == len(text)
