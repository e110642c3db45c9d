"""What the portal calls things, in Chinese and in English."""

from collections.abc import Mapping
from string import Formatter
from typing import Any, Literal

Speech = Literal["zh", "en"]
"""Language of the interface."""
Words = tuple[str, str]
"""Chinese, English."""

LABELS: Mapping[str, Words] = {
    "mergers_acquisitions": ("并购", "Merger or acquisition"),
    "investment_financing": ("投融资", "Investment or financing"),
    "partnership": ("合作", "Partnership"),
    "product_launch": ("产品发布", "Product launch"),
    "market_expansion": ("市场拓展", "Market expansion"),
    "organization": ("组织调整", "Reorganisation"),
    "leadership": ("人事变动", "Change of leadership"),
    "strategy_shift": ("战略转向", "Change of strategy"),
    "financial_results": ("业绩", "Results"),
    "policy_guidance": ("政策法规", "Rule or policy"),
    "enforcement_penalty": ("处罚", "Penalty"),
    "investigation": ("调查", "Investigation"),
    "license_approval": ("许可审批", "Licence or approval"),
    "reimbursement": ("医保支付", "Medical-insurance payment"),
    "product_safety": ("产品安全", "Product safety"),
    "data_privacy": ("数据与隐私", "Data and privacy"),
    "litigation_antitrust": ("诉讼与反垄断", "Litigation or antitrust"),
}
STATUSES: Mapping[str, Words] = {
    "announced": ("已宣布", "Announced"),
    "completed": ("已完成或生效", "Completed or in force"),
    "planned": ("计划或草案", "Planned or in draft"),
    "rumoured": ("传闻", "Rumoured"),
    "denied": ("已否认", "Denied"),
    "background": ("背景", "Background"),
}
KINDS: Mapping[str, Words] = {
    "news": ("新闻", "News"),
    "analysis": ("分析", "Analysis"),
    "filing": ("公告", "Filing"),
    "policy": ("政策文件", "Policy"),
    "press_release": ("新闻稿", "Press release"),
    "market_note": ("行情", "Market note"),
    "unread": ("尚未识别", "Not classified yet"),
}
GROUPS: Mapping[str, Words] = {
    "deal": ("交易与合作", "Deal"),
    "move": ("动作", "Move"),
    "money": ("资金", "Money"),
    "rule": ("规则", "Rule"),
    "penalty": ("监管与案件", "Penalty or case"),
    "people": ("人物", "People"),
    "background": ("背景", "Background"),
}
LANGUAGES: Mapping[str, Words] = {
    "zh-Hans": ("简体中文", "Simplified Chinese"),
    "zh-Hant": ("繁体中文", "Traditional Chinese"),
    "en": ("英文", "English"),
    "other": ("其他语言", "Another language"),
}
FACTS: Mapping[str, Words] = {
    "amount": ("金额", "Amount"),
    "percentage": ("比例", "Share"),
    "counterparty": ("对方", "Counterparty"),
    "regulator": ("监管机构", "Authority"),
    "document_number": ("文号", "Document number"),
    "effective_date": ("生效日期", "Date of effect"),
}
FIELDS: Mapping[str, Words] = {
    "entity": ("公司与机构", "Company or authority"),
    "label": ("事件", "Event"),
    "status": ("状态", "Status"),
    "source": ("媒体", "Outlet"),
    "kind": ("文体", "Kind"),
    "language": ("语言", "Language"),
}
STATIONS: Mapping[str, Words] = {
    "published": ("发布", "Published"),
    "first_seen": ("首次发现", "First seen"),
    "fetched": ("抓取", "Fetched"),
    "sent": ("送出", "Sent on"),
    "classified": ("识别", "Classified"),
    "decided": ("判定", "Decided"),
    "told": ("送达", "Told"),
    "not_told": ("未送达", "Not told"),
}
VALUES: Mapping[str, Mapping[str, Words]] = {
    "label": LABELS,
    "status": STATUSES,
    "kind": KINDS,
    "language": LANGUAGES,
}
"""The names of a facet's values; those of entities come from the watchlist, outlets are named as they are."""


def said(words: Words, speech: Speech) -> str:
    """The words of that language."""
    return words[0] if speech == "zh" else words[1]


class _Filling(Formatter):
    """Fills in; `{count:report|reports}` is the first for 1, in letters or digits, and the second for all others."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """As Formatter's."""
        one, bar, many = format_spec.partition("|")
        return (one if str(value) == "1" else many) if bar else str(super().format_field(value, format_spec))


_FILLING = _Filling()


def filled(words: Words, speech: Speech, /, **values: object) -> str:
    """The words of that language with the values in their places."""
    text = said(words, speech)
    return _FILLING.format(text, **values) if "|" in text else text.format(**values)


def called(names: Mapping[str, Words], value: str, speech: Speech) -> str:
    """What the value is called; one that has no name, as it stands."""
    return said(names.get(value, (value, value)), speech)
