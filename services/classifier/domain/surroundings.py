"""What all candidates of a sentence share, and all candidates of an article: found once, asked for by each."""

import re
from collections import Counter
from dataclasses import dataclass

from services.classifier.domain.model import Features
from services.classifier.domain.reading import Reading, Span
from services.classifier.domain.triggers import CUES
from shared.watch import Hit

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
    hits = [hit for hit in reading.match.hits if start <= hit.place < end]
    companies = tuple(hit for hit in hits if not hit.entity.startswith("regulator_"))
    signs: Features = {
        "regulator": float(len(hits) > len(companies)),
        "authority": float(bool(_AUTHORITY.search(folded, start, end))),
        "firm": float(bool(_FIRM.search(folded, start, end))),
        "topic": float(any(start <= topic.place < end for topic in reading.match.topics)),
        "amount": float(bool(_AMOUNT.search(folded, start, end))),
        "titled document": float(bool(_TITLED.search(folded, start, end))),
        "asks": float(bool(QUESTION.search(folded, start, end))),
    }
    cues = tuple(cue for cue in CUES if reading.cues.count(cue, start, end))
    breaks = tuple(found.span() for found in _CLAUSE.finditer(folded, start, end))
    return Sentence(span, companies, signs, bool(RULE_DOCUMENT.search(folded, start, end)), cues, breaks)


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
    )
    reading.cache["overview"] = found
    return found


def clause_of(sentence: Sentence, place: int) -> tuple[int, int]:
    """The clause of the sentence that holds `place`."""
    left, right = sentence.span.start, sentence.span.end
    for start, end in sentence.breaks:
        if end <= place:
            left = end
        elif start > place:
            right = start
            break
    return left, right


def clause_around(folded: str, span: Span, place: int) -> tuple[int, int]:
    """The same, in a sentence of which nothing is known yet."""
    breaks = tuple(found.span() for found in _CLAUSE.finditer(folded, span.start, span.end))
    return clause_of(Sentence(span, (), {}, False, (), breaks), place)
