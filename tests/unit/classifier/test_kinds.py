"""A market note is recognised by its heading and body; news that also tells of a price stays news."""

import pytest

from services.classifier.domain.kinds import kind_of
from shared.messages.classified import Kind
from shared.watch.fold import fold

pytestmark = pytest.mark.unit

PRICES = "甲健康股价早盘涨5%,成交额2亿港元,市值300亿港元。截至发稿,报收8.10港元,换手率1.2%。"


def kind(title: str, body: str, outlet: str = "某某网") -> Kind:
    return kind_of([fold(title), *(fold(line) for line in body.split("\n"))], fold(outlet))


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("港股异动 | 甲健康(00241)涨超5% 市场关注业绩", PRICES),
        ("港股異動丨互聯網醫療股齊挫", "甲健康跌9.69%,乙健康跌近6%。"),
        ("大行评级|某国际上调甲健康目标价至41.5港元", "该行料甲健康第四季销售升8.7%,目标价上调,维持跑赢大市评级。"),
        ("甲健康(00241)涨逾7% 领跑蓝筹", PRICES),
        ("南向资金连续三日净买入甲健康", "港股通数据显示,南向资金净买入123万股,占流通股15.92%。"),
        ("甲健康11月20日耗资500万港元回购100万股", "每股回购价5.0港元。"),
        ("翌日披露报表", "甲健康:已发行股份变动。"),
        (
            "JD Health shares jump 34% at the open in Hong Kong",
            "The shares were trading at HK$94.50, turnover was heavy.",
        ),
        ("甲健康沽空比率升至20%", "沽空金额1.2亿港元。"),
        ("恒生医疗指数涨近4%", "截至9:48,指数涨3.8%。"),
    ],
)
def test_market_notes(title: str, body: str) -> None:
    assert kind(title, body) == "market_note"


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("甲健康宣布回购计划,最多30亿港元", "董事会授权公司回购不超过一成股份。甲健康股价周一收报8.1港元。"),
        (
            "甲健康收购乙医院 股价涨5%",
            "甲健康宣布以10亿元收购乙医院全部股权。交易待批。公司称将加强线下布局。股价涨5%。",
        ),
        (
            "药监局起草新规 互联网医疗股跌逾一成",
            "国家药监局公布征求意见稿。草案不准平台卖药。业界担忧影响。收盘时甲健康跌14%。",
        ),
        ("甲健康换帅,某某任首席执行官", "董事会委任某某为首席执行官。消息公布后股价涨3%。他此前任职于集团。"),
        (
            "Alibaba Health jumps after return to profit",
            "It posted a profit of 880 million yuan. Revenue rose. Shares rose 5%.",
        ),
        ("甲健康中期纯利升八成", "甲健康公布中期业绩。收入143亿元。纯利7.69亿元。公司称自营业务改善。"),
    ],
)
def test_news_with_a_price_is_no_market_note(title: str, body: str) -> None:
    assert kind(title, body) in ("news", "analysis")


@pytest.mark.parametrize(
    ("title", "body", "outlet", "expected"),
    [
        ("甲医疗:关于收购乙医院51%股权的公告", "证券代码:300143 证券简称:甲医疗", "查股网", "filing"),
        (
            "Discloseable transaction",
            "The board is pleased to announce that an agreement was signed.",
            "HKEX",
            "filing",
        ),
        (
            "关于进一步加强药品网络销售监管的通知",
            "各省、自治区、直辖市药监局:现印发给你们,请遵照执行。",
            "官网",
            "policy",
        ),
        ("某某办法", "某局发〔2026〕3号\n第一条 为规范某事。\n第二章 监督。\n第一条 又。", "官网", "policy"),
        (
            "Firm and hospital join hands",
            "HONG KONG, Nov. 22 /PRNewswire/ -- The firm said.",
            "PR Newswire",
            "press_release",
        ),
        ("專訪某某:醫療大模型好不好,用戶說了算", "某某接受採訪。", "某某新聞", "analysis"),
        ("Why online hospitals still lose money", "It is a long way.", "Magazine", "analysis"),
        ("医药反垄断2023:七张罚单读风向", "远大被罚。", "某律师事务所观察", "news"),
    ],
)
def test_other_kinds(title: str, body: str, outlet: str, expected: str) -> None:
    assert kind(title, body, outlet) == expected


def test_empty_documents_are_news() -> None:
    assert kind_of([], "") == "news"
    assert kind_of([""], "") == "news"
