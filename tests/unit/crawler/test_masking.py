"""Telephone and identity numbers go, what only looks like one stays, and a mask changes no hash."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.crawler.application.reading import new_page
from services.crawler.domain.fingerprint import units, units_hash
from services.crawler.domain.masking import MASK, masked
from services.crawler.domain.source import Listed
from tests.unit.crawler.fakes import NOW, ORIGIN, FakeStore, leased
from tests.unit.crawler.test_look import STORY, A, look

pytestmark = pytest.mark.unit

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity(first: str) -> str:
    """Made up: seventeen digits with their check character."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first, strict=True))
    return first + "10X98765432"[total % 11]


PERSONAL = [
    "13812345678",
    "138-1234-5678",
    "138 1234 5678",
    "+86 13812345678",
    "0086-138-1234-5678",
    "１３８１２３４５６７８",
    "0571-85022088",
    "（0571）8502 2088",
    "010-65022088转8012",
    "+852 2123 4567",
    "+86 571 8502 2088",
    "+1 (212) 555-0134",
    "+44 20 7946 0958",
    "212-555-0134",
    identity("33010619900307123"),
    identity("11010519491231002"),
    identity("33010619900307123").lower(),
    f"330106 19900307 {identity('33010619900307123')[-4:]}",
    "A123456(3)",
]
PLACES = (("联系人张三，电话", "。"), ("", ""), ("Contact: ", "\nBeijing"), ("（", "）"), ("手机", "/微信"))
NO_PERSON = [
    "00241.HK、SZ300253、605266",
    "1,381,234,567.8元",
    "营收13812345678元",
    "成交额13812345678美元",
    "¥13812345678",
    "13812345678股",
    "13812345678.50",
    "国药准字H20050001",
    "国药准字Z20053138",
    "国食药监械（准）字2014第3460138号",
    "浙卫办〔2024〕13812345678号",
    "备案号：13812345678",
    "粤ICP备13812345号",
    "2026-11-22 08:30:00",
    "20261122083000",
    "2026.11.22—2027.03.31",
    "+8 2026-11-22",
    "UTC+8 20:30",
    "https://news.example/13812345678.html",
    "https://news.example/2026/13812345678.html",
    "/detail?id=13812345678&x=1",
    "ISBN 978-7-5090-1234-5",
    "客服热线95188、12320、12345",
    "400-823-3833",
    "电话：800-810-1234",
    "1-800-555-0134",
    "统一社会信用代码 91330106MA27XYHK3N",
    identity("33010619900307123")[:-1] + ("1" if identity("33010619900307123")[-1] != "1" else "2"),  # wrong check
    identity("33010619901307123"),  # no such month
    identity("99010619900307123"),  # no such province
    "A123456(7)",  # wrong check digit
    "数据为 138123456789 条",  # a digit too many
    "订单号20241122138123456781234",
    "同比增长13.8%，达1381.2345678亿元",
    "3月5日至10日，1-11月",
]


@pytest.mark.parametrize("number", PERSONAL)
def test_a_number_of_a_person_is_masked_wherever_it_stands(number: str) -> None:
    for before, after in PLACES:
        assert masked(f"{before}{number}{after}") == f"{before}{MASK}{after}"


@pytest.mark.parametrize("number", NO_PERSON)
def test_what_only_looks_like_one_stays(number: str) -> None:
    text = f"公告称，{number}，其余不变。"
    assert masked(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("13812345678/13912345679", f"{MASK}/{MASK}"),
        ("传真：85022088", f"传真：{MASK}"),
        ("Tel: 2123 4567", f"Tel: {MASK}"),
        ("联系电话为 057185022088。", f"联系电话为 {MASK}。"),
        ("身份证号码：110105491231002", f"身份证号码：{MASK}"),
        ("手机出货10000000部", "手机出货10000000部"),
        ("电话会议2026年11月22日", "电话会议2026年11月22日"),
    ],
)
def test_a_number_in_doubt_is_masked_beside_a_word_that_says_what_it_is(text: str, left: str) -> None:
    assert masked(text) == left


@given(st.text(alphabet="0123456789-+() Xx电话:：a1３８", max_size=60))
def test_masking_again_changes_nothing(text: str) -> None:
    once = masked(text)
    assert masked(once) == once


def test_two_texts_that_differ_in_a_number_alone_have_one_hash() -> None:
    one, other = masked("联系人张三，电话13812345678。"), masked("联系人张三，电话13912345679。")
    assert units_hash(units(one)) == units_hash(units(other))


def test_neither_document_nor_message_holds_the_number() -> None:
    store = FakeStore()
    page = f"{STORY}\n媒体联系：李四 13812345678 {identity('33010619900307123')}".encode()
    verdict = asyncio.run(look(store, {A: page})(leased(A, 1), ORIGIN))
    assert verdict.outcome == "published"
    kept = repr((store.messages, store.documents, store.decisions))
    assert f"李四 {MASK} {MASK}" in kept
    assert "13812345678" not in kept
    again = asyncio.run(look(store, {A: page})(leased(A, 1), ORIGIN))
    assert (again.outcome, again.reason) == ("unchanged", "the same text")


def test_the_queue_does_not_hold_it_either() -> None:
    listed = Listed(address=A, title="爆料电话13812345678", author="记者 13812345678")
    assert "13812345678" not in repr(new_page(listed, NOW))
