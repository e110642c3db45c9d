"""The asking words are taken out of a question, names stay whole, and the queries go from narrow to broad."""

import pytest

from services.portal.domain.brief_names import Names
from services.portal.domain.brief_topic import topic_of
from tests.unit.portal.known import WATCHLIST

pytestmark = pytest.mark.unit

NAMES = Names(WATCHLIST)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("医鹿APP", ("医鹿",)),
        ("医鹿APP 现在怎么样?", ("医鹿",)),
        ("请介绍一下京东健康最近的动态", ("京东健康",)),
        ("阿里健康在医保支付方面做了什么？", ("阿里健康", "医保支付")),
        ("What is Alipay Health doing in insurance?", ("Alipay Health", "insurance")),
        ("How is JD Health doing?", ("JD Health",)),
        ("who is the CEO of Alibaba Health?", ("Alibaba Health", "CEO")),
        ("阿里健康和京东健康的区别", ("阿里健康", "京东健康", "区别")),
        ("0241.HK results", ("0241.HK", "results")),
        ("互联网医院 处方流转", ("互联网医院", "处方流转")),
        ("怎么样?", ()),
        ("what is it?", ()),
        ("   ", ()),
    ],
)
def test_words(asked: str, words: tuple[str, ...]) -> None:
    assert topic_of(asked, NAMES).words == words


def test_fields_phrases_and_minus_stay_as_they_were_typed() -> None:
    topic = topic_of('阿里健康 label:partnership -招聘 "线上 问诊" 怎么样？', NAMES)
    assert topic.words == ("阿里健康",)
    assert topic.filters == ("label:partnership", "-招聘", '"线上 问诊"')


def test_a_company_is_looked_for_by_its_name_by_its_identifier_and_in_the_other_language() -> None:
    narrow, broad = topic_of("What is Alipay Health doing in insurance?", NAMES).ways()
    assert narrow.queries == (
        '"Alipay Health" insurance',
        "entity:alipay_health insurance",
        "entity:alipay_health 保险",
    )
    assert broad.queries == ('"Alipay Health"', "entity:alipay_health")
    assert (narrow.left_out, broad.left_out) == ((), ("insurance",))


def test_a_product_is_looked_for_by_its_own_name_alone() -> None:
    assert topic_of("医鹿", NAMES).ways()[0].queries == ("医鹿",)


def test_a_long_run_is_cut_in_two() -> None:
    queries = [way.queries[0] for way in topic_of("网售处方药监管", NAMES).ways()]
    assert queries[0] == "网售处方药监管"
    assert "网售处方药 监管" in queries
