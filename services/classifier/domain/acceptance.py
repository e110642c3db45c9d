"""What no weight should decide: a trigger that the sentence itself takes back.

`Not one licence has been granted` is no licence, and what a rule threatens with is no fine.
"""

import re

from services.classifier.domain.denial import denies
from services.classifier.domain.reading import Candidate, Reading
from services.classifier.domain.surroundings import RULE_DOCUMENT, clause_of, sentence_of
from shared.watch.sieve import Sieve

DOUBT = 0.3
"""What is left of the probability of a sentence that takes its trigger back: it would need twice the usual signs."""
_NEGATED = re.compile(
    r"(?:尚?未(?!来)|没有?(?:一[^。,]{0,10})?|尚无|并无|暂无|从未|不曾|无一[^。,]{0,10}"
    r"|无需|并非|不存在|未能|未被|未获)[^。,;]{0,4}$"
    r"|(?<![a-z])(?:not|never|no|without|nor|neither|none|yet to|fail(?:s|ed) to)(?: [a-z]+){0,3} ?$"
)
_NOTHING_OF = re.compile(
    r"没有一|无一|尚无(?:一|任何)|未有(?:一|任何)|均未"
    r"|(?<![a-z])(?:not (?:one|a single)|none of|no (?:firm|company|platform))"
)
_THREAT = re.compile(
    r"最高可|可处|可并处|将(?:被|面临|依法)|或将?面临|可能(?:面临|被)|情节严重|一经(?:发现|查实)|违者|逾期(?:不改|未改)"
    r"|(?<![a-z])(?:may be|could be|can be|face[sd]? (?:a )?(?:fine|penalt)|up to|liable to|risk)"
)
_WANTED = re.compile(
    r"须取得|需取得|应当取得|须先取得|无证|未取得|申请条件|申请流程|(?<![a-z])(?:must (?:obtain|hold)|need a)"
)
_STANDS = re.compile(r"被罚|罚款\d|处以|没收|已(?:被|对)|(?<![a-z])(?:was|were|has been) (?:fined|ordered)")
_HOW_TO = re.compile(
    r"攻略|教程|要(?:准备|注意|知道|带)(?:些|哪些)?什么|(?:怎么|如何|怎样)(?:申请|办理?|开通|使用|领取?|激活|绑定|报销|开|用)|开通方法|使用说明|申请(?:全)?流程|操作步骤|常见问题"
    r"|(?<![a-z])(?:how to|step[- ]by[- ]step|faq)(?![a-z])"
)
_PRODUCT = re.compile(r"应用|app|大模型|助手|智能体|小程序|(?<![a-z])(?:app|model|chatbot|assistant|tool)s?(?![a-z])")
_OFFER = re.compile(
    r"要约收购|全面要约|强制性?要约|私有化(?:要约|建议)"
    r"|(?<![a-z])(?:mandatory|general|tender|takeover|buyout)(?: [a-z]+)? offer|take[sn]? (?:it|the company) private"
)
_RENAMED = re.compile(
    r"更名|改名|改称|改稱|换了?(?:个|上)?(?:新)?名(?:字|称)?|(?:启用|換上|换上|改用)[^。,;]{0,6}(?:新名|品牌名)|品牌升级为"
    r"|(?<![a-z])(?:re(?:named|branded|names|brands)|(?:new|changed? its) (?:brand )?name)(?![a-z])"
)
_LAUNCHED = re.compile(
    r"上线|推出|发布|首发|上架|开放下载|内测|公测|(?<![a-z])(?:launch|roll|unveil|releas|debut)(?:s|es|ed|ing)?(?![a-z])"
)
_SIEVE = Sieve(
    _NEGATED, _NOTHING_OF, _THREAT, _STANDS, _WANTED, _HOW_TO, _PRODUCT, _OFFER, _RENAMED, _LAUNCHED, RULE_DOCUMENT
)
_SAY_NO = frozenset(("strategy_shift", "financial_results", "organization"))
"""Labels whose own triggers are made of a no (`不再自营`, `no longer`)."""


def doubts(reading: Reading, candidate: Candidate) -> tuple[str, ...]:
    """Why the sentence is no event although a trigger stands in it; empty where nothing speaks against it."""
    folded, span, label = reading.text.folded, candidate.span, candidate.label
    left, right = clause_of(sentence_of(reading, span), candidate.first.start)
    sifted = reading.sifted(_SIEVE)
    found: list[str] = []
    if label not in _SAY_NO and not denies(reading, candidate):
        hits = [hit for hit in candidate.hits if hit.tier == "strong"] or list(candidate.hits)
        starts = ((max(span.start, hit.start - 24), hit.start) for hit in hits)
        negated = all(sifted.may(_NEGATED, *at) and _NEGATED.search(folded[slice(*at)]) for at in starts)
        if negated or sifted.search(_NOTHING_OF, left, right):
            found.append("taken back by a no")
    threatened = label == "enforcement_penalty" and sifted.search(_THREAT, left, right)
    if threatened and not sifted.search(_STANDS, span.start, span.end):
        found.append("only threatened")
    if label == "license_approval" and sifted.search(_WANTED, left, right):
        found.append("only required")
    offered = label == "investment_financing" and sifted.search(_OFFER, span.start, span.end)
    if offered:
        found.append("an offer for the whole company is a purchase")
    title_end = reading.text.starts[1] if len(reading.text.starts) > 1 else len(folded)
    if sifted.search(_HOW_TO, 0, title_end):
        found.append("told as how-to")
    document = label == "product_launch" and sifted.search(RULE_DOCUMENT, span.start, span.end)
    if document and not sifted.search(_PRODUCT, span.start, span.end):
        found.append("a document is released, no product")
    renamed = label == "product_launch" and sifted.search(_RENAMED, span.start, span.end)
    if renamed and not sifted.search(_LAUNCHED, span.start, span.end):
        found.append("a name changes, no product")
    return tuple(found)
