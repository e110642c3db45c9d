"""Which question of a strategy reader a sentence answers."""

import re
from collections.abc import Mapping

from services.portal.domain.brief import Group
from shared.messages.classified import PointGroup

GROUPS: tuple[Group, ...] = (
    "model", "results", "capital", "partners", "products", "payment", "strategy", "people", "rules", "compliance",
    "other",
)  # fmt: skip
OF_LABEL: Mapping[str, Group] = {
    "mergers_acquisitions": "capital", "investment_financing": "capital", "partnership": "partners",
    "product_launch": "products", "market_expansion": "strategy", "organization": "strategy",
    "strategy_shift": "strategy", "leadership": "people", "financial_results": "results",
    "policy_guidance": "rules", "license_approval": "rules", "reimbursement": "payment",
    **dict.fromkeys(("enforcement_penalty", "investigation", "product_safety", "data_privacy",
                     "litigation_antitrust"), "compliance"),
}  # fmt: skip
_OF_POINTS: Mapping[PointGroup, Group] = {
    "deal": "capital", "move": "products", "money": "results", "rule": "rules", "penalty": "compliance",
    "people": "people", "background": "other",
}  # fmt: skip
_CUES: tuple[tuple[Group, re.Pattern[str]], ...] = (
    ("compliance", re.compile(
        r"罚款|没收(?!钱)|行政处罚|立案|违法|违规|起诉|判决|合规|追溯|虚假宣传|整改|泄露|投诉|召回|下架"
        r"|\b(?:fined|penalt\w+|violat\w+|lawsuits?|sued|courts?|recall\w*|breach\w*|complian\w+|antitrust|probe)\b")),
    ("model", re.compile(
        r"商业模式|盈利模式|变现|收入来源|收入结构|佣金|抽成|自营业务|平台业务|b2c|b2b|o2o|会员(?:制|费|服务)|广告收入|毛利率|占(?:总)?收入|占比"
        r"|客单价|复购|获客|流量|\b(?:business model|moneti[sz]\w+|commissions|commission (?:fee|rate)s?"
        r"|gross margins?|take rate|subscriptions?"
        r"|advertising revenue|accounts? for|revenue mix|self-operated)\b")),
    ("results", re.compile(
        r"营收|净利|净亏|亏损|盈利|利润|同比|业绩|财报|年报|中报|活跃用户|日均|gmv|\b(?:revenue|profit|loss|earnings|results"
        r"|year[- ]on[- ]year|year-over-year|active users|net income|margin)\b")),
    ("people", re.compile(
        r"任命|辞任|辞职|卸任|出任|接任|离任|换帅"
        r"|\b(?:appoint(?:s|ed|ment)?|resign\w*|step(?:s|ped)? down|succeed(?:s|ed))\b")),
    ("strategy", re.compile(
        r"战略(?!合作|投资)|裁员|拆分|布局|转型|拓展|扩张|重组|架构|事业部"
        r"|\b(?:strateg\w+|expan\w+|reorgani[sz]\w+|restructur\w+|layoffs?|spin[- ]?off)\b")),
    ("payment", re.compile(
        r"医保|商保|商业保险|健康险|保险|惠民保|报销|支付标准"
        r"|\b(?:insur\w+|reimburse\w+|medical insurance|premiums?)\b")),
    ("capital", re.compile(
        r"收购|入股|并购|增持|减持|持股|股权|股东|融资|领投|估值|上市|招股|配售|回购"
        r"|\b(?:acqui\w+|stakes?|fund(?:ing|raising)|valuation|ipo"
        r"|listing|prospectus|placing|buyback|merger|shareholders?|ownership)\b")),
    ("partners", re.compile(
        r"合作|签署|签约|携手|联合|\b(?:partner\w*|cooperat\w+|collaborat\w+|agreement|teams? up)\b")),
    ("rules", re.compile(
        r"办法|条例|规定|征求意见|施行|监管|许可|牌照"
        r"|\b(?:regulat\w+|measures|rules?|guidelines?|draft|licen[cs]\w+|approv\w+)\b")),
    ("products", re.compile(
        r"上线|推出|发布|新功能|功能|服务|产品|模型|智能体|app|\b(?:launch\w*|unveil\w*|releas\w+|features?|services?|products?"
        r"|roll(?:s|ed) out|models?|assistant)\b")),
)  # fmt: skip
"""Words of normalised text; the first group whose words stand in the sentence has it."""


def group_of(normal: str, label: str | None, points: PointGroup | None) -> Group:
    """The group: how a business earns its money goes before all, then what the event is, then the words."""
    if _model(normal):
        return "model"
    if label is not None and label in OF_LABEL:
        return OF_LABEL[label]
    by_words = next((group for group, cues in _CUES if cues.search(normal)), None)
    return by_words or (_OF_POINTS[points] if points else "other")


def _model(normal: str) -> bool:
    return _CUES[1][1].search(normal) is not None and not _CUES[0][1].search(normal)


def telling(normal: str) -> bool:
    """Whether a sentence answers any of the questions."""
    return any(cues.search(normal) for _, cues in _CUES)
