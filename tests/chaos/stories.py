"""Made-up stories whose end is known beforehand: each firm meets each kind of event once, so that none joins another.

The table of what a run is to come to: which page is told, which repeats another, which is nobody's business.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from shared.messages.classified import Status
from shared.watch.taxonomy import LABELS

FIRMS = ("阿里健康", "京东健康", "平安好医生", "叮当健康", "微医", "智云健康", "好大夫在线")
PLACES = ("杭州", "成都", "西安", "青岛", "广州", "苏州", "武汉", "厦门", "昆明", "沈阳", "南宁")
PARTNERS = ("晨星", "海桥", "白塔", "云杉", "松原", "锦河", "天澜", "石榴", "远帆", "竹溪", "北岭", "青禾", "赤霞")
PATTERNS: Sequence[tuple[str, Status, str, str]] = (
    ("enforcement_penalty", "completed", "{firm}因违法发布药品广告被{place}市监局罚款{sum}万元",
     "{place}市场监督管理局公布的行政处罚决定书显示，{firm}因在网店页面发布未经审查的药品广告，被处以罚款{sum}万元。"),
    ("partnership", "announced", "{firm}与{partner}医院集团签署战略合作协议",
     "{firm}与{partner}医院集团签署战略合作协议，双方将在{place}共建{count}个互联网诊室，首期投入{sum}万元。"),
    ("mergers_acquisitions", "completed", "{firm}完成对{partner}医药的收购",
     "{firm}宣布完成对{partner}医药的全资收购，交易金额为{sum}万元。{partner}医药在{place}经营{count}家门店。"),
    ("product_launch", "announced", "{firm}发布{partner}问诊大模型",
     "{firm}在{place}正式发布{partner}问诊大模型产品，{count}个科室的医生今起可以使用，研发投入{sum}万元。"),
    ("investment_financing", "announced", "{firm}宣布完成{sum}万元融资，{partner}资本领投",
     "{firm}宣布完成新一轮融资，金额{sum}万元，由{partner}资本领投。资金将用于{place}的{count}个仓库。"),
    ("financial_results", "announced", "{firm}发布财报：收入{sum}万元",
     "{firm}发布年度业绩，报告期内收入{sum}万元，净利润同比增长{count}%。{place}业务贡献最大。"),
    ("license_approval", "completed", "{firm}获得{place}互联网医院牌照",
     "{place}卫生健康委员会向{firm}颁发互联网医院执业许可证，{firm}由此可以在当地接诊{count}个病种的复诊患者。"),
    ("product_safety", "announced", "{firm}召回{count}批次{partner}牌血糖仪",
     "{firm}公告，因读数偏差召回{count}批次{partner}牌血糖仪，共{sum}台，{place}的买家可以到门店退货。"),
)  # fmt: skip
"""Label and status of the event, title and first paragraph; the classifier's rules name each by themselves."""
APART = timedelta(hours=83)
"""Between two publications: reports of one kind are a month apart."""
REPRINT, IRRELEVANT, GONE = 9, 6, 11
"""Each so-many-th story is followed by a page that repeats it, by one about nobody watched, by one that answers 404."""

EVERYTHING = (
    ("everything", "slack:#everything"), ("everything", "email:everything@example.com"), ("everything", "console"),
)  # fmt: skip
RULES = (("rules", "slack:#rules"), ("rules", "email:rules@example.com"))
SUBSCRIPTIONS = """
subscriptions:
  - name: everything
    rhythm: {budget: 100000}
    channels: {slack: "#everything", email: [everything@example.com], console: true}
  - name: rules
    when: {families: [regulatory_event]}
    rhythm: {budget: 100000}
    channels: {slack: "#rules", email: [rules@example.com]}
"""
"""What EVERYTHING and RULES say as the alerter reads it; ample budgets, so that nothing is held."""
Kind = Literal["told", "duplicate", "irrelevant", "failed"]


@dataclass(frozen=True)
class Story:
    """One page and what it is to come to."""

    path: str
    title: str
    text: str
    published: datetime
    kind: Kind
    event: tuple[str, Status] | None = None
    """Label and status of what is told."""
    status: int = 200
    """Of the page's answer."""

    @property
    def alerts(self) -> tuple[tuple[str, str], ...]:
        """Subscription and channel of each message that is to arrive because of it."""
        if self.event is None:
            return ()
        ruled = LABELS[self.event[0]] == "regulatory_event"
        return (*EVERYTHING, *(RULES if ruled else ()))

    @property
    def html(self) -> bytes:
        """The page."""
        stamp = self.published.isoformat()
        return (
            f'<html lang="zh"><head><meta charset="utf-8"><title>{self.title}</title>'
            f'<meta property="article:published_time" content="{stamp}"></head>'
            f"<body><article><h1>{self.title}</h1>{self.text}</article></body></html>"
        ).encode()


def stories(newest: datetime) -> Iterator[Story]:
    """Page after page, the same in every run but for their dates: the last is published at `newest`."""
    count = len(FIRMS) * len(PATTERNS)
    for number in range(count):
        yield from _pages(number, newest - (count - 1 - number) * APART)


def _pages(number: int, published: datetime) -> Iterator[Story]:
    label, status, title, first = PATTERNS[number % len(PATTERNS)]
    words = {
        "firm": FIRMS[number % len(FIRMS)],
        "place": PLACES[(number * 5 + number // 8) % len(PLACES)],
        "partner": PARTNERS[(number * 3 + number // 9) % len(PARTNERS)],
        "sum": str(210 + number * 37),
        "count": str(3 + number),
    }
    text = _paragraphs(first.format(**words), number, words)
    told = Story(f"/a/{number}.html", title.format(**words), text, published, "told", (label, status))
    yield told
    if number % REPRINT == REPRINT - 1:
        yield Story(f"/r/{number}.html", told.title, told.text, published + timedelta(minutes=40), "duplicate")
    if number % IRRELEVANT == IRRELEVANT - 1:
        text = f"<p>{words['place']}今日多云，最高气温{number}度，{words['partner']}公园花期将持续{number + 2}天。</p>"
        yield Story(f"/w/{number}.html", f"{words['place']}天气{number}", text, published, "irrelevant")
    if number % GONE == GONE - 1:
        yield Story(f"/g/{number}.html", "gone", "", published, "failed", status=404)


THINGS = ("夜间送药", "慢病续方", "儿科问诊", "影像读片", "处方流转", "理赔直付", "疫苗预约", "眼科验光", "睡眠监测",
          "血压管家", "中药代煎", "口腔正畸", "体检改期", "护工上门", "术后随访", "孕期营养", "听力筛查")  # fmt: skip


def _paragraphs(first: str, number: int, words: dict[str, str]) -> str:
    """Its own things and figures beside the pattern's, so that two of one pattern are not alike."""
    one, two, three = (THINGS[(number * step + step) % len(THINGS)] for step in (1, 3, 7))
    rest = (
        f"{words['firm']}方面称，{one}业务不受影响，{two}的流程将在{number % 12 + 1}月调整，"
        f"{three}由{words['partner']}团队负责。",
        f"{words['place']}的{words['count']}家机构提供{one}，每月约{number * 311 + 70}人次；"
        f"{two}覆盖{number * 7 + 9}个街道。",
    )
    return "".join(f"<p>{paragraph}</p>" for paragraph in (first, *rest))
