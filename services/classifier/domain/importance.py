"""How much an event matters, 1 to 5, with the parts that made it.

| level | means |
|---|---|
| 5 | who owns, controls or leads a watched company, or whether it may do its main business |
| 4 | a main business line or the whole field is changed |
| 3 | worth knowing this week |
| 2 | worth a line in the digest |
| 1 | kept and searchable: background, irrelevant documents, market notes |

Each label has rows; the first row whose conditions hold gives the level. A rumour or a denial counts one less than the
event would; a company of the first circle counts one more where it acts; never above 5, never under 1.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from shared.messages.classified import EventFound, Fact, Kind

Circle = Literal["first", "peer", "regulator"]

CIRCLES: Mapping[str, Circle] = {
    **dict.fromkeys(("alibaba_health", "alipay_health", "ant_group", "haodf"), "first"),
    **dict.fromkeys(("jd_health", "ping_an_good_doctor", "meituan_health", "dingdang", "wedoctor"), "peer"),
    **dict.fromkeys(
        ("regulator_nmpa", "regulator_nhsa", "regulator_nhc", "regulator_samr", "regulator_cac"), "regulator"
    ),
}
"""The circle of each entity where the watchlist gives none; Haodf belongs to Ant Group's health business."""

LARGE_FINE = Decimal(1_000_000)
"""A fine above a million yuan changes a main business line (level 4)."""
LARGE_DEAL = Decimal(500_000_000)
"""A purchase or round from half a milliard of any of the usual currencies is a large one for this field."""


@dataclass(frozen=True)
class Row:
    """A level and what must hold for it; a condition that is not given holds always."""

    level: int
    name: str
    who: frozenset[str] = frozenset()
    """One of the entities stands in one of these circles (`other`: in none)."""
    says: re.Pattern[str] | None = None
    """The folded quote and title say so."""
    above: Decimal | None = None
    """An amount of the event is above it."""


@dataclass(frozen=True)
class Importance:
    """The level and why."""

    level: int
    parts: tuple[str, ...]


WATCHED = frozenset({"first", "peer"})
FIRST = frozenset({"first"})
NATIONAL = frozenset({"regulator"})

_CONTROL = re.compile(
    r"控股权|控制权|控股股东|实际控制人|实控人|私有化|全资收购|(?:[5-9]\d|100)(?:\.\d+)?\s?%|全部股权|唯一股东"
    r"|controlling stake|control of|privati[sz]|take private|majority stake|wholly[- ]owned"
)
_CHIEF = re.compile(
    r"首席执行官|\bceo\b|行政总裁|总裁|董事长|董事会主席|主席|掌舵|换帅|法定代表人|chief executive"
    r"|chair(?:man|woman|person)?\b"
)
_DEPUTY = re.compile(r"副总裁|副董事长|副主席|vice[- ](?:president|chair)")
_LICENCE_LOST = re.compile(
    r"吊销|撤销|注销|收回|不予(?:批准|许可|注册)|暂停|叫停|驳回|revok|withdr[ae]w|refus|reject|suspend"
)
_BAN = re.compile(
    r"(?:禁止|不得|严禁|停止|叫停).{0,24}(?:网络销售|网上销售|线上销售|网售|销售)|禁止清单|\bban(?:s|ned|ning)?\b"
)
_RULE = re.compile(
    r"办法|条例|细则|规定|规范|法(?:律|案|修订)|意见|通知|制度|标准|目录|清单|方案|征求意见|草案|measures"
    r"|regulations?|rules?\b|draft|provisions|guidelines?|opinions?|law\b|notice|standard"
)
_PROVINCE = re.compile(
    r"[\u4e00-\u9fff]{2,3}省|自治区|北京|上海|天津|重庆|浙江|广东|江苏|山东|四川|湖北|湖南|河南|河北|福建|安徽"
    r"|江西|辽宁|吉林|黑龙江|陕西|山西|甘肃|青海|贵州|云南|海南|广西|内蒙古|宁夏|新疆|西藏|province|provincial"
    r"|beijing|shanghai|tianjin|chongqing|zhejiang|guangdong"
)
_NATION_WIDE = re.compile(r"全国|nationwide|nation-wide|across (?:china|the country)")
_WARNING = re.compile(r"盈利预警|盈警|预亏|预减|预期.{0,8}亏损|profit warning|expects? a (?:net )?loss|warn")
_WEIGHT = re.compile(
    r"战略|全国|首(?:个|款|家|次)|独家|大模型|上亿|过亿|亿(?:元|用户)|strategic|first|nationwide|exclusive|billion"
    r"|model"
)

ROWS: Mapping[str, Sequence[Row]] = {
    "mergers_acquisitions": (
        Row(5, "control of a first-circle company", FIRST, _CONTROL),
        Row(4, "large deal", WATCHED, above=LARGE_DEAL),
        Row(4, "control changes hands", WATCHED, _CONTROL),
        Row(3, "deal of a watched company", WATCHED),
        Row(3, "large deal in the field", above=LARGE_DEAL),
        Row(2, "deal in the field"),
    ),
    "investment_financing": (
        Row(3, "large round", above=LARGE_DEAL),
        Row(3, "money of a watched company", WATCHED),
        Row(2, "round in the field"),
    ),
    "partnership": (Row(3, "partnership of weight", WATCHED, _WEIGHT), Row(2, "small partnership")),
    "product_launch": (Row(3, "launch of weight", WATCHED, _WEIGHT), Row(2, "routine launch")),
    "market_expansion": (Row(3, "expansion of weight", WATCHED, _WEIGHT), Row(2, "routine expansion")),
    "organization": (Row(3, "a watched company reorganises", WATCHED), Row(2, "reorganisation in the field")),
    "leadership": (
        Row(2, "deputy or officer", WATCHED, _DEPUTY),
        Row(4, "who leads a watched company", WATCHED, _CHIEF),
        Row(2, "officer changes"),
    ),
    "strategy_shift": (Row(3, "a watched company changes its way", WATCHED), Row(2, "an exit in the field")),
    "financial_results": (
        Row(4, "profit warning", WATCHED, _WARNING),
        Row(3, "results of a watched company", WATCHED),
        Row(2, "results in the field"),
    ),
    "policy_guidance": (
        Row(5, "a class of sale is banned", NATIONAL, _BAN),
        Row(4, "national rule or its draft", NATIONAL, _RULE),
        Row(3, "national campaign or notice", NATIONAL),
        Row(3, "provincial rule", says=_PROVINCE),
        Row(2, "local notice"),
    ),
    "enforcement_penalty": (
        Row(4, "fine above a million", above=LARGE_FINE),
        Row(3, "names a watched company", WATCHED),
        Row(3, "national cases", NATIONAL),
        Row(2, "merchant or local case"),
    ),
    "investigation": (
        Row(3, "names a watched company", WATCHED),
        Row(3, "national probe", NATIONAL),
        Row(2, "local probe"),
    ),
    "license_approval": (
        Row(3, "licence of a watched company", WATCHED),
        Row(3, "national approval", NATIONAL),
        Row(2, "local licence"),
    ),
    "reimbursement": (
        Row(4, "insurance pays nation-wide", NATIONAL | WATCHED, _NATION_WIDE),
        Row(4, "national rule of payment", NATIONAL, _RULE),
        Row(3, "national insurer or watched company", NATIONAL | WATCHED),
        Row(3, "provincial insurance", says=_PROVINCE),
        Row(2, "city insurance"),
    ),
    "product_safety": (
        Row(3, "names a watched company", WATCHED),
        Row(3, "national alert", NATIONAL),
        Row(2, "local case"),
    ),
    "data_privacy": (
        Row(3, "names a watched company", WATCHED),
        Row(3, "national check", NATIONAL),
        Row(2, "local case"),
    ),
    "litigation_antitrust": (
        Row(3, "names a watched company", WATCHED),
        Row(3, "national authority", NATIONAL),
        Row(2, "case in the field"),
    ),
}

_NATIONAL_CASE = frozenset({"investigation", "license_approval"})
"""With a national regulator against a watched company these decide whether it may do its main business: level 5."""
_ACTED_UPON = frozenset(
    {"enforcement_penalty", "investigation", "product_safety", "data_privacy", "litigation_antitrust"}
)
"""In these the company named does not act, it is acted upon."""


def weigh(event: EventFound, folded_title: str, folded_quote: str, circles: Mapping[str, Circle]) -> Importance:
    """The level of one event; `circles` says which entity stands in which circle."""
    if event.status == "background":
        return Importance(1, ("background",))
    standing = _standing(event, circles)
    row = _national_case(event, standing, folded_quote) or _row(event, standing, f"{folded_title}\n{folded_quote}")
    level, parts = row.level, [f"{row.name}: {row.level}"]
    if event.status in ("rumoured", "denied"):
        level, parts = level - 1, [*parts, f"{event.status}: -1"]
    if "first" in standing and event.label not in _ACTED_UPON:
        level, parts = level + 1, [*parts, "first circle acts: +1"]
    return Importance(max(1, min(5, level)), tuple(parts))


def of_document(relevant: bool, kind: Kind, weights: Sequence[Importance]) -> int:
    """A document counts as its weightiest event; 1 where it is irrelevant, a market note or tells no event."""
    if not relevant or kind == "market_note":
        return 1
    return max((weight.level for weight in weights), default=1)


def _standing(event: EventFound, circles: Mapping[str, Circle]) -> set[str]:
    """The circles of those in the event; a national authority counts too where it alone is named beside the quote."""
    standing = {str(circles.get(entity, "other")) for entity in event.entities} or {"other"}
    authorities = [circles.get(fact.value, "other") for fact in event.facts if fact.kind == "regulator"]
    if authorities and all(circle == "regulator" for circle in authorities):
        standing.add("regulator")
    return standing


def _national_case(event: EventFound, standing: set[str], quote: str) -> Row | None:
    if event.label not in _NATIONAL_CASE or not standing & WATCHED or "regulator" not in standing:
        return None
    if event.label == "license_approval" and not _LICENCE_LOST.search(quote):
        return None
    return Row(5, "a national regulator decides on a watched company")


def _row(event: EventFound, standing: set[str], said: str) -> Row:
    for row in ROWS.get(event.label, ()):
        if row.who and not row.who & standing:
            continue
        if row.says is not None and not row.says.search(said):
            continue
        if row.above is not None and not _exceeds(event.facts, row.above):
            continue
        return row
    return Row(2, "no row")


def _exceeds(facts: Sequence[Fact], limit: Decimal) -> bool:
    return any(fact.kind == "amount" and Decimal(fact.value) > limit for fact in facts)
