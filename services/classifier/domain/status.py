"""Which status a current event has: a model over the signs of its sentences, and what the taxonomy settles outright."""

import re
from collections.abc import Sequence

from services.classifier.domain.denial import article_asserts, article_denies, denies, retells_denial
from services.classifier.domain.encoder_features import encoded_status_features
from services.classifier.domain.events import Scored
from services.classifier.domain.model import Features, Logistic
from services.classifier.domain.reading import Reading
from services.classifier.domain.status_signs import status_signs
from shared.messages.classified import Status

CURRENT_STATUSES: tuple[Status, ...] = ("announced", "completed", "planned", "rumoured", "denied")
_FACT: tuple[Status, ...] = ("announced", "completed")
"""Two degrees of one fact: an event has one of them, never both."""
DENIED = 0.9
"""Odds of `denied` where a denial governs the trigger. A rule, since the training items hold a dozen denials, too few
for the model to dare."""
FORECAST = 0.8
"""Odds of `rumoured` where a broker tells what results it expects."""
BOOST = 8.0
"""By how much a closing beside the trigger raises the odds of `completed`, against the model's usual odds."""
_CLOSED = {
    "mergers_acquisitions": re.compile(
        r"(?:工商|股东|股权|产权)[^。]{0,6}变更|唯一股东|持股100%|全资持股|过户"
        r"|(?:已经?|完成)[^。,]{0,4}交割|交易(?:已经?)?完成"
        r"|完成(?:了)?(?:对[^。,]{0,20}的)?(?:收购|并购|合并)|(?<![a-z])(?:"
        r"complet(?:es|ed) [^.]{0,40}(?:acquisition|takeover|purchase|deal|merger)"
        r"|(?:acquisition|takeover|deal|purchase) (?:has |was |is )?(?:completed|closed)|sole shareholder|bought out"
        r"|registry (?:change|shows))(?![a-z])"
    ),
    "policy_guidance": re.compile(
        r"(?:今日?天?|即日)起(?:正式)?(?:施行|实施|执行|生效)|(?:正式|已经?|今日|今天)(?:施行|实施|生效)|起正式(?:施行|实施|生效)"
        r"|(?<![a-z])(?:took effect|takes effect today|came into (?:force|effect)|as of today|from today"
        r"|now in force)(?![a-z])"
    ),
    "investigation": re.compile(
        r"约谈了|(?:被|集中|集体|依法|行政)约谈|约谈会"
        r"|(?<![a-z])(?:summoned|called in)(?![a-z])"
    ),
    "litigation_antitrust": re.compile(
        r"判囚|判处|宣判|终审(?:判决|维持)|(?:判决|裁定)(?:如下|生效|驳回|维持|准许)|驳回(?:了|其|原告|上诉|起诉)"
        r"|达成(?:调解|和解)|(?:没有|未予?|不予)受理|(?<![a-z])(?:sentenced|sent to prison|convicted|dismissed|upheld"
        r"|ruled (?:that|for|against|in)|handed down)(?![a-z])"
    ),
    "investment_financing": re.compile(
        r"(?:正式|首日)(?:在[^。,]{0,10})?挂牌|上市首日|首日(?:收|开|高开|上市)|悉数行使"
        r"|(?<![a-z])(?:debuted|trading debut|(?:began|started) trading|first day of trading"
        r"|exercised in full)(?![a-z])"
    ),
    "reimbursement": re.compile(
        r"(?:今日?天?|即日)起|已(?:经)?(?:纳入|开通|打通|接入)|(?<![a-z])(?:as of|from) today(?![a-z])"
    ),
}
"""Design rules: a deal is completed with the registry change or the closing, a rule when it takes effect, a summons
when it took place, a suit when it is decided, a listing when the shares trade. Boosted for want of examples."""
_FORECAST = re.compile(
    r"(?:券商|大行|投行|分析师|研报|机构|证券|高盛|摩根|瑞银|花旗|中金)[^。;]{0,30}(?:预计|预测|预期|料|估计)"
    r"|(?<![a-z])(?:brokers?|brokerage|analysts?|goldman|morgan stanley|jpmorgan|ubs|citi)(?![a-z])[^;]{0,60}"
    r"(?<![a-z])(?:expect(?:s|ed|ing)?|forecasts?|puts|estimates?d?|predicts?|sees)(?![a-z])"
)
"""Results that a broker expects: talk of the market and nothing that the company has said."""
_OBLIGED = re.compile(r"强制性?(?:全面)?要约|触发[^。,]{0,8}要约|(?<![a-z])mandatory(?: [a-z]+){0,2} offer")
"""An offer that the rules of the market oblige to: it is announced by being made public, though it `will` be made."""
_NOT_YET = re.compile(r"拟|将|计划|尚未|未|待|预计|(?<![a-z])(?:will|would|plans?|expected|not|pending|yet)(?![a-z])")
_DISPUTED = frozenset(("litigation_antitrust", "enforcement_penalty"))
"""Labels that stand although a party denies: who denies the charge is sued and fined all the same."""
_TURNS_ON = frozenset(("data_privacy", "product_safety"))
"""Labels that take the status of the penalty that punishes them (settled doubt: the second label of a case)."""


def status_features(reading: Reading, scored: Scored) -> Features:
    """The candidate's signs, each also under its label for the ones that labels read differently."""
    label = scored.candidate.label
    found = dict(scored.features)
    for cue in ("complete", "plan", "official", "rumour", "denial"):
        if f"clause {cue}" in found:
            found[f"{label} {cue}"] = 1.0
    found |= status_signs(reading, scored.candidate)
    return found | encoded_status_features(reading, scored.candidate)


def status_odds(reading: Reading, scored: Scored, model: Logistic) -> dict[Status, float]:
    """The probability of each current status for the event that one sentence tells."""
    odds = model.probabilities(status_features(reading, scored))
    found: dict[Status, float] = {status: odds.get(status, 0.0) for status in CURRENT_STATUSES}
    span = scored.candidate.span
    folded = reading.text.folded
    label = scored.candidate.label
    if article_asserts(reading, label):
        found["denied"] = 0.0
    elif denies(reading, scored.candidate) and label not in _DISPUTED:
        return _only(found, "denied")
    elif denies(reading, scored.candidate):
        found["denied"] *= BOOST
    elif label not in _DISPUTED and article_denies(reading, label):
        found |= {
            "announced": 0.0,
            "completed": 0.0,
            "rumoured": found["rumoured"] + found["announced"] + found["completed"],
        }
    if retells_denial(reading, scored.candidate):
        found["denied"] = 0.0
    closed = _CLOSED.get(label)
    closing = closed.search(folded, span.start, span.end) if closed else None
    if closing and not _NOT_YET.search(folded, max(span.start, closing.start() - 12), closing.start()):
        found["completed"] *= BOOST
    if label == "mergers_acquisitions" and _OBLIGED.search(folded, span.start, span.end):
        found |= {"announced": found["announced"] + found["planned"], "planned": 0.0}
    if label == "financial_results" and _FORECAST.search(folded, span.start, span.end):
        return _only(found, "rumoured", FORECAST)
    total = sum(found.values())
    return {status: value / total for status, value in found.items()}


def _only(found: dict[Status, float], status: Status, sure: float = DENIED) -> dict[Status, float]:
    """The odds where a rule has settled the status."""
    rest = sum(odds for name, odds in found.items() if name != status) or 1.0
    return {name: sure if name == status else odds / rest * (1 - sure) for name, odds in found.items()}


def statuses_of(
    reading: Reading, sentences: Sequence[Scored], model: Logistic, current: float, second: float
) -> list[tuple[Status, Scored]]:
    """The statuses of one label, each with the sentence that tells it; the first is the one that weighs most.

    A second one is given where another sentence, itself news (`current`), tells it with at least `second`; announced
    and completed are degrees of one fact and exclude each other.
    """
    best = max(sentences, key=lambda scored: scored.current)
    told = [best, *(one for one in sentences if one is not best and one.current >= current)]
    odds = [status_odds(reading, one, model) for one in told]
    weight = {
        status: max(own[status] * one.current for own, one in zip(odds, told, strict=True))
        for status in CURRENT_STATUSES
    }
    status = max(CURRENT_STATUSES, key=lambda name: weight[name])
    teller = max(zip(odds, told, strict=True), key=lambda pair: pair[0][status] * pair[1].current)[1]
    found = [(status, teller)]
    for own, one in zip(odds, told, strict=True):
        other = max(CURRENT_STATUSES, key=lambda name: own[name])
        excluded = other == status or (other in _FACT and status in _FACT)
        if not excluded and own[other] * one.current >= second:
            found.append((other, one))
            break
    return _answered(found)


def _answered(found: list[tuple[Status, Scored]]) -> list[tuple[Status, Scored]]:
    """Without the rumour that a denial beside it answers: the denial tells both."""
    if "denied" not in {status for status, _ in found}:
        return found
    return [(status, scored) for status, scored in found if status != "rumoured"]


def settled(label: str, status: Status, penalty: Status | None) -> Status:
    """The status after the taxonomy's settled doubts; `penalty` is that of the article's penalty, if it tells one."""
    if label in _TURNS_ON and penalty in _FACT and status in _FACT:
        return penalty
    return status
