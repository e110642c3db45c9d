"""What is told in a known event's words but happened anew opens a thread; what is retold or followed up does not."""

from datetime import timedelta
from typing import Any

import pytest

from services.alerter.adapters.weights import load_weights
from services.alerter.domain import figures
from services.alerter.domain.threads import Threader
from shared.messages import DocumentClassified
from tests.fakes.classified import SEEN, classified, event


def report(label: str, day: float, title: str, lead: str, status: str = "announced", **more: Any) -> DocumentClassified:
    one = event(label, status, "alibaba_health", quote=title)
    return classified(f"{title}{lead}{day}", title, one, lead=lead, published=SEEN + timedelta(days=day), **more)


def threads(*documents: DocumentClassified) -> int:
    threader = Threader(load_weights())
    return len({threader.take(document).thread.thread_id for document in documents})


RESULTS = (
    "阿里健康周二公布{period}业绩,收入为{sum}亿元,同比增长{more}%。公司表示,自营业务增长稳健,平台商家数量持续增加。"
)
RESIGNS = "阿里健康公告,{who}因个人原因辞任公司{office},即日生效。公司对{who}任职期间的贡献表示感谢。"
RECALL = "国家药监局通告,{what}因质量问题被召回,阿里健康等平台已下架相关产品。消费者可以联系平台退货。"
SUMMONS = "市场监管总局就{matter}问题约谈阿里健康,要求其限期整改。阿里健康表示将认真落实。"
NOTICE = "工信部通报一批侵害用户权益的应用,阿里健康旗下医鹿APP因{what}在列,要求限期整改。"
APPROVAL = "国家药监局批准阿里健康旗下公司的{what}注册,有效期五年。"

ANEW = {
    "results of two years": (
        ("financial_results", 0, "阿里健康公布2025财年业绩", RESULTS.format(period="2025财年", sum=306, more=13)),
        ("financial_results", 365, "阿里健康公布2026财年业绩", RESULTS.format(period="2026财年", sum=360, more=17)),
    ),
    "interims of two years": (
        (
            "financial_results",
            0,
            "阿里健康公布中期业绩",
            RESULTS.format(period="截至9月30日止六个月", sum=167, more=17),
        ),
        (
            "financial_results",
            364,
            "阿里健康公布中期业绩",
            RESULTS.format(period="截至9月30日止六个月", sum=190, more=13),
        ),
    ),
    "two offices": (
        ("leadership", 0, "阿里健康首席财务官屠燕武辞任", RESIGNS.format(who="屠燕武", office="首席财务官")),
        ("leadership", 3, "阿里健康CEO沈涤凡辞任", RESIGNS.format(who="沈涤凡", office="首席执行官")),
    ),
    "two products": (
        ("product_safety", 0, "某品牌血糖仪被召回 阿里健康等下架", RECALL.format(what="晨汐血糖仪")),
        ("product_safety", 5, "某品牌面膜被召回 阿里健康等下架", RECALL.format(what="南山医用面膜")),
    ),
    "two matters": (
        ("investigation", 0, "市场监管总局约谈阿里健康", SUMMONS.format(matter="网售处方药")),
        ("investigation", 40, "市场监管总局约谈阿里健康", SUMMONS.format(matter="医美广告")),
    ),
    "two notices": (
        ("data_privacy", 0, "工信部通报:医鹿APP违规收集个人信息", NOTICE.format(what="违规收集个人信息")),
        ("data_privacy", 100, "工信部再通报:医鹿APP强制索权", NOTICE.format(what="强制索取权限")),
    ),
    "two approvals": (
        ("license_approval", 0, "阿里健康旗下公司器械获批", APPROVAL.format(what="血糖监测软件")),
        ("license_approval", 50, "阿里健康旗下公司器械获批", APPROVAL.format(what="眼底影像软件")),
    ),
}


@pytest.mark.parametrize("name", ANEW)
def test_a_new_event_in_a_known_ones_words_opens_a_thread(name: str) -> None:
    first, second = ANEW[name]
    assert threads(report(*first), report(*second)) == 2


def test_a_template_in_english_with_another_product_opens_a_thread() -> None:
    lead = "Alibaba Health said it was removing {} from its platform after the regulator ordered a recall over quality."
    glucose, mask = (
        report("product_safety", day, f"Alibaba Health recalls {what}", lead.format(what), language="en")
        for day, what in ((0, "glucose meters"), (4, "facial masks"))
    )
    assert threads(glucose, mask) == 2


@pytest.mark.parametrize("name", ["two offices", "two products", "two matters", "two approvals", "two notices"])
def test_a_reprint_within_days_joins(name: str) -> None:
    label, day, title, lead = ANEW[name][0]
    again = report(label, day + 2, f"{title}(转载)", f"{lead}据公开信息整理。")
    assert threads(report(label, day, title, lead), again) == 1


def test_a_text_published_again_weeks_later_joins() -> None:
    label, day, title, lead = ANEW["two matters"][0]
    assert threads(report(label, day, title, lead), report(label, day + 30, title, lead)) == 1


def test_who_leaves_and_who_comes_is_one_change_where_the_offices_meet() -> None:
    gone = report("leadership", 0, "阿里健康CEO沈涤凡辞任", RESIGNS.format(who="沈涤凡", office="首席执行官"))
    both = RESIGNS.format(who="沈涤凡", office="首席执行官") + "朱顺炎接任首席执行官并任董事会主席。"
    assert threads(gone, report("leadership", 0.5, "阿里健康董事会主席朱顺炎接替沈涤凡", both)) == 1


def test_outlets_of_one_day_name_one_business_year_in_two_ways() -> None:
    first = report("financial_results", 0, "阿里健康年报出炉", RESULTS.format(period="2025财年", sum=306, more=13))
    second = report(
        "financial_results", 0.5, "阿里健康全年业绩出炉",
        RESULTS.format(period="截至2026年3月31日止年度", sum=306, more=13),
    )  # fmt: skip
    assert threads(first, second) == 1


@pytest.mark.parametrize(
    ("text", "named", "ending"),
    [
        ("2025财年全年", {2025}, set()),
        ("截至2025年3月31日止年度", set(), {2025}),
        ("revenue for the year ended March 31, 2026", set(), {2026}),
        ("FY2026, the second half of 2025", {2025, 2026}, set()),
        ("2025年3月31日,公司宣布", set(), set()),
    ],
)
def test_years_of_business_are_read(text: str, named: set[int], ending: set[int]) -> None:
    assert figures.named_years(text) == named
    assert figures.ending_years(text) == ending
