"""A point is held by its paragraphs or not, and why not: numbers, dates, names, denials, words, in both languages."""

import pytest

from services.portal.domain.brief_check import Why, why_not
from services.portal.domain.brief_names import Names
from tests.unit.portal.known import WATCHLIST

pytestmark = pytest.mark.unit

NAMES = Names(WATCHLIST)
RESULTS = (
    "阿里健康2025年6月26日公告，全年收入达到305.98亿元，同比增长13.2%，首席执行官沈涤凡表示将继续投入AI。"
    "公司与平安银行没有关系。"
)
DEAL = "JD Health said on August 15, 2025 that it will buy a 12 percent stake for HK$1.2 billion in three steps."
DENIAL = "阿里健康否认正在洽购好大夫在线，称消息不实。"


@pytest.mark.parametrize(
    ("point", "paragraph"),
    [
        ("全年收入达到305.98亿元，同比增长13.2%", RESULTS),
        ("全年收入達到 305.98 億元", RESULTS),
        (
            "Alibaba Health said on June 26, 2025 that annual revenue reached RMB 30.598 billion, up 13.2 percent.",
            RESULTS,
        ),
        ("Alibaba Health's revenue rose 13.2%", RESULTS),
        ("阿里健康全年收入305.98亿元，增长13.2%", RESULTS),
        ("京东健康2025年8月15日宣布以12亿港元收购12%股权", DEAL),
        ("JD Health will buy 12% for HK$1.2bn", DEAL),
        ("Alibaba Health denied that it is buying Haodf", DENIAL),
        ("阿里健康否认洽购好大夫在线", DENIAL),
    ],
)
def test_held(point: str, paragraph: str) -> None:
    assert why_not(point, (paragraph,), NAMES) is None


@pytest.mark.parametrize(
    ("point", "paragraph", "why"),
    [
        ("Alibaba Health's revenue reached RMB 31 billion", RESULTS, "number"),
        ("Alibaba Health's revenue reached USD 30.598 billion", RESULTS, "number"),
        ("阿里健康全年收入305.98亿元，增长14%", RESULTS, "number"),
        ("JD Health will buy 12% for HK$1.2bn in four steps", DEAL, "number"),
        ("Alibaba Health said on June 27, 2025 that revenue rose 13.2%", RESULTS, "date"),
        ("阿里健康2024年6月26日公告收入305.98亿元", RESULTS, "date"),
        ("JD Health's revenue reached RMB 30.598 billion", RESULTS, "name"),
        ("阿里健康首席执行官朱顺炎表示将继续投入AI", RESULTS, "name"),
        ("阿里健康与招商银行公告，全年收入达到305.98亿元", RESULTS, "name"),
        ("Alibaba Health bought Foobar Corp, up 13.2%", RESULTS, "name"),
        ("阿里健康公告与“银河计划”合作，全年收入305.98亿元", RESULTS, "name"),
        ("京东健康以12亿港元收购Acme公司12%股权", DEAL, "name"),
        ("JD Health denied that it will buy a stake", DEAL, "denial"),
        ("该平台药品配送服务覆盖范围今后继续扩大", RESULTS, "words"),
        ("The weather was fine in many towns", DEAL, "words"),
        ("", RESULTS, "empty"),
        ("全年收入", "", "empty"),
    ],
)
def test_not_held(point: str, paragraph: str, why: Why) -> None:
    assert why_not(point, (paragraph,), NAMES) == why


def test_paragraphs_hold_together_what_none_holds_alone() -> None:
    first, second = "阿里健康发布年报。", "全年收入305.98亿元。"
    point = "阿里健康全年收入305.98亿元"
    assert why_not(point, (second,), NAMES) == "name"
    assert why_not(point, (first, second), NAMES) is None


def test_a_title_of_signs_and_half_a_character_break_nothing() -> None:
    for odd in ("\ud800阿里健康", "（）", "§" * 500, "1" * 400, "百" * 300, "2025年13月40日"):
        assert why_not(odd, ("阿里健康", odd), NAMES) is None
        assert why_not(odd, ("毫无关系",), NAMES) is not None
