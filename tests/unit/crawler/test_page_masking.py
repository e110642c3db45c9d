"""A kept listing holds no numbers of persons, and is read as it was before."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.crawler.application.mending import mended
from services.crawler.application.values import KeptPage
from services.crawler.domain.charset import decode
from services.crawler.domain.masking import MASK, masked
from services.crawler.domain.page_masking import masked_html, masked_page
from services.crawler.domain.repair import picked
from services.crawler.domain.repair.page import Page
from services.crawler.domain.source import Request, SourcePage
from services.crawler.sources.kinds.listing import Listing, ListingOptions
from tests.unit.crawler.test_repair import ADDRESS, OLD, Item, cards, items, old_list, page

pytestmark = pytest.mark.unit

MOBILE = "13812345678"
LINE = f"医保局公布举报电话：{MOBILE}，联系人张三"


@pytest.mark.parametrize(
    ("codec", "header"),
    [("utf-8", None), ("utf-8", "gb2312"), ("utf-8-sig", "big5"), ("gbk", "gb2312"), ("gb18030", None),
     ("big5", "big5"), ("utf-16", None)],
)  # fmt: skip
def test_in_whatever_bytes_it_comes_it_is_read_as_before_but_for_the_number(codec: str, header: str | None) -> None:
    line = f"醫保局公布電話：{MOBILE}，聯絡人張三" if codec == "big5" else LINE
    body = f'<meta charset="{header or "utf-8"}"><p>{line}</p>'.encode(codec)
    kept = masked_page(body, header)
    assert decode(kept, header) == decode(body, header).replace(MOBILE, MASK)
    assert MOBILE.encode() not in kept.replace(b"\0", b"")


def test_a_page_without_a_number_stays_byte_by_byte() -> None:
    body = page(old_list(items(0))).body.decode().encode("gbk") + b"\xff\x81"
    assert masked_page(body, "gbk") == body


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<td>138<em>1234</em>5678</td>", f"<td>{MASK}<em></em></td>"),
        ("<b>电话：</b><span>2123 4567</span>", f"<b>电话：</b><span>{MASK}</span>"),
        (f"<span>5</span><span>{MOBILE}</span>", f"<span>5</span><span>{MASK}</span>"),
        (f'<a href="/a/1.html" title="电话{MOBILE}">x</a>', f'<a href="/a/1.html" title="电话{MASK}">x</a>'),
        (f'<a href="tel:{MOBILE}">x</a>', f'<a href="tel:{MASK}">x</a>'),
        (f"<a href = 'tel:+86{MOBILE}'>x</a>", f"<a href = 'tel:{MASK}'>x</a>"),
        (f"<!-- 联系 {MOBILE} -->", f"<!-- 联系 {MASK} -->"),
        (f'<script>var a = {{"tel": "{MOBILE}"}}</script>', f'<script>var a = {{"tel": "{MASK}"}}</script>'),
        ("<p>手机&#49;&#x33;812345678</p>", f"<p>手机{MASK}</p>"),
        (f"<p>{MOBILE}<br>{MOBILE}</p>", f"<p>{MASK}<br>{MASK}</p>"),
        (f"<p>{MOBILE}", f"<p>{MASK}"),
        (f"1 < 2, {MOBILE}", f"1 < 2, {MASK}"),
    ],
)
def test_where_a_number_may_stand(html: str, kept: str) -> None:
    assert masked_html(html) == kept


@pytest.mark.parametrize(
    "html",
    [
        f'<a href="https://www.example.com/2026/{MOBILE}">x</a>',
        f"<a href=/2026/{MOBILE}>x</a>",
        f"<img src=\"/{MOBILE}\" data-src='/2026/{MOBILE}'>",
        f'<li id="{MOBILE}" class="{MOBILE} item">x</li>',
        "<li><span>2026-11-22</span><span>阅读 12345</span></li>",
        "<td>138</td><td>12345678</td>",
        "<p>客服热线95188</p>",
    ],
)
def test_addresses_boxes_and_other_numbers_stay(html: str) -> None:
    assert masked_html(html) == html


def with_numbers(found: list[Item]) -> list[Item]:
    return [(path.replace("/news/", f"/{MOBILE}/"), f"{title} 电话：{MOBILE}", date) for path, title, date in found]


def test_the_source_lists_the_same_articles() -> None:
    before = page(old_list(with_numbers(items(0))))
    after = Page(masked_page(before.body, before.charset), before.address, before.charset)
    old, new = picked(before, OLD), picked(after, OLD)
    assert [(one.address, one.date) for one in new] == [(one.address, one.date) for one in old]
    assert [one.title for one in new] == [masked(one.title) for one in old]
    source = Listing(ADDRESS, UTC, ListingOptions(items=OLD.items, date=OLD.date))
    now = datetime(2026, 11, 23, tzinfo=UTC)
    read = [
        source.parse(SourcePage(Request(ADDRESS), ADDRESS, one.body, now, "utf-8")).items for one in (before, after)
    ]
    assert [(one.address, one.published) for one in read[0]] == [(one.address, one.published) for one in read[1]]
    assert len(read[0]) == 12


def test_a_listing_is_mended_as_from_the_page_as_it_came() -> None:
    good, present = page(old_list(with_numbers(items(0)))), page(cards(with_numbers(items(4))))

    def told(bodies: list[bytes]) -> str:
        kept = [KeptPage(ADDRESS, "utf-8", body, number == 0) for number, body in enumerate(bodies)]
        return mended("office", False, kept[0], kept[1], OLD)

    raw = [good.body, present.body]
    assert "Sure: 8 of the 12 articles" in told(raw)
    after = told([masked_page(body, "utf-8") for body in raw])
    assert after.partition("config/sources.yaml")[2] == told(raw).partition("config/sources.yaml")[2]
    assert "Sure: 8 of the 12 articles" in after


PIECES = st.sampled_from(
    [MOBILE, "138", "1234", "5678", "电话：", "<b>", "</b>", "<p>", '<a href="/1">', "<", ">", "&#49;"]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=12).map("".join))
def test_no_markup_comes_or_goes(html: str) -> None:
    after = masked_html(html)
    assert [after.count(sign) for sign in '<>="'] == [html.count(sign) for sign in '<>="']


@given(st.binary(max_size=60), st.sampled_from([None, "gbk", "big5", "utf-16", "idna", "shift_jis", "utf-7"]))
def test_any_bytes_are_kept_as_what_is_read_of_them(body: bytes, header: str | None) -> None:
    whole = body + f" {MOBILE} ".encode()
    kept = masked_page(whole, header)
    text = masked_html(decode(whole, header)).encode("utf-8", "replace").decode()
    assert decode(kept, header) in (text, decode(whole, header))
    assert masked_page(kept, header) == kept


@pytest.mark.parametrize("piece", [f"<b>{MOBILE}", f'<a href="{MOBILE}', "href=   ", "<a =", "138<i>", "<", "电话："])
def test_a_page_made_to_keep_it_busy_does_not(piece: str) -> None:
    assert masked_html(piece * (200_000 // len(piece)))
    assert masked_html("<a " + piece + " " * 200_000 + ">")
