"""What the models look at: named, generic signs of one sentence and of the article around it.

Names of rules and plain numbers only: nothing here remembers words of the articles it was trained on.
"""

import re
from collections import Counter

from services.classifier.domain.encoder_features import encoded_features
from services.classifier.domain.model import Features
from services.classifier.domain.reading import Candidate, Reading, Span
from services.classifier.domain.triggers import CUES
from shared.watch.taxonomy import LABELS

FRESH = 35
"""Days: design rule, the event that occasions an analysis is current when it is at most a month old."""
STALE = 120
_AUTHORITY = re.compile(
    r"[局委院部署庭]|总局|部门|国务院|公安|警方|政府|法院|检察|commission|administration|regulator|ministry|court"
    r"|authorit|bureau|council|police|watchdog|agency"
)
_FIRM = re.compile(
    r"公司|集团|企业|平台|药房|医院|控股|科技|股份|inc|ltd|group|company|firm|hospital|platform|pharmacy"
)
_AMOUNT = re.compile(r"\d[\d,.]*\s?(?:亿|万|元|million|billion|bn|mln|yuan|rmb|%|percent|per cent)")
RULE_DOCUMENT = re.compile(
    r"《[^》]{2,60}(?:办法|规定|意见|细则|条例|指南|通知|方案|规划|标准|目录|清单|草案|意见稿|法|解释)[^》]{0,12}》"
    r"|(?<![a-z])(?:guiding opinions|measures for|provisions on|regulations on|guidelines)(?![a-z])"
)
_TITLED = re.compile(r"[《\"]")
_QUESTION = re.compile(r"[?]|吗|何|能否|怎")
_CLAUSE = re.compile(r"[,;:,;:、]|(?<= )(?:but|while|and|which|who|as|after|when)(?= )")
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
        "title asks": float(bool(_QUESTION.search(text.folded, 0, title_end))),
        "no title": float(title_end <= 1),
        "undated": float(not reading.ages.known),
        "history dense": min(1.0, cues.count("history", 0, length) / max(1, len(reading.spans))),
    }
    for cue in ("howto", "price", "rumour", "denial", "plan", "deputies", "today"):
        found[f"title {cue}"] = float(cues.count(cue, 0, title_end) > 0)
    reading.cache["document"] = found
    return found


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
    found |= {f"doc {name}": value for name, value in document_features(reading).items()}
    found |= _position(reading, candidate)
    found |= _binding(reading, candidate)
    found |= cue_features(reading, candidate)
    found |= _age(reading, candidate.span, candidate.first.start)
    found |= encoded_features(reading, candidate)
    return {name: value for name, value in found.items() if value}


def _position(reading: Reading, candidate: Candidate) -> Features:
    span, total = candidate.span, len(reading.spans)
    in_title = span.paragraph == 0
    body = [other for other in reading.spans if other.paragraph > 0]
    order = span.number - (total - len(body))
    same = [other for other in reading.candidates if other.label == candidate.label]
    strong_same = [other for other in same if other.strong]
    titled = {other.label for other in reading.candidates if other.span.paragraph == 0 and other.strong}
    lead = {other.label for other in reading.candidates if other.span.number == total - len(body) and other.strong}
    found: Features = {
        "in title": float(in_title),
        "first sentence": float(order == 0),
        "second sentence": float(order == 1),
        "third sentence": float(order == 2),
        "first paragraph": float(span.paragraph == 1),
        "depth": 0.0 if in_title else min(1.0, order / max(1, len(body) - 1)) if order > 0 else 0.0,
        "late": float(order > 5),
        "last": float(order > 1 and order == len(body) - 1),
        "label in title": float(candidate.label in titled),
        "label in lead": float(candidate.label in lead),
        "title has others": float(bool(titled - {candidate.label})),
        "title only others": float(bool(titled) and candidate.label not in titled),
        "strong sentences": min(len(strong_same), 4) / 4,
        "share of sentences": len(strong_same) / max(1, total),
        "only sentence": float(len(same) == 1),
        "short article": float(len(body) <= 3),
        "sentence length": min(span.end - span.start, 300) / 300,
    }
    for name in ("strong", "wide only"):
        if (candidate.strong > 0) == (name == "strong"):
            found[f"{name} in title"] = float(in_title)
            found[f"{name} in lead"] = float(order == 0)
            found[f"{name} late"] = float(order > 5)
    return found


def _binding(reading: Reading, candidate: Candidate) -> Features:
    span, trigger = candidate.span, candidate.first
    hits = [hit for hit in reading.match.hits if span.start <= hit.place < span.end]
    companies = [hit for hit in hits if not hit.entity.startswith("regulator_")]
    main = main_company(reading)
    folded = reading.text.folded
    left, right = clause_around(folded, span, trigger.start)
    near = [hit for hit in companies if left <= hit.place < right]
    before = [hit for hit in companies if hit.place < trigger.start]
    found: Features = {
        "company": float(bool(companies)),
        "company before": float(bool(before)),
        "company in clause": float(bool(near)),
        "main company": float(any(hit.name == main for hit in companies)),
        "other company": float(any(hit.name != main for hit in companies)),
        "only other company": float(bool(companies) and all(hit.name != main for hit in companies)),
        "no company in article": float(main is None),
        "regulator": float(len(hits) > len(companies)),
        "authority": float(bool(_AUTHORITY.search(folded, span.start, span.end))),
        "firm": float(bool(_FIRM.search(folded, span.start, span.end))),
        "topic": float(any(span.start <= topic.place < span.end for topic in reading.match.topics)),
        "amount": float(bool(_AMOUNT.search(folded, span.start, span.end))),
        "titled document": float(bool(_TITLED.search(folded, span.start, span.end))),
        "asks": float(bool(_QUESTION.search(folded, span.start, span.end))),
    }
    if RULE_DOCUMENT.search(folded, span.start, span.end):
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
    """Signs of status, time and genre in the sentence, in the clause and directly before the trigger."""
    span, trigger, folded = candidate.span, candidate.first, reading.text.folded
    left, right = clause_around(folded, span, trigger.start)
    found: Features = {}
    for cue in CUES:
        found[f"cue {cue}"] = float(reading.cues.count(cue, span.start, span.end) > 0)
        found[f"clause {cue}"] = float(reading.cues.count(cue, left, right) > 0)
        before = max(span.start, trigger.start - (10 if ord(folded[trigger.start]) > 0x2E80 else 28))
        found[f"before {cue}"] = float(reading.cues.count(cue, before, trigger.start) > 0)
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


def clause_around(folded: str, span: Span, place: int) -> tuple[int, int]:
    """The clause of the sentence that holds `place`."""
    left, right = span.start, span.end
    for found in _CLAUSE.finditer(folded, span.start, span.end):
        if found.end() <= place:
            left = found.end()
        elif found.start() > place:
            right = found.start()
            break
    return left, right
