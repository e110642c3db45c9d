"""Hong Kong's, Macau's and Taiwan's numbers, and words for them in traditional characters and in English."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.crawler.domain.masking import MASK, masked

pytestmark = pytest.mark.unit

WORDS = [
    "電話：", "聯絡電話：", "電話號碼：", "手機：", "手機號碼為", "手提：", "手提電話 ", "流動電話：", "傳真：",
    "傳真號碼：", "聯絡方式：", "聯繫方法是", "座機：", "致電", "請致電 ", "撥打", "電話 ", "傳真 ", "電話", "电话 ",
    "致电", "Tel: ", "TEL：", "Tel. ", "Tel ", "Tel No.: ", "Telephone number: ", "Phone: ", "Mobile: ",
    "Mobile phone: ", "Fax ", "Cell: ", "WhatsApp: ", "please call ", "call us at ", "Media contact: Amy Chan, ",
    "Enquiries: ", "聯絡人：陳小姐 ", "傳媒查詢：陳先生，", "联系人：李女士 ",
]  # fmt: skip
EIGHTS = ["2123 4567", "21234567", "9123-4567", "６１２３ ４５６７"]
BARE = [
    "(852) 2123 4567", "（852）21234567", "852-2123-4567", "+(852) 2123 4567", "(853) 2871 2345",
    "0912-345-678", "0912 345 678", "0912345678", "0912-345678", "(02) 2345-6789", "02-2345-6789", "02-23456789",
    "07-345-6789", "(037) 223-456", "049-223-4567", "886-2-2345-6789", "(886) 912 345 678",
    "02-2345-6789#123", "02-2345-6789分機12", "A123456 (3)", "Z683365(A)",
]  # fmt: skip
IDENTITIES = [
    ("身份證號碼：", "110105491231002"), ("身份證：", "A123456(3)"), ("香港身份證號碼：", "A1234563"),
    ("HKID: ", "A123456"), ("HKID No. ", "a123456(3)"), ("身份证号码为", "AB123456(7)"),
    ("Identity Card No.: ", "Z683365(9)"), ("身分證字號：", "A123456789"), ("身分證：", "F212345678"),
    ("澳門居民身份證：", "1/123456/7"), ("身份證號碼 ", "5123456(1)"),
]  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_eight_digits_are_masked_behind_a_word(word: str) -> None:
    for number in EIGHTS:
        assert masked(f"{word}{number}。") == f"{word}{MASK}。"
        assert masked(f"（{word}{number}）") == f"（{word}{MASK}）"


@pytest.mark.parametrize("number", EIGHTS)
def test_without_a_word_they_stay(number: str) -> None:
    for text in (number, f"公司共有{number}，", f"({number})", f"共計 {number} 宗", f"編號 {number}"):
        assert masked(text) == text


@pytest.mark.parametrize("number", BARE)
def test_what_only_a_person_has_is_masked_wherever_it_stands(number: str) -> None:
    for before, after in (("", ""), ("有意者請聯絡 ", "。"), ("（", "）"), ("Contact ", "\nTaipei")):
        assert masked(f"{before}{number}{after}") == f"{before}{MASK}{after}"


@pytest.mark.parametrize(("word", "number"), IDENTITIES)
def test_a_number_behind_a_word_for_an_identity_card_is_masked(word: str, number: str) -> None:
    assert masked(f"持有人{word}{number}，現年") == f"持有人{word}{MASK}，現年"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("電話：2123 4567 / 2123 4568", f"電話：{MASK} / {MASK}"),
        ("電話：2123 4567 2123 4568", f"電話：{MASK} {MASK}"),
        ("电话：85022088、85022089", f"电话：{MASK}、{MASK}"),
        ("Tel: 2123 4567 Fax: 2123 4568", f"Tel: {MASK} Fax: {MASK}"),
        ("電話 2123 4567 傳真 2123 4568", f"電話 {MASK} 傳真 {MASK}"),
        ("電話：2123 4567 2026-11-22", f"電話：{MASK} 2026-11-22"),
        ("电话：0571-85022088 2026-11-22 08:30", f"电话：{MASK} 2026-11-22 08:30"),
        ("聯絡人：陳小姐 2123 4567 / 9123 4567", f"聯絡人：陳小姐 {MASK} / {MASK}"),
        ("電話：(02)2345-6789", f"電話：{MASK}"),
    ],
)
def test_each_of_several_numbers_is_masked_and_a_day_behind_them_stays(text: str, left: str) -> None:
    assert masked(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "阿里健康（00241.HK）、京東健康（06618.HK）",
        "股份代號：0241",
        "股份代號：2318 3988",
        "查詢：股份代號 2318 3988",
        "證券代號 2330、2317",
        "2318 3988 6618 0241",
        "恒指報 2123 4567 萬",
        "成交 2123 4567 股",
        "成交額21234567元，電話會議明日舉行",
        "港幣 21234567",
        "HK$21234567",
        "NT$0912345678",
        "電話用戶 2123 4567 萬戶",
        "移動電話23456789萬戶",
        "固定電話23456789戶",
        "電話 23456789 部",
        "手機出貨 5000 6000 萬部",
        "手機 5000 6000 兩檔",
        "Mobile 5000 6000",
        "phone 23456789 units were sold",
        "Phone 2024-2025",
        "電話 2024-2025 年報",
        "電話20261122錄音",
        "致電 20261122",
        "contacts: 23456789 users",
        "聯絡人：20261122",
        "電話熱線 1823、12345、95188",
        "電話：800 96 1234",
        "統一編號：23456789",
        "文號：0912345678",
        "案號 02-2345-6789",
        "公告字第0912345678號",
        "02-2024-0001",
        "2024-05-2345678",
        "1-02-2345-6789",
        "第02-2345號",
        "v0912345678",
        "https://news.example/0912345678.html",
        "(2024) 2123 4567",
        "(852) 2,123.4",
        "A123456789",
        "A123456",
        "A123456(7)",
        "身份證申請12345678張",
        "身份證明文件 2026",
        "藥物註冊編號 HK-12345",
        "批號 A1234563",
        "ISIN HK0241123456",
        "粵B2-20090059",
        "2026年11月22日08:30",
        "營收2123.45億元，同比增長45.67%",
    ],
)
def test_codes_amounts_and_days_stay(text: str) -> None:
    assert masked(text) == text
    assert masked(f"公告稱，{text}，其餘不變。") == f"公告稱，{text}，其餘不變。"


@given(st.text(alphabet="0123456789-+() /#A電話身份證：: T聯絡人和tel8電话852", max_size=60))
def test_masking_again_changes_nothing(text: str) -> None:
    once = masked(text)
    assert masked(once) == once
