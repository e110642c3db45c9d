"""Which charset a page's bytes are read in, whatever it declares."""

import pytest

from services.crawler.domain.extraction.charset import decode, is_text

pytestmark = pytest.mark.unit

CHINESE = "医院在网上开方，药品当天送到，患者可以在家里等。" * 6
TRADITIONAL = "醫院在網上開方，藥品當天送到，患者可以在家裏等。這是他們的新服務。" * 6
ENGLISH = "The hospital’s new service – “online first” – costs £5 in cafés. " * 6


def declaring(charset: str, text: str) -> str:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">'
    return f"<html><head>{meta}</head><p>{text}</p></html>"


@pytest.mark.parametrize(
    ("text", "declared", "real"),
    [
        (CHINESE, None, "utf-8"),
        (CHINESE, None, "gbk"),
        (CHINESE, "gb2312", "gbk"),
        (CHINESE, "gb2312", "utf-8"),
        (CHINESE, "utf-8", "gbk"),
        (CHINESE, "iso-8859-1", "utf-8"),
        (CHINESE, None, "utf-8-sig"),
        (CHINESE, None, "utf-16"),
        (TRADITIONAL, "big5", "big5hkscs"),
        (TRADITIONAL, None, "big5hkscs"),
        (TRADITIONAL, "gb2312", "big5hkscs"),
        (TRADITIONAL, "big5", "gbk"),
        (ENGLISH, "iso-8859-1", "cp1252"),
        (ENGLISH, None, "cp1252"),
        ("Больница открыла новую службу. " * 6, "windows-1251", "cp1251"),
    ],
)
def test_the_text_is_read(text: str, declared: str | None, real: str) -> None:
    html = declaring(declared, text) if declared else f"<p>{text}</p>"
    assert text in decode(html.encode(real))


def test_utf8_that_is_cut_in_the_middle_of_a_character_stays_utf8() -> None:
    assert decode(CHINESE.encode()[:-1]).startswith(CHINESE[:-1])


@pytest.mark.parametrize(
    "name", ["rot13", "idna", "punycode", "unicode_escape", "undefined", "zlib", "x", "mbcs", "utf-7"]
)
def test_a_name_that_is_no_charset_is_passed_over(name: str) -> None:
    assert CHINESE in decode(declaring(name, CHINESE).encode("gbk"))


def test_text_is_told_from_the_bytes_of_an_image() -> None:
    assert is_text(CHINESE)
    assert is_text("")
    assert not is_text(decode(bytes(range(256)) * 40))
