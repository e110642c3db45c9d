"""The judge on invented items: one for each trap and settled doubt, in both scripts and in English.

The companies are the watched ones where the trap is about their names; what they do here is made up for the test.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.classifier.domain.article import Article, Judgement
from services.classifier.domain.judge import Judge
from shared.messages.common import Published

pytestmark = pytest.mark.unit
CONFIG = Path(__file__).resolve().parents[3] / "config"
DAY = datetime(2026, 5, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge.load(CONFIG)


def read(judge: Judge, title: str, *paragraphs: str, any_company: bool = False) -> Judgement:
    published = Published(at=DAY, precision="day")
    return judge.judge(Article(title, paragraphs, "zh-Hans", published, None, any_company))


def told(judgement: Judgement) -> set[tuple[str, str]]:
    return {(event.label, event.status) for event in judgement.events}


def current(judgement: Judgement) -> set[str]:
    return {event.label for event in judgement.events if event.status != "background"}


EVENTS = [
    (
        "蚂蚁集团完成收购好大夫在线",
        "5月11日,好大夫在线完成工商变更登记,蚂蚁旗下公司成为唯一股东,持股100%。",
        "mergers_acquisitions",
        "completed",
    ),
    (
        "知情人士:螞蟻集團洽購好大夫在線",
        "據知情人士透露,螞蟻集團正就收購好大夫在線進行初步談判,雙方均不予置評。",
        "mergers_acquisitions",
        "rumoured",
    ),
    (
        "好大夫在线否认被收购",
        "好大夫在线5月12日回应称,有关蚂蚁集团收购公司的传闻不属实,公司没有出售计划。",
        "mergers_acquisitions",
        "denied",
    ),
    (
        "WeDoctor files for Hong Kong listing",
        "WeDoctor submitted its prospectus to the Hong Kong stock exchange on Monday for an initial public offering.",
        "investment_financing",
        "announced",
    ),
    (
        "京东健康与市第三医院签署战略合作协议",
        "5月11日,京东健康宣布与滨海市第三人民医院签署战略合作协议,双方将共建互联网医院。",
        "partnership",
        "announced",
    ),
    (
        "阿里健康推出AI用药助手",
        "5月12日,阿里健康正式发布AI用药助手,用户可在App内使用这项新服务。",
        "product_launch",
        "announced",
    ),
    (
        "平安好醫生換帥",
        "平安好醫生公告,董事會委任陳某為首席執行官,即日接替辭任的前任行政總裁。",
        "leadership",
        "announced",
    ),
    (
        "JD Health first-half revenue jumps",
        "JD Health reported first-half revenue of 30 billion yuan, up 20 percent; profit hit 2 billion yuan.",
        "financial_results",
        "announced",
    ),
    (
        "国家药监局就药品网络销售新规公开征求意见",
        "国家药监局5月12日公布《药品网络销售平台管理规定(征求意见稿)》,面向社会公开征求意见。",
        "policy_guidance",
        "planned",
    ),
    (
        "国家卫健委发布互联网诊疗新规",
        "国家卫健委5月12日印发《互联网诊疗服务管理规定》,自2026年7月1日起施行。",
        "policy_guidance",
        "announced",
    ),
    (
        "药品网络销售新规今起施行",
        "5月12日,《药品网络销售平台管理规定》今日起正式施行,处方药须先方后药。",
        "policy_guidance",
        "completed",
    ),
    (
        "叮当快药被罚50万元",
        "叮当快药因未审核处方销售处方药,被北京市市场监管局责令改正并罚款50万元。",
        "enforcement_penalty",
        "completed",
    ),
    (
        "市场监管部门约谈网络售药平台",
        "5月11日,市场监管总局就网售处方药问题集中约谈美团、京东健康等平台负责人。",
        "investigation",
        "completed",
    ),
    (
        "微医在滨海获互联网医院牌照",
        "5月11日,滨海市卫健委向微医颁发互联网医院牌照,这是当地发出的首张许可证。",
        "license_approval",
        "completed",
    ),
    (
        "Court rules for Ping An Good Doctor in trademark case",
        "A Shanghai court ruled on Monday that a clinic chain had infringed the trademark of Ping An Good Doctor "
        "and ordered it to pay damages.",
        "litigation_antitrust",
        "completed",
    ),
    (
        "京东健康裁撤两个部门",
        "京东健康5月11日宣布组织架构调整,两个事业部合并为新的医疗事业群,并裁员约一百人。",
        "organization",
        "announced",
    ),
]


@pytest.mark.parametrize(("title", "text", "label", "status"), EVENTS)
def test_plain_events(judge: Judge, title: str, text: str, label: str, status: str) -> None:
    judgement = read(judge, title, text)
    assert judgement.relevant
    assert (label, status) in told(judgement)


@pytest.mark.parametrize(("title", "text", "label", "status"), EVENTS)
def test_evidence_is_verbatim_and_in_its_place(judge: Judge, title: str, text: str, label: str, status: str) -> None:
    for event in read(judge, title, text).events:
        place = (title, text)[event.evidence.paragraph]
        assert place[event.evidence.start : event.evidence.end] == event.evidence.quote != ""
        assert 0 < event.confidence <= 1
        assert event.reasons


def test_a_completed_deal_does_not_retell_its_rumour_as_news(judge: Judge) -> None:
    judgement = read(
        judge,
        "蚂蚁集团完成收购好大夫在线",
        "5月11日,好大夫在线完成股东变更登记,蚂蚁旗下公司持股100%,成为唯一股东。",
        "去年8月,市场曾传出蚂蚁有意收购好大夫在线的消息,好大夫在线当时否认。",
        "好大夫在线创立于2006年。",
    )
    current_ones = {
        event for event in told(judgement) if event[0] == "mergers_acquisitions" and event[1] != "background"
    }
    assert current_ones == {("mergers_acquisitions", "completed")}


IRRELEVANT = [
    ("阿里巴巴季度收入增长", "阿里巴巴集团公布季度收入2000亿元,云业务收入同比增长20%。"),
    ("支付宝碰一下累计用户过亿", "支付宝宣布碰一下支付用户超过一亿,线下商户可领取红包补贴。"),
    ("螞蟻集團擬申請穩定幣牌照", "螞蟻集團計劃在香港申請穩定幣牌照,拓展跨境支付業務。"),
    ("南微医学发布年报", "南微医学2025年营业收入28亿元,同比增长9%。"),
    ("平安银行净利润增长", "平安银行公布一季度净利润140亿元,同比增长2%。"),
    ("第一百二十章 约谈", "他攥着那盒假药,想起监管局的人昨夜约谈时说过的话,窗外下起了雨。"),
    (
        "Beijing summons delivery platforms over price war",
        "Regulators summoned food delivery platforms over subsidies.",
    ),
    ("蚂蚁如何搬家", "雨季来临,林中的蚂蚁群会把蚁巢搬到高处。"),
    ("一口腔诊所使用过期器械被罚", "老城区一家口腔诊所使用过期一次性器械,被卫生监督所罚款8000元。"),
    ("", ""),
]


@pytest.mark.parametrize(("title", "text"), IRRELEVANT)
def test_near_misses_are_irrelevant(judge: Judge, title: str, text: str) -> None:
    judgement = read(judge, title, text)
    assert not judgement.relevant
    assert judgement.events == ()


NOT_NEWS = [
    (
        "从药监码到互联网医院:一个行业的二十年",
        "2016年2月,国家药监局暂停了由阿里健康运营的药品电子监管网。",
        "2018年4月,国务院办公厅曾印发促进互联网医疗健康发展的意见。",
        "2019年,京东健康宣布独立运营。",
    ),
    ("互联网医院怎么申请牌照?流程攻略", "申请互联网医院牌照需要准备材料,验收合格后发放许可证,违规最高可处三万元罚款。"),
    ("尚无一家平台获批网售处方药试点", "截至目前,没有一家互联网医院平台获得这一试点的许可证,京东健康也未获批。"),
]


@pytest.mark.parametrize("texts", NOT_NEWS)
def test_history_howto_and_negation_alert_nobody(judge: Judge, texts: tuple[str, ...]) -> None:
    assert not current(read(judge, texts[0], *texts[1:])) & {"license_approval", "enforcement_penalty", "organization"}


def test_a_merchant_s_fine_is_not_the_platform_s(judge: Judge) -> None:
    judgement = read(
        judge,
        "网上药店违规销售处方药被罚2万元",
        "江州市市场监管局5月11日通报,康福大药房通过网络平台销售处方药时未审核处方,被罚款2万元。",
    )
    assert "enforcement_penalty" in current(judgement)
    assert "jd_health" not in {entity.entity for entity in judgement.entities}


def test_any_company_reports_events_of_firms_nobody_watches(judge: Judge) -> None:
    title, text = "", "5月11日,宏达机械公告,以3亿元收购远航轴承51%股权。"
    assert read(judge, title, text).events == ()
    judgement = read(judge, title, text, any_company=True)
    assert "mergers_acquisitions" in current(judgement) | {event.label for event in judgement.events}
    assert {entity.entity for entity in judgement.entities} == {"other"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00\x01\u202e",
        "<p>阿里健康</p><script>",
        "а" * 5000,
        "好" * 200_000,
        "..." * 1000,
        "阿里健康\u200b" * 50,
        "1" * 100_000,
    ],
)
def test_bad_input_has_an_answer(judge: Judge, text: str) -> None:
    judgement = read(judge, text[:100], text)
    assert isinstance(judgement.relevant, bool)


def test_the_same_article_gives_the_same_judgement(judge: Judge) -> None:
    title, text, *_ = EVENTS[0]
    assert read(judge, title, text) == read(judge, title, text)


def test_it_names_what_judged(judge: Judge) -> None:
    assert judge.name.startswith("rules+logistic/")
