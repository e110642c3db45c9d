"""What the models look at: named, generic signs of one sentence and of the article around it.

Names of rules and plain numbers only: nothing here remembers words of the articles it was trained on.
"""

import re
from collections import Counter

from services.classifier.domain.encoder_features import encoded_features
from services.classifier.domain.model import Features
from services.classifier.domain.reading import Candidate, Reading, Span
from services.classifier.domain.surroundings import (
    QUESTION,
    RULE_DOCUMENT,
    Sentence,
    clause_around,
    clause_of,
    label_signs,
    sentence_of,
    standing,
)
from services.classifier.domain.triggers import CUES
from shared.watch.taxonomy import LABELS

__all__ = [
    "RULE_DOCUMENT",
    "candidate_features",
    "clause_around",
    "cue_features",
    "document_features",
    "main_company",
    "prefixed_document_features",
]
FRESH = 35
"""Days: design rule, the event that occasions an analysis is current when it is at most a month old."""
STALE = 120
_PLACES = (("in title", "in title"), ("first sentence", "in lead"), ("late", "late"))
_CUES = {cue: (f"cue {cue}", f"clause {cue}", f"before {cue}") for cue in CUES}
_TIERED = {tier: tuple((sign, f"{tier} {name}") for sign, name in _PLACES) for tier in ("strong", "wide only")}
_ANY_COMPANY = dict.fromkeys(("company", "company before", "company in clause", "main company"), 1.0)
"""Where any company counts, every sentence is taken to name it."""
_OF_FAMILY = {
    family: tuple(
        (name, f"{short} {name}") for name in ("company", "company before", "regulator", "authority", "amount")
    )
    for family, short in (("regulatory_event", "regulatory"), ("strategic_move", "strategic"))
}
_LE = re.compile(r"了|过")
_PAST = re.compile(r"(?<![a-z])(?:had|was|were|has|have) ")


def document_features(reading: Reading) -> Features:
    """Signs of the whole article that every candidate shares."""
    cached = reading.cache.get("document")
    if isinstance(cached, dict):
        return cached
    text, cues = reading.text, reading.cues
    length = len(text.folded)
    title_end = text.starts[1] if len(text.starts) > 1 else length
    found: Features = {
        f"kind {reading.kind}": 1.0,
        "long": min(length / 1000, 3.0),
        "english": float(bool(re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", text.folded[:400]))),
        "title asks": float(bool(QUESTION.search(text.folded, 0, title_end))),
        "no title": float(title_end <= 1),
        "undated": float(not reading.ages.known),
        "history dense": min(1.0, cues.count("history", 0, length) / max(1, len(reading.spans))),
    }
    for cue in ("howto", "price", "rumour", "denial", "plan", "deputies", "today"):
        found[f"title {cue}"] = float(cues.count(cue, 0, title_end) > 0)
    reading.cache["document"] = found
    return found


def prefixed_document_features(reading: Reading) -> Features:
    """The same beside signs of another kind, those that are not zero."""
    cached = reading.cache.get("document, named")
    if not isinstance(cached, dict):
        cached = {f"doc {name}": value for name, value in document_features(reading).items() if value}
        reading.cache["document, named"] = cached
    return cached


def candidate_features(reading: Reading, candidate: Candidate) -> Features:
    """All signs of one sentence that may tell an event; none is 0."""
    label, strong, span = candidate.label, candidate.strong, candidate.span
    sentence = sentence_of(reading, span)
    tier = "strong" if strong else "wide only"
    found: Features = {f"label {label}": 1.0, f"family {LABELS[label]}": 1.0}
    for hit in candidate.hits:
        found[f"rule {label} {hit.rule}"] = 1.0
    found[tier] = 1.0
    if strong > 1:
        found["strong more"] = 1.0
    found["hits"] = min(len(candidate.hits), 5) / 5
    found |= prefixed_document_features(reading)
    found |= sentence.place
    found |= label_signs(reading, label)
    found["sentence length"] = min(span.end - span.start, 300) / 300
    for sign, name in _TIERED[tier]:
        if sign in sentence.place:
            found[name] = 1.0
    _bind(found, reading, candidate, sentence)
    found |= cue_features(reading, candidate)
    found |= _age(reading, span, candidate.first.start)
    found |= encoded_features(reading, candidate)
    return standing(found)


def _bind(found: Features, reading: Reading, candidate: Candidate, sentence: Sentence) -> None:
    """Add who is named beside the trigger."""
    companies, trigger = sentence.companies, candidate.first
    main = main_company(reading)
    if companies:
        left, right = clause_of(sentence, trigger.start)
        mains = [hit.name == main for hit in companies]
        found["company"] = 1.0
        found["company before"] = float(any(hit.place < trigger.start for hit in companies))
        found["company in clause"] = float(any(left <= hit.place < right for hit in companies))
        found["main company"] = float(any(mains))
        found["other company"] = float(not all(mains))
        found["only other company"] = float(not any(mains))
    elif reading.article.any_company:
        found |= _ANY_COMPANY
    if main is None and not reading.article.any_company:
        found["no company in article"] = 1.0
    found |= sentence.signs
    if sentence.legal:
        found |= {"legal text": 1.0, f"legal text {candidate.label}": 1.0}
    for name, own in _OF_FAMILY[LABELS[candidate.label]]:
        if name in found:
            found[own] = found[name]


def cue_features(reading: Reading, candidate: Candidate) -> Features:
    """Signs of status, time and genre in the sentence, in the clause and directly before the trigger; none is 0."""
    span, trigger, folded = candidate.span, candidate.first, reading.text.folded
    sentence = sentence_of(reading, span)
    found: Features = {}
    cues = sentence.cues if trigger.start <= span.end else CUES
    if cues:
        count = reading.cues.count
        left, right = clause_of(sentence, trigger.start)
        before = max(span.start, trigger.start - (10 if ord(folded[trigger.start]) > 0x2E80 else 28))
        for cue in cues:
            within, clause, directly = _CUES[cue]
            if count(cue, span.start, span.end):
                found[within] = 1.0
            if count(cue, left, right):
                found[clause] = 1.0
            if count(cue, before, trigger.start):
                found[directly] = 1.0
    if _LE.search(folded, trigger.start, min(span.end, trigger.end + 8)):
        found["le"] = 1.0
    if _PAST.search(folded, max(span.start, trigger.start - 30), trigger.start):
        found["past perfect"] = 1.0
    return found


def _age(reading: Reading, span: Span, trigger: int) -> Features:
    """How old the sentence's event is: its own date, else the last date of its paragraph."""
    own = reading.ages.between(span.start, span.end)
    before = [dated for dated in own if dated.place <= trigger]
    best = before[-1] if before else (own[0] if own else None)
    carried = None if best else reading.ages.before(span.start, reading.text.starts[span.paragraph])
    dated = best or carried
    prefix = "age" if best else "carried age"
    if dated is None:
        return {"age none": 1.0}
    bucket = (
        "ahead" if dated.age < -2 else "day" if dated.age <= 4 else "fresh" if dated.age <= FRESH else
        "months" if dated.age <= STALE else "stale"
    )  # fmt: skip
    found: Features = {f"{prefix} {bucket}": 1.0}
    if best is not None:
        found["age has year"] = float(best.has_year)
        found["all dates stale"] = float(all(other.age > FRESH for other in own))
        found["year before trigger"] = float(any(other.age > STALE for other in before))
    return found


def main_company(reading: Reading) -> str | None:
    """The watched company the article is mostly about: a mention in the title counts for three."""
    cached = reading.cache.get("main", "")
    if cached != "":
        return cached if isinstance(cached, str) else None
    counts: Counter[str] = Counter()
    for hit in reading.match.hits:
        if not hit.entity.startswith("regulator_"):
            counts[hit.name] += 3 if hit.paragraph == 0 else 1
    main = counts.most_common(1)[0][0] if counts else None
    reading.cache["main"] = main
    return main
