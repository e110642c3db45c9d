"""Figures and days of an event in words of both languages.

A figure is called by the word that stands beside it in its own evidence (a fine, goods, revenue, a stake); where that
says nothing that we know, it is an amount or a share and no more.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from services.classifier.domain.line_words import Words
from services.classifier.domain.numbers import plain
from shared.messages.classified import Fact
from shared.watch.fold import fold

_CURRENCIES: Mapping[str, str] = {
    "CNY": "元",
    "HKD": "港元",
    "USD": "美元",
    "EUR": "欧元",
    "GBP": "英镑",
    "JPY": "日元",
    "TWD": "新台币",
    "SGD": "新加坡元",
    "AUD": "澳元",
}
_SCALES_ZH = ((Decimal(100_000_000), "亿"), (Decimal(10_000), "万"))
_SCALES_EN = ((Decimal(1_000_000_000), " billion"), (Decimal(1_000_000), " million"))
_DECIMALS = 4
"""Places up to which a value is scaled: 2.0123亿; what needs more is written out, so that nothing is rounded."""
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

Called = Sequence[tuple[re.Pattern[str], Words]]
_AMOUNTS: Called = (
    (re.compile(r"罚没"), ("罚没", "fines and confiscation of ")),
    (re.compile(r"没收|confiscat|forfeit"), ("没收", "confiscation of ")),
    (re.compile(r"罚|\bfine|penalt"), ("罚款", "fine of ")),
    (re.compile(r"货值|案值|worth"), ("货值", "goods worth ")),
    (re.compile(r"涉案|案金额|involving"), ("涉案金额", "amount involved: ")),
    (re.compile(r"索赔|claim"), ("索赔", "claim of ")),
    (re.compile(r"赔偿|判赔|退一赔|退赔|damages|compensat"), ("赔偿", "damages of ")),
    (re.compile(r"亏损|\bloss"), ("亏损", "loss of ")),
    (re.compile(r"毛利|gross profit"), ("毛利", "gross profit of ")),
    (re.compile(r"净利|溢利|盈利|利润|profit|earnings"), ("利润", "profit of ")),
    (re.compile(r"收入|营收|营业额|revenue|turnover|\bsales"), ("收入", "revenue of ")),
    (re.compile(r"股息|派息|分红|dividend"), ("分红", "dividend of ")),
)
"""Read from the top; the more telling word comes first."""
_MONEY_LABELS = frozenset(
    {"enforcement_penalty", "investigation", "product_safety", "data_privacy", "litigation_antitrust"}
    | {"financial_results", "policy_guidance"}
)
"""Labels whose amounts have names of their own; those of deals are amounts."""
_SHARES: Called = (
    (re.compile(r"折让|折价|discount"), ("折让", "discount of ")),
    (re.compile(r"溢价|premium"), ("溢价", "premium of ")),
    (
        re.compile(r"股权|股份|持股|权益|控股|股本|持有|stake|shares|equity|interest|sharehold|\bown"),
        ("股权", "stake of "),
    ),
    (re.compile(r"裁|staff|workforce|jobs|employees|headcount"), ("人员比例", "share of staff: ")),
    (re.compile(r"利润率|净利率|毛利率|margin"), ("利润率", "margin of ")),
    (re.compile(r"收窄|narrow"), ("收窄", "narrowed by ")),
    (re.compile(r"扩大|widen"), ("扩大", "widened by ")),
    (re.compile(r"下降|减少|降|跌|decreas|fell|\bdown\b|drop"), ("下降", "down ")),
    (re.compile(r"增长|上升|增[^值]|升|increas|grew|growth|rose|\bup\b|jump|climb"), ("增长", "up ")),
    (re.compile(r"报销|支付比例|reimburs|covered"), ("报销比例", "reimbursement of ")),
    (re.compile(r"自付|co-?pay"), ("自付比例", "own payment of ")),
)


def amount(fact: Fact, label: str) -> Words:
    """An amount of money with what it is: 罚款206万元, fine of CNY 2.06 million. Exact, never rounded."""
    value = Decimal(fact.value)
    zh = f"{_scaled(value, _SCALES_ZH)}{_CURRENCIES.get(fact.unit or '', '元')}"
    en = (
        f"{fact.unit} {_scaled(value, _SCALES_EN)}" if fact.unit else f"{_scaled(value, _SCALES_EN)} (currency unknown)"
    )
    called = _called(fact, _AMOUNTS, ("金额", "amount: ")) if label in _MONEY_LABELS else ("金额", "amount: ")
    return f"{called[0]}{zh}", f"{called[1]}{en}"


def percentage(fact: Fact) -> Words:
    """A percentage with what it is: 股权51%, stake of 51%; `pp` are percentage points."""
    called = _called(fact, _SHARES, ("比例", "share: "))
    if fact.unit == "pp":
        return f"{called[0]}{fact.value}个百分点", f"{called[1]}{fact.value} percentage points"
    return f"{called[0]}{fact.value}%", f"{called[1]}{fact.value}%"


def effect(fact: Fact) -> Words:
    """The date of effect: 自2026年1月1日起生效, effective 1 January 2026; of a registry's entry it says so."""
    day = date.fromisoformat(fact.value)
    zh, en = f"{day.year}年{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    if re.search(r"变更|regist|shareholder|ownership", fold(fact.evidence.quote)):
        return f"{zh}登记变更", f"registry change of {en}"
    return f"自{zh}起生效", f"effective {en}"


def document(fact: Fact) -> Words:
    """The number of a decision, rule or judgment, as it is written everywhere."""
    return f"文号{fact.value}", f"document {fact.value}"


def _called(fact: Fact, words: Called, otherwise: Words) -> Words:
    quote = fold(fact.evidence.quote)
    return next((called for pattern, called in words if pattern.search(quote)), otherwise)


def _scaled(value: Decimal, scales: Sequence[tuple[Decimal, str]]) -> str:
    for scale, word in scales:
        part = value / scale
        if part >= 1 and part == round(part, _DECIMALS):
            return f"{plain(part)}{word}"
    whole = value.to_integral_value()
    return f"{whole:,}" if whole == value else plain(value)
