"""What readers read: events, statuses and new facts in the words of the document's language."""

from collections.abc import Mapping

from services.alerter.domain.agreement import Agreement
from services.alerter.domain.news import NewFact
from shared.language import Names, in_language, named
from shared.messages.classified import PointGroup
from shared.messages.common import Language

__all__ = ["Names", "agreement_words", "group_words", "happened", "in_language", "label_words", "named",
           "new_fact_words", "status_words"]  # fmt: skip
_LABELS: Mapping[str, tuple[str, str]] = {
    "mergers_acquisitions": ("并购", "merger or acquisition"),
    "investment_financing": ("投融资", "investment or financing"),
    "partnership": ("合作", "partnership"),
    "product_launch": ("产品发布", "product launch"),
    "market_expansion": ("市场拓展", "market expansion"),
    "organization": ("组织调整", "reorganisation"),
    "leadership": ("人事变动", "change of leadership"),
    "strategy_shift": ("战略转向", "change of strategy"),
    "financial_results": ("业绩", "results"),
    "policy_guidance": ("政策法规", "rule or policy"),
    "enforcement_penalty": ("处罚", "penalty"),
    "investigation": ("调查", "investigation"),
    "license_approval": ("许可审批", "licence or approval"),
    "reimbursement": ("医保支付", "medical-insurance payment"),
    "product_safety": ("产品安全", "product safety"),
    "data_privacy": ("数据与隐私", "data and privacy"),
    "litigation_antitrust": ("诉讼与反垄断", "litigation or antitrust"),
}
_STATUSES: Mapping[str, tuple[str, str]] = {
    "announced": ("已宣布", "announced"),
    "completed": ("已完成或生效", "completed or in force"),
    "planned": ("计划或草案", "planned or in draft"),
    "rumoured": ("传闻", "rumoured"),
    "denied": ("已否认", "denied"),
    "background": ("背景", "background"),
}
_KINDS: Mapping[str, tuple[str, str]] = {
    "status": ("进展", "status"),
    "label": ("新事件", "new event"),
    "amount": ("金额", "amount"),
    "counterparty": ("对方", "counterparty"),
    "regulator": ("监管机构", "authority"),
    "effective_date": ("生效日期", "date of effect"),
    "correction": ("更正", "correction"),
}
_GROUPS: Mapping[PointGroup, tuple[str, str]] = {
    "deal": ("交易与合作", "Deal"),
    "move": ("动作", "Move"),
    "money": ("资金", "Money"),
    "rule": ("规则", "Rule"),
    "penalty": ("监管与案件", "Penalty or case"),
    "people": ("人物", "People"),
    "background": ("背景", "Background"),
}
_NOBODY = ("相关方", "a party concerned")


def label_words(label: str, language: Language) -> str:
    """What the label is called; an unknown one as it stands."""
    return in_language(_LABELS.get(label, (label, label)), language)


def status_words(status: str, language: Language) -> str:
    """What the status is called."""
    return in_language(_STATUSES.get(status, (status, status)), language)


def group_words(group: PointGroup, language: Language) -> str:
    """What a group of key points is called."""
    return in_language(_GROUPS[group], language)


def happened(entities: tuple[str, ...], label: str, status: str, names: Names, language: Language) -> str:
    """One line: who, what, how sure."""
    zh = language.startswith("zh")
    who = ("、" if zh else ", ").join(named(entities, names, language)) or in_language(_NOBODY, language)
    colon, gap = ("：", " · ") if zh else (": ", " · ")
    return f"{who}{colon}{label_words(label, language)}{gap}{status_words(status, language)}"


def agreement_words(agreement: Agreement, language: Language) -> str:
    """How many independent outlets tell it, and the best source's letter: "2 independent outlets, best source A"."""
    unjudged = agreement.best == "F"
    zh = f"{agreement.best} 级{'（未评定）' if unjudged else ''}"
    en = f"{agreement.best}{' (not judged)' if unjudged else ''}"
    if agreement.outlets == 1:
        return in_language((f"1 家信源，可靠性 {zh}", f"1 outlet, source {en}"), language)
    many = agreement.outlets
    return in_language(
        (f"{many} 家独立信源，最高可靠性 {zh}", f"{many} independent outlets, best source {en}"), language
    )


def new_fact_words(fact: NewFact, language: Language) -> str:
    """One line: which new fact, and what was known before."""
    zh = language.startswith("zh")
    colon = "：" if zh else ": "

    def side(value: str) -> str:
        return status_words(value, language) if value in _STATUSES else value

    change = f"{side(fact.before)} → {side(fact.after)}" if fact.before else side(fact.after)
    kind = in_language(_KINDS[fact.kind], language)
    return f"{label_words(fact.label, language)}{' · '}{kind}{colon}{change}"
