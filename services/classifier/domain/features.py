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
    clause_around,
    clause_of,
    overview_of,
    sentence_of,
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
    """All signs of one sentence that may tell an event."""
    found: Features = {f"label {candidate.label}": 1.0, f"family {LABELS[candidate.label]}": 1.0}
    for hit in candidate.hits:
        found[f"rule {candidate.label} {hit.rule}"] = 1.0
    strong = candidate.strong
    found["strong"] = float(strong > 0)
    found["strong more"] = float(strong > 1)
    found["wide only"] = float(strong == 0)
    found["hits"] = min(len(candidate.hits), 5) / 5
    found |= prefixed_document_features(reading)
    found |= _position(reading, candidate)
    found |= _binding(reading, candidate)
    found |= cue_features(reading, candidate)
    found |= _age(reading, candidate.span, candidate.first.start)
    found |= encoded_features(reading, candidate)
    return {name: value for name, value in found.items() if value}


def _position(reading: Reading, candidate: Candidate) -> Features:
    span, seen = candidate.span, overview_of(reading)
    in_title = span.paragraph == 0
    order = span.number - seen.first
    strong_same = seen.strong[candidate.label]
    found: Features = {
        "in title": float(in_title),
        "first sentence": float(order == 0),
        "second sentence": float(order == 1),
        "third sentence": float(order == 2),
        "first paragraph": float(span.paragraph == 1),
        "depth": 0.0 if in_title else min(1.0, order / max(1, seen.body - 1)) if order > 0 else 0.0,
        "late": float(order > 5),
        "last": float(order > 1 and order == seen.body - 1),
        "label in title": float(candidate.label in seen.titled),
        "label in lead": float(candidate.label in seen.lead),
        "title has others": float(bool(seen.titled - {candidate.label})),
        "title only others": float(bool(seen.titled) and candidate.label not in seen.titled),
        "strong sentences": min(strong_same, 4) / 4,
        "share of sentences": strong_same / max(1, len(reading.spans)),
        "only sentence": float(seen.same[candidate.label] == 1),
        "short article": float(seen.body <= 3),
        "sentence length": min(span.end - span.start, 300) / 300,
    }
    tier = "strong" if candidate.strong else "wide only"
    found[f"{tier} in title"] = float(in_title)
    found[f"{tier} in lead"] = float(order == 0)
    found[f"{tier} late"] = float(order > 5)
    return found


def _binding(reading: Reading, candidate: Candidate) -> Features:
    sentence, trigger = sentence_of(reading, candidate.span), candidate.first
    companies = sentence.companies
    main = main_company(reading)
    found: Features = {
        "company": float(bool(companies)),
        "company before": 0.0,
        "company in clause": 0.0,
        "main company": 0.0,
        "other company": 0.0,
        "only other company": 0.0,
        "no company in article": float(main is None),
        **sentence.signs,
    }
    if companies:
        left, right = clause_of(sentence, trigger.start)
        mains = [hit.name == main for hit in companies]
        found["company before"] = float(any(hit.place < trigger.start for hit in companies))
        found["company in clause"] = float(any(left <= hit.place < right for hit in companies))
        found["main company"] = float(any(mains))
        found["other company"] = float(not all(mains))
        found["only other company"] = float(not any(mains))
    if sentence.legal:
        found |= {"legal text": 1.0, f"legal text {candidate.label}": 1.0}
    if reading.article.any_company and not companies:
        found |= dict.fromkeys(("company", "company before", "company in clause", "main company"), 1.0)
        found["no company in article"] = 0.0
    regulatory = LABELS[candidate.label] == "regulatory_event"
    family = "regulatory" if regulatory else "strategic"
    found |= {
        f"{family} {name}": found[name] for name in ("company", "company before", "regulator", "authority", "amount")
    }
    return found


def cue_features(reading: Reading, candidate: Candidate) -> Features:
    """Signs of status, time and genre in the sentence, in the clause and directly before the trigger; none is 0."""
    span, trigger, folded = candidate.span, candidate.first, reading.text.folded
    sentence = sentence_of(reading, span)
    found: Features = {}
    cues = sentence.cues if trigger.start <= span.end else CUES
    if cues:
        left, right = clause_of(sentence, trigger.start)
        before = max(span.start, trigger.start - (10 if ord(folded[trigger.start]) > 0x2E80 else 28))
        for cue in cues:
            if reading.cues.count(cue, span.start, span.end):
                found[f"cue {cue}"] = 1.0
            if reading.cues.count(cue, left, right):
                found[f"clause {cue}"] = 1.0
            if reading.cues.count(cue, before, trigger.start):
                found[f"before {cue}"] = 1.0
    found["le"] = float(bool(_LE.search(folded, trigger.start, min(span.end, trigger.end + 8))))
    found["past perfect"] = float(bool(_PAST.search(folded, max(span.start, trigger.start - 30), trigger.start)))
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
