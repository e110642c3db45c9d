"""The text that bytes stand for, whatever they claim to be."""

import pytest

from services.crawler.domain.charset import decode

pytestmark = pytest.mark.unit

TEXT = "阿里健康公布中期业绩，收入增长"


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (TEXT.encode("gbk"), None),
        (TEXT.encode("gb18030"), "gb2312"),
        (TEXT.encode("utf-8"), "gb2312"),
        (TEXT.encode("utf-8-sig"), None),
        (TEXT.encode("utf-16"), None),
        (b'<meta charset="gb2312">' + TEXT.encode("gbk"), "utf-8"),
    ],
)
def test_chinese_in_every_disguise(body: bytes, header: str | None) -> None:
    assert TEXT in decode(body, header)


def test_big5_where_it_is_declared() -> None:
    text = "互聯網醫院管理辦法"
    assert text in decode(b'<meta http-equiv="Content-Type" content="text/html; charset=big5">' + text.encode("big5"))


def test_utf8_that_was_cut_stays_utf8() -> None:
    assert decode((TEXT * 20).encode()[:-1]).startswith(TEXT)


def test_latin_one_means_windows() -> None:
    assert decode("it’s “good”".encode("cp1252"), "iso-8859-1") == "it’s “good”"


@pytest.mark.parametrize("header", ["no-such-charset", "base64", "", "\x00", "idna", "undefined"])
def test_a_charset_that_is_none_breaks_nothing(header: str) -> None:
    assert decode(bytes(range(256)), header)
