"""What all candidates of a sentence share, and all candidates of an article: found once, asked for by each."""

import re
from collections import Counter
from dataclasses import dataclass

from services.classifier.domain.model import Features
from services.classifier.domain.reading import Reading, Span
from services.classifier.domain.triggers import CUES
from shared.watch import Hit
from shared.watch.sieve import Sieve

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
_SIEVE = Sieve(_AUTHORITY, _FIRM, _AMOUNT, RULE_DOCUMENT)
_TITLED = re.compile(r"[《\"]")
QUESTION = re.compile(r"[?]|吗|何|能否|怎")
_CLAUSE = re.compile(r"[,;:,;:、]|(?<= )(?:but|while|and|which|who|as|after|when)(?= )")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, whatever its trigger."""

    span: Span
    companies: tuple[Hit, ...]
    """The watched companies that are named in it."""
    signs: Features
    """Signs by which an actor is known, in their order."""
    legal: bool
    """It names a legal text."""
    cues: tuple[str, ...]
    """The cues that stand in it."""
    breaks: tuple[tuple[int, int], ...]
    """Where its clauses part."""
    place: Features
    """Where in the article it stands; none is 0."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Where the labels of an article stand."""

    body: int
    """Sentences after the title."""
    first: int
    """Number of the first of them."""
    same: Counter[str]
    """Label to sentences that may tell it."""
    strong: Counter[str]
    """The same, of those with a strong rule."""
    titled: frozenset[str]
    """Labels of a strong rule in the title."""
    lead: frozenset[str]
    """Labels of a strong rule in the first sentence after it."""
    labels: dict[str, Features]
    """What is known of each label, found when first asked for."""


def sentence_of(reading: Reading, span: Span) -> Sentence:
    """What is known of a sentence."""
    known = reading.cache.setdefault("sentences", {})
    if not isinstance(known, dict):
        raise TypeError("the cache of a reading holds something else under sentences")
    found = known.get(span.number)
    if not isinstance(found, Sentence):
        known[span.number] = found = _sentence(reading, span)
    return found


def _sentence(reading: Reading, span: Span) -> Sentence:
    folded, start, end = reading.text.folded, span.start, span.end
    sifted = reading.sifted(_SIEVE)
    hits = [hit for hit in reading.match.hits if start <= hit.place < end]
    companies = tuple(hit for hit in hits if not hit.entity.startswith("regulator_"))
    signs: Features = {
        "regulator": float(len(hits) > len(companies)),
        "authority": float(bool(sifted.search(_AUTHORITY, start, end))),
        "firm": float(bool(sifted.search(_FIRM, start, end))),
        "topic": float(any(start <= topic.place < end for topic in reading.match.topics)),
        "amount": float(bool(sifted.search(_AMOUNT, start, end))),
        "titled document": float(bool(_TITLED.search(folded, start, end))),
        "asks": float(bool(QUESTION.search(folded, start, end))),
    }
    cues = tuple(cue for cue in CUES if reading.cues.count(cue, start, end))
    breaks = tuple(found.span() for found in _CLAUSE.finditer(folded, start, end))
    legal = bool(sifted.search(RULE_DOCUMENT, start, end))
    return Sentence(span, companies, standing(signs), legal, cues, breaks, _place_of(reading, span))


def standing(signs: Features) -> Features:
    """Those that are not 0."""
    return {name: value for name, value in signs.items() if value}


def _place_of(reading: Reading, span: Span) -> Features:
    seen = overview_of(reading)
    in_title = span.paragraph == 0
    order = span.number - seen.first
    return standing(
        {
            "in title": float(in_title),
            "first sentence": float(order == 0),
            "second sentence": float(order == 1),
            "third sentence": float(order == 2),
            "first paragraph": float(span.paragraph == 1),
            "depth": 0.0 if in_title else min(1.0, order / max(1, seen.body - 1)) if order > 0 else 0.0,
            "late": float(order > 5),
            "last": float(order > 1 and order == seen.body - 1),
        }
    )


def overview_of(reading: Reading) -> Overview:
    """What is known of the article's candidates."""
    known = reading.cache.get("overview")
    if isinstance(known, Overview):
        return known
    body = sum(span.paragraph > 0 for span in reading.spans)
    first = len(reading.spans) - body
    strong = [one for one in reading.candidates if one.strong]
    found = Overview(
        body=body,
        first=first,
        same=Counter(one.label for one in reading.candidates),
        strong=Counter(one.label for one in strong),
        titled=frozenset(one.label for one in strong if one.span.paragraph == 0),
        lead=frozenset(one.label for one in strong if one.span.number == first),
        labels={},
    )
    reading.cache["overview"] = found
    return found


def label_signs(reading: Reading, label: str) -> Features:
    """Where in the article the sentences of a label stand; none is 0."""
    seen = overview_of(reading)
    if label not in seen.labels:
        strong = seen.strong[label]
        seen.labels[label] = standing(
            {
                "label in title": float(label in seen.titled),
                "label in lead": float(label in seen.lead),
                "title has others": float(bool(seen.titled - {label})),
                "title only others": float(bool(seen.titled) and label not in seen.titled),
                "strong sentences": min(strong, 4) / 4,
                "share of sentences": strong / max(1, len(reading.spans)),
                "only sentence": float(seen.same[label] == 1),
                "short article": float(seen.body <= 3),
            }
        )
    return seen.labels[label]


def clause_of(sentence: Sentence, place: int) -> tuple[int, int]:
    """The clause of the sentence that holds `place`."""
    return _clause(sentence.span, sentence.breaks, place)


def _clause(span: Span, breaks: tuple[tuple[int, int], ...], place: int) -> tuple[int, int]:
    left, right = span.start, span.end
    for start, end in breaks:
        if end <= place:
            left = end
        elif start > place:
            right = start
            break
    return left, right


def clause_around(folded: str, span: Span, place: int) -> tuple[int, int]:
    """The same, in a sentence of which nothing is known yet."""
    breaks = tuple(found.span() for found in _CLAUSE.finditer(folded, span.start, span.end))
    return _clause(span, breaks, place)
