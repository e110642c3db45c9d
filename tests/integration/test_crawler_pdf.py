"""PDFs give their text, in a process of their own; the bad ones end as one typed error each."""

import sys
import time

import pytest

from services.crawler.adapters import pdf as adapter
from services.crawler.adapters.pdf import read_pdf
from shared.errors import PermanentError, TransientError
from tests.pdf_files import pdf, stream, written

pytestmark = [pytest.mark.integration, pytest.mark.timeout(60)]

ZH = [
    (150.0, 740.0, "阿里健康信息技术有限公司自愿性公告"),
    (84.0, 700.0, "本公司董事会欣然宣布，本公司已与三家医院签署合作协议，协议总金额为"),
    (60.0, 680.0, "人民币2.06亿元，首期投入4500万元，预计于2027年3月前完成。协议各方将共同"),
    (60.0, 660.0, "建设互联网医院平台。"),
    (84.0, 640.0, "平台将接入医保在线结算，首批覆盖慢性病复诊与药品配送两项服务。"),
]


def test_chinese_paragraphs_come_in_order() -> None:
    article = read_pdf(pdf([ZH], title="自愿性公告 与三家医院签署合作协议"))
    assert article.title == "自愿性公告 与三家医院签署合作协议"
    assert article.language == "zh-Hans"
    assert article.paragraphs == (
        "阿里健康信息技术有限公司自愿性公告",
        "本公司董事会欣然宣布，本公司已与三家医院签署合作协议，协议总金额为人民币2.06亿元，首期投入4500万元，"
        "预计于2027年3月前完成。协议各方将共同建设互联网医院平台。",
        "平台将接入医保在线结算，首批覆盖慢性病复诊与药品配送两项服务。",
    )


def test_what_a_program_calls_the_file_is_no_title() -> None:
    assert read_pdf(pdf([ZH], title="Microsoft Word - 公告.docx")).title == ""


def cycle() -> bytes:
    """Pages that are their own parents."""
    return written(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]/Parent 2 0 R>>"], b"/Root 1 0 R"
    )


def xref_cycle() -> bytes:
    """A cross-reference table whose predecessor it is itself."""
    whole = pdf([ZH])
    start = whole.rindex(b"xref\n0")
    return whole.replace(b"/Root 1 0 R", b"/Prev %d/Root 1 0 R" % start)


def bomb() -> bytes:
    """A page whose drawing unpacks to gigabytes."""
    packed = stream(b"BT " * 100_000_000, filters=2)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>"
    return written(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, packed], b"/Root 1 0 R"
    )


def encrypted() -> bytes:
    """A file that wants a password."""
    guard = b"/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -44/O<%s>/U<%s>>>/ID[<00><00>]" % (b"ab" * 32, b"cd" * 32)
    return pdf([ZH]).replace(b"/Root 1 0 R", guard + b"/Root 1 0 R")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "damaged PDF"),
        (b"%PDF-1.7\nnothing of one", "damaged PDF"),
        (pdf([ZH])[:300], "damaged PDF"),
        (encrypted(), "encrypted PDF"),
    ],
    ids=["empty", "nothing", "cut", "encrypted"],
)
def test_a_bad_one_is_one_typed_error(body: bytes, words: str) -> None:
    with pytest.raises(PermanentError, match=words):
        read_pdf(body)


@pytest.mark.parametrize("make", [cycle, xref_cycle, bomb])
def test_one_that_turns_in_circles_or_swells_ends_in_time(make: object) -> None:
    assert callable(make)
    body = make()
    assert len(body) < 5_000_000
    began = time.monotonic()
    try:
        read_pdf(body)
    except PermanentError as error:
        assert "PDF" in str(error)  # noqa: PT017  # it may also be read, where the reader breaks the circle
    assert time.monotonic() - began < 15


def test_a_reader_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "SECONDS", 0.01)
    with pytest.raises(PermanentError, match=r"more than 0\.01 s"):
        read_pdf(pdf([ZH]))


def test_a_reader_that_breaks_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "_CHILD", adapter._CHILD.with_name("no_such_file.py"))
    with pytest.raises(PermanentError, match="its reader broke"):
        read_pdf(pdf([ZH]))


def test_no_process_is_a_matter_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(TransientError, match="no process"):
        read_pdf(pdf([ZH]))
