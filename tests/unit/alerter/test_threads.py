"""Reports of one event join, others do not, and only what is new counts as new."""

from datetime import timedelta
from typing import Any

import pytest

from services.alerter.adapters.weights import load_weights
from services.alerter.domain.threads import Taken, Threader
from shared.messages import DocumentClassified
from tests.fakes.classified import SEEN, classified, event


def days(count: float) -> Any:
    return SEEN + timedelta(days=count)


@pytest.fixture
def threader() -> Threader:
    return Threader(load_weights())


def take(threader: Threader, *documents: DocumentClassified) -> list[Taken]:
    return [threader.take(document) for document in documents]


RUMOUR = classified(
    "rumour",
    "蚂蚁集团据悉洽购好大夫在线",
    event("mergers_acquisitions", "rumoured", "ant_group", "haodf", quote="知情人士称蚂蚁集团正洽购好大夫在线"),
    lead="知情人士称,蚂蚁集团正就收购在线问诊平台好大夫在线进行谈判,交易尚未签署,双方均未置评。",
)
DENIAL = classified(
    "denial",
    "好大夫在线否认被蚂蚁集团收购",
    event("mergers_acquisitions", "denied", "ant_group", "haodf", quote="好大夫在线称收购传闻不属实"),
    lead="针对蚂蚁集团收购好大夫在线的传闻,好大夫在线回应称不属实,公司独立运营,没有与蚂蚁谈判。",
    published=days(1),
)
DEAL = classified(
    "deal",
    "蚂蚁集团完成收购好大夫在线",
    event("mergers_acquisitions", "completed", "ant_group", "haodf", quote="好大夫在线工商登记变更为蚂蚁全资持有"),
    event("mergers_acquisitions", "background", "ant_group", "haodf", quote="今年4月有传闻,好大夫一度否认"),
    lead="好大夫在线的工商登记已变更,蚂蚁集团旗下公司成为唯一股东。今年早些时候曾传出蚂蚁洽购好大夫在线,好大夫一度否认。",
    published=days(240),
)


def test_rumour_denial_and_the_deal_months_later_are_one_thread_with_two_new_facts(threader: Threader) -> None:
    taken = take(threader, RUMOUR, DENIAL, DEAL)
    assert len({one.thread.thread_id for one in taken}) == 1
    assert [[(fact.kind, fact.before, fact.after) for fact in one.news] for one in taken] == [
        [],
        [("status", "rumoured", "denied")],
        [("status", "denied", "completed")],
    ]
    assert taken[-1].thread.fact_version == 3


def test_out_of_order_the_older_report_joins_and_is_no_news(threader: Threader) -> None:
    taken = take(threader, RUMOUR, DEAL, DENIAL)
    assert len({one.thread.thread_id for one in taken}) == 1
    assert taken[-1].news == ()
    first_deal = Threader(load_weights())
    backwards = take(first_deal, DEAL, RUMOUR)
    assert backwards[0].thread.thread_id == backwards[1].thread.thread_id
    assert backwards[1].news == ()


def test_an_english_report_of_a_chinese_one_joins(threader: Threader) -> None:
    chinese = classified(
        "zh",
        "阿里健康换帅,朱顺炎任CEO",
        event("leadership", "announced", "alibaba_health", quote="董事会委任朱顺炎为CEO"),
        lead="3月15日,阿里健康宣布董事会委任朱顺炎为CEO、执行董事兼董事会主席,沈涤凡退出。",
    )
    english = classified(
        "en",
        "Alibaba Health names Zhu Shunyan as chief executive",
        event("leadership", "announced", "alibaba_health", quote="Zhu Shunyan will be chief executive"),
        lead="Alibaba Health said on March 15 that Zhu Shunyan will become chief executive; Shen Difan leaves.",
        language="en",
        published=days(0.4),
    )
    first, second = take(threader, chinese, english)
    assert second.thread.thread_id == first.thread.thread_id
    assert second.news == ()


def fine(name: str, what: str, amount: str, day: float) -> DocumentClassified:
    return classified(
        name,
        f"阿里健康大药房因{what}被罚{int(amount) // 10_000}万元",
        event(
            "enforcement_penalty",
            "completed",
            "alibaba_health",
            quote=f"被罚款{int(amount) // 10_000}万元",
            facts=[("amount", amount, "CNY")],
        ),
        lead=f"阿里健康大药房因{what},被市场监管局罚款{int(amount) // 10_000}万元。",
        published=days(day),
    )


def test_two_fines_on_one_firm_are_two_threads(threader: Threader) -> None:
    first, second = take(threader, fine("fine1", "违法发布广告", "450000", 0), fine("fine2", "销售劣药", "80000", 60))
    assert first.thread.thread_id != second.thread.thread_id


def test_a_case_and_the_fine_for_something_else_on_the_same_firm_stay_apart(threader: Threader) -> None:
    planned = classified(
        "probe",
        "阿里健康大药房涉嫌价格欺诈被立案",
        event("enforcement_penalty", "announced", "alibaba_health", quote="涉嫌价格欺诈被立案调查"),
        lead="阿里健康大药房因涉嫌在促销中价格欺诈,被杭州市市场监管局立案。",
    )
    first, second = take(threader, planned, fine("fine2", "销售劣药维生素片", "80000", 90))
    assert first.thread.thread_id != second.thread.thread_id


def test_an_amount_that_was_not_known_is_new_and_its_repetition_is_not(threader: Threader) -> None:
    without = classified(
        "no-amount",
        "阿里健康大药房因违法发布广告被罚",
        event("enforcement_penalty", "completed", "alibaba_health", quote="被市场监管局处罚"),
        lead="阿里健康大药房因违法发布广告,被市场监管局处罚,罚款数额未公布。",
    )
    first = fine("fine1", "违法发布广告", "450000", 0.2)
    rounded = fine("fine2", "违法发布广告", "452000", 0.3)
    taken = take(threader, without, first, rounded)
    assert len({one.thread.thread_id for one in taken}) == 1
    assert [[fact.kind for fact in one.news] for one in taken] == [[], ["amount"], []]


def test_a_corrected_article_tells_what_it_corrects_and_only_that(threader: Threader) -> None:
    before = fine("fine1", "违法发布广告", "450000", 0)
    corrected = fine("fine1", "违法发布广告", "540000", 0).model_copy(update={"revision": 2})
    reworded = corrected.model_copy(update={"revision": 3, "title": "阿里健康大药房被罚54万元(更新)"})
    first, second, third = take(threader, before, corrected, reworded)
    assert first.thread.thread_id == second.thread.thread_id == third.thread.thread_id
    (fact,) = second.news
    assert (fact.kind, fact.before, fact.after) == ("correction", "450,000 CNY", "540,000 CNY")
    assert third.news == ()
    assert len(third.thread.members) == 1


def test_batches_of_cases_are_not_one_event(threader: Threader) -> None:
    def batch(number: str, day: float) -> DocumentClassified:
        return classified(
            f"batch{number}",
            f"国家药监局公布第{number}批药品网络销售典型案例",
            event("enforcement_penalty", "completed", "regulator_nmpa", quote=f"公布第{number}批典型案例"),
            lead=f"国家药监局公布第{number}批药品网络销售违法违规典型案例,多家药店被罚。",
            published=days(day),
        )

    first, second = take(threader, batch("五", 0), batch("六", 120))
    assert first.thread.thread_id != second.thread.thread_id


def test_a_draft_and_the_issued_rule_of_one_name_are_one_thread(threader: Threader) -> None:
    draft = classified(
        "draft",
        "药品网络销售监督管理办法公开征求意见",
        event(
            "policy_guidance",
            "planned",
            "regulator_nmpa",
            quote="国家药监局就《药品网络销售监督管理办法(征求意见稿)》征求意见",
        ),
    )
    issued = classified(
        "issued",
        "网售药品新规来了",
        event("policy_guidance", "announced", "regulator_nmpa", quote="国家药监局发布《药品网络销售监督管理办法》"),
        published=days(180),
    )
    first, second = take(threader, draft, issued)
    assert first.thread.thread_id == second.thread.thread_id
    assert [(fact.before, fact.after) for fact in second.news] == [("planned", "announced")]


def test_a_thread_of_many_reports_forgets_texts_but_no_fact(threader: Threader) -> None:
    many = [
        RUMOUR.model_copy(update={"document_id": f"{number:032x}", "title": f"{RUMOUR.title}({number})"})
        for number in range(40)
    ]
    taken = take(threader, *many, DENIAL)
    thread = taken[-1].thread
    assert len(thread.members) == 41
    assert len(thread.compared) == 12
    assert set(thread.statuses("mergers_acquisitions")) == {"rumoured", "denied"}
    assert [fact.after for fact in taken[-1].news] == ["denied"]
