"""Names, traps and topics of the shipped watchlist, on invented sentences."""

from pathlib import Path

import pytest

from shared.watch import Match, Watcher, load_watchlist

pytestmark = pytest.mark.unit
CONFIG = Path(__file__).resolve().parents[3] / "config"


@pytest.fixture(scope="module")
def watcher() -> Watcher:
    return Watcher(load_watchlist(CONFIG / "watchlist.yaml"))


def entities(match: Match) -> set[str]:
    return {hit.entity for hit in match.hits}


NAMED = [
    ("阿里健康信息技术有限公司公布新服务", "alibaba_health"),
    ("阿里健康大藥房在杭州開業", "alibaba_health"),
    ("天貓健康週年慶", "alibaba_health"),
    ("Shares of Alibaba Health Information Technology slipped", "alibaba_health"),
    ("交易代码 00241.HK 停牌", "alibaba_health"),
    ("HKG: 0241 was halted", "alibaba_health"),
    ("(00241) 公布业绩", "alibaba_health"),
    ("药品追溯平台码上放心扩容", "alibaba_health"),
    ("医生助手氢离子由阿里推出", "alibaba_health"),
    ("螞蟻阿福上線新功能", "alipay_health"),
    ("蚂蚁集团旗下的 AQ 提供健康咨询", "alipay_health"),
    ("支付宝可以在线问诊", "alipay_health"),
    ("Alipay adds doctor booking", "alipay_health"),
    ("蚂蚁集团加码医疗", "ant_group"),
    ("Ant Group buys a hospital software firm", "ant_group"),
    ("好大夫在線更換負責人", "haodf"),
    ("Haodf.com hires 20 doctors", "haodf"),
    ("京東健康與醫院簽約", "jd_health"),
    ("6618.HK 早段走高", "jd_health"),
    ("平安好醫生發布會員服務", "ping_an_good_doctor"),
    ("Ping An Good Doctor reports", "ping_an_good_doctor"),
    ("美团买药覆盖夜间", "meituan_health"),
    ("叮噹健康開出新倉", "dingdang"),
    ("叮当快药新增骑手", "dingdang"),
    ("微医控股递表", "wedoctor"),
    ("WeDoctor files again", "wedoctor"),
    ("丁香园推出课程", "other"),
    ("国家药品监督管理局通告", "regulator_nmpa"),
    ("國家醫保局答記者問", "regulator_nhsa"),
    ("国家卫健委发布会", "regulator_nhc"),
    ("市場監管總局約談", "regulator_samr"),
    ("Cyberspace Administration of China said", "regulator_cac"),
]


@pytest.mark.parametrize(("text", "entity"), NAMED)
def test_names_of_all_kinds(watcher: Watcher, text: str, entity: str) -> None:
    assert entity in entities(watcher.match(text, []))


TRAPPED = [
    "推动西藏阿里健康发展,普兰县新建卫生院",
    "歌手马阿里健康归来",
    "为京东健康发展保驾护航",
    "祝大家平安健康",
    "平安健康险推出新条款",
    "平安银行与平安医保科技合作",
    "京东便利店开业",
    "南微医学披露年报",
    "他是一位好大夫,邻居都这么说",
    "消费维权码上放心,扫码即可投诉",
    "出示健康码",
    "无锡惠山泥人阿福展出",
    "电池里的氢离子浓度",
    "小鹿在林间",
    "阿里云发布新芯片",
    "拳王阿里的传记",
    "支付宝碰一下付款送红包",
    "蚂蚁森林种树",
    "蚂蚁集团谈稳定币",
    "热带雨林里的蚂蚁群会搬家",
    "000241 是另一只证券",
    "Mali health workers strike",
    "Bali health spa opens",
    "Vitali Health Club",
    "The Good Doctor returns for a new series",
    "Air quality index AQ 55 in Denver",
    "NHC tracks a hurricane",
    "NMPA sues over song lyrics",
    "CAC 40 closes higher",
    "SAMR model: substitution and augmentation",
    "Ant health in the colony depends on fungus",
    "call +241 for Gabon, page 00241",
]


@pytest.mark.parametrize("text", TRAPPED)
def test_traps_are_nobody(watcher: Watcher, text: str) -> None:
    match = watcher.match(text, [])
    assert entities(match) == set()
    assert not match.concerns


@pytest.mark.parametrize("text", ["推动西藏阿里健康发展", "南微医学", "祝大家平安健康", "Mali health workers strike"])
def test_drops_say_why(watcher: Watcher, text: str) -> None:
    (drop, *_) = watcher.match(text, []).drops
    assert drop.why
    assert text[drop.start : drop.end] == drop.text


def test_the_longest_name_is_one_mention(watcher: Watcher) -> None:
    (hit,) = watcher.match("阿里健康大药房", []).hits
    assert (hit.text, hit.entity, hit.product) == ("阿里健康大药房", "alibaba_health", True)


def test_places_are_those_of_the_original(watcher: Watcher) -> None:
    paragraphs = ["無關。", "今天，螞蟻阿福與ＡＱ都是支付寶的。"]
    for hit in watcher.match("標題", paragraphs).hits:
        assert ["標題", *paragraphs][hit.paragraph][hit.start : hit.end] == hit.text


def test_a_regulator_alone_is_no_concern_and_with_a_topic_it_is(watcher: Watcher) -> None:
    assert not watcher.match("国家药监局批准一款抗癌药", []).concerns
    match = watcher.match("国家药监局整顿网络售药", [])
    assert match.concerns
    assert match.identifiers == ("regulator_nmpa", "online_drug_sale")


@pytest.mark.parametrize(
    "text",
    [
        "互聯網醫院新規",
        "China drafts rules for internet hospitals",
        "线上医保支付开通",
        "Traceability codes for drugs in China",
    ],
)
def test_topics_concern(watcher: Watcher, text: str) -> None:
    assert watcher.match(text, []).concerns


def test_topics_of_other_countries_do_not(watcher: Watcher) -> None:
    assert not watcher.match("Telemedicine visits double in Ohio", ["E-prescription software maker hires."]).concerns


def test_nothing_at_all(watcher: Watcher) -> None:
    match = watcher.match("", [])
    assert (match.hits, match.topics, match.concerns) == ((), (), False)
