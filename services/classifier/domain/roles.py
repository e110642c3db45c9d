"""Which words give a number its role, by label of the event: data for facts.py.

A figure without such a word beside it belongs to something else (a price, a market's size, last year) and is no fact of
the event. Patterns are written for folded text.
"""

import re
from collections.abc import Mapping

_PRICE = r"收购|购买|购入|买下|出售|转让|受让|作价|代价|对价|总价|要约|交易(?:金额|价格|总额|对价)"
_PRICE_EN = r"acqui|\bbuy|bought|purchas|\bsell|\bsold|consideration|takeover|deal|stake"
_MONEY = (
    r"融资|募资|集资|筹资|筹集|募集|投资|注资|认购|配售|配股|增资|领投|跟投|发行|回购|购回|减持|套现|招股"
    r"|入账|进账|到账|募"
)
_MONEY_EN = (
    r"rais|fund|invest|\bround|offering|plac(?:ing|ement)|stake|float|buy-?back|repurchas|inject|proceeds|secur|\bipo\b"
)
_RESULT = r"收入|营收|营业额|净利|利润|亏损|溢利|盈利|毛利|净额"
_RESULT_EN = r"revenue|profit|loss|sales|earnings|turnover"
_FINE = r"罚款|罚没|罚金|没收|处罚|罚单|被罚|罚|退赔"
_FINE_EN = r"\bfine|penalt|confiscat|forfeit"
_CLAIM = r"赔偿|判赔|索赔|诉讼|标的|冻结|追缴|退一赔|惩罚性"
_CLAIM_EN = r"damages|compensat|claim|frozen|froze|award|pay"
_WORTH = r"涉案|货值|案值|案金额|总值|市值约|违法所得"
_WORTH_EN = r"worth|involving|proceeds"


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words))


AMOUNT_ROLES: Mapping[str, re.Pattern[str]] = {
    "mergers_acquisitions": _any(_PRICE, _PRICE_EN),
    "investment_financing": _any(_MONEY, _PRICE, _MONEY_EN, _PRICE_EN),
    "partnership": _any(r"合作|订单|协议|合同|出资|补贴|采购", r"contract|order|agreement|invest|worth"),
    "market_expansion": _any(r"投资|投入|出资|补贴|砸", r"invest|spend|subsid"),
    "strategy_shift": _any(r"投资|投入|补贴|砸|计提", r"invest|spend|writ"),
    "organization": _any(r"补偿|计提|亏损", r"severance|charge|cost"),
    "product_launch": _any(r"补贴|投入|研发|奖励", r"subsid|invest"),
    "financial_results": _any(_RESULT, r"股息|派息|分红", _RESULT_EN, r"dividend"),
    "enforcement_penalty": _any(_FINE, _FINE_EN),
    "investigation": _any(_WORTH, _WORTH_EN),
    "product_safety": _any(_FINE, _WORTH, _CLAIM, _FINE_EN, _WORTH_EN),
    "data_privacy": _any(_FINE, _FINE_EN),
    "litigation_antitrust": _any(_FINE, _CLAIM, _WORTH, _FINE_EN, _CLAIM_EN),
    "reimbursement": _any(r"报销|支付|限额|额度|起付|封顶|标准", r"reimburs|cap|ceiling|limit"),
    "policy_guidance": _any(r"罚款|处以|补助|奖励", r"\bfine|penalt|reward"),
}

OTHER_FIGURES = _any(
    r"估值|市值|股价|招股价|发行价|作价每|每股|每手|入场费|目标价|单价|保证金",
    r"valu|market cap|apiece|per share|a share|\beach\b|price target",
)
"""Words of figures that describe and do not happen: worth, share prices. A number nearest to one is no amount."""

_STAKE = r"股权|股份|持股|权益|控股|股本|持有"
_STAKE_EN = r"stake|shares|equity|interest|sharehold|\bown"
_GROWTH = r"同比|按年|年增|环比|增长|下降|减少|上升|收窄|扩大|增[^值]|[升降跌]"
_GROWTH_EN = r"year[- ]on[- ]year|increas|decreas|growth|grew|rose|fell|\bup\b|\bdown\b|jump|drop|narrow|widen|\bclimb"

PERCENTAGE_ROLES: Mapping[str, re.Pattern[str]] = {
    "mergers_acquisitions": _any(_STAKE, _STAKE_EN),
    "investment_financing": _any(_STAKE, r"折让|折价|溢价", _STAKE_EN, r"discount|premium"),
    "partnership": _any(_STAKE, _STAKE_EN),
    "organization": _any(r"裁员|裁减|裁撤|裁|员工|人手|人员|岗位", r"staff|workforce|jobs|employees|headcount"),
    "financial_results": _any(_GROWTH, r"利润率|净利率|毛利率", _GROWTH_EN, r"margin"),
    "reimbursement": _any(r"报销|支付比例|自付|比例", r"reimburs|co-?pay|covered"),
    "litigation_antitrust": _any(r"销售额|份额", r"sales|market share"),
    "enforcement_penalty": _any(r"销售额|年度销售", r"sales"),
}

MOST: Mapping[str, int] = {"financial_results": 3}
"""Figures of one kind an event carries; two where nothing is said here. The nearest to the quote come first."""
