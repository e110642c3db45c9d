"""Who says no to what: whether a denial governs the trigger of a sentence, and whether an article denies a label.

`Denies plans to buy X` tells no purchase but a denial of one; `no licence was granted` is a negated verb and no denial
(acceptance.py); `had denied it in March and now completed it` retells a denial that is over.
"""

import re

from services.classifier.domain.reading import Candidate, Reading, Span

LEAD = 2
"""Sentences of the body that count as the lead."""
_NO = re.compile(
    r"(?<![不未没])(?<!并不)(?:否认|辟谣|驳斥|反驳)|澄清(?=[^。;]{0,60}(?:传|消息|报道|不|没有|无|未))"
    r"|(?:没有|并无|暂无|尚无|未有|无)(?:任何|此|过)?[^。,;]{0,8}(?:计划|打算|意向|安排)|无意|无计划"
    r"|(?<![a-z])(?:(?<!not )(?<!nor )(?<!or )(?<!was )(?<!were )(?<!been )(?<!being )(?<!is )den(?:y|ies|ied|ying)"
    r"(?! (?:[a-z]+ ){0,3}(?:licen|approv|permi|bail|access|entry|motion|request|appeal|applic|registr|coverage))"
    r"|refut(?:e|es|ed|ing)|rebut(?:s|ted|ting)?"
    r"|dismiss(?:es|ed|ing)? (?=[a-z ]{0,30}(?:report|rumou?r|talk|speculation))"
    r"|(?:has|have|had|with|is|are|there (?:is|are|was|were)) no (?:current |such |immediate )?(?:plans?|intention)"
    r"|no plans?|no intention|not planning)(?![a-z])"
)
"""A denial that stands before what it denies. `Denied a licence` and `was denied` are refusals."""
_NO_PLAN_AROUND = re.compile(r"(?:没有|并无|暂无|尚无|未有|无)(?:任何|此|过)?$")
_PLAN_AFTER = re.compile(r"[^。,;]{0,30}(?:计划|打算|意向|安排|意图)")
_WILL_NOT = re.compile(r"(?:不会|无意|未曾|从未|并未|没有)[^。,;]{0,3}$")
_UNTRUE = re.compile(
    r"(?:消息|传闻|传言|说法|报道|爆料|信息|内容|谣传|猜测|[::,\s])(?:均|皆|都|并|完全|纯属|严重|为|系|是|与事实)?(?:不实|失实|不符|谣言|虚假)"
    r"(?!信息|消息|报道|宣传|广告|内容)|不属实|并非(?:属实|事实)|子虚乌有|纯属(?:谣言|虚构|捏造|杜撰)|无中生有|毫无根据|并无此事|没有此事"
    r"|(?<![a-z])(?:untrue|not true|groundless|unfounded|baseless|without foundation|(?:is|are|was|were) false"
    r"|den(?:y|ies|ied)(?=[.,;]|$| (?:it|this|them|the (?:report|rumou?r|claim)s?)(?![a-z])))(?![a-z])"
    r"|(?:予以|均已?|已|对此)(?:坚决|明确)?否认"
)
"""A denial that stands after what it denies."""
_HEARSAY = re.compile(
    r"传闻|传言|消息|报道|传|爆料|说法|回应|一事|事宜|所谓|猜测"
    r"|(?<![a-z])(?:reports?|rumou?rs?|speculation|talk|claims?|said to|reportedly)(?![a-z])"
)
_ASSERTS = re.compile(
    r"完成|宣布|签署|签订|已经?(?!否)|达成|正式|今起|(?<![a-z])(?:complet\w+|announc\w+|agreed|signed|closed|launch\w+|has|have)(?![a-z])"
)
_BREAK = re.compile(
    r"[,;，；]|(?<= )(?:but|while|which|who|after|when|as)(?= )"
    r"|(?<= )and(?= (?:[a-z]+ly )?(?:[a-z]+ed|is|has|will)(?![a-z]))"
)
_APART = re.compile(r"(?<![a-z])(?:den(?:ies|ied|ying)|refuted)(?![a-z])[^,;]{0,30},[^,;]{0,60}, (?:that |it |any )")
"""A denial whose object follows a remark between commas."""
_OVER = re.compile(
    r"(?:曾|此前|之前|一度|早前|当时|原先|先前|去年|上月|上个月|月前|年前|周前|天前|日前曾|多次)[^,;。]{0,14}$"
    r"|(?<![a-z])(?:had|once|previously|earlier|(?:after|despite|before|having) (?:[a-z]+ )?(?=$)|last (?:year|month)"
    r"|(?:years?|months?|weeks?|days?) (?:ago|earlier|before|after))[a-z ]{0,24}$"
)
"""Words before a denial that put it into the past."""

_MAY_DENY = re.compile(
    "[否辟驳澄没无未不谣虚失非纯]|den|refut|rebut|dismiss|no|untrue|unfounded|baseless|false|groundless|without"
)
"""One of these stands in whatever is a denial; most sentences have none and need no closer look."""


def _past(folded: str, low: int, at: int) -> bool:
    """Whether the denial at `at` is told as over: `had denied`, 此前曾否认."""
    return bool(_OVER.search(folded[low:at]))


def _denial_of(folded: str, span: Span, start: int, end: int) -> tuple[int, int] | None:
    """Where the denial of the trigger [start, end) stands and where its clause begins; None where nothing denies it."""
    low, high = span.start, span.end
    for found in _BREAK.finditer(folded, span.start, span.end):
        if found.end() <= start:
            low = found.end()
        elif found.start() >= end:
            high = found.start()
            break
    denial = _NO.search(folded, low, high)
    if denial and denial.start() <= start:
        return denial.start(), low
    before = folded[low:start]
    wills = _WILL_NOT.search(before)
    if wills and (wills[0].startswith(("不会", "无意")) or _PLAN_AFTER.match(folded, end, high)):
        return low + wills.start(), low
    around = _NO_PLAN_AROUND.search(before)
    if around and _PLAN_AFTER.match(folded, end, high):
        return low + around.start(), low
    if _APART.search(folded[span.start : start]):
        return span.start, span.start
    untrue = _UNTRUE.search(folded, end, span.end)
    if untrue and (untrue.start() < high or _HEARSAY.search(folded, low, high)):
        return untrue.start(), max((m.end() for m in _BREAK.finditer(folded, low, untrue.start())), default=low)
    return None


def denies(reading: Reading, candidate: Candidate) -> bool:
    """Whether the sentence denies, as news, what its trigger names."""
    return _told(reading, candidate)[0]


def retells_denial(reading: Reading, candidate: Candidate) -> bool:
    """Whether the sentence only retells that it was once denied."""
    return _told(reading, candidate)[1]


def _told(reading: Reading, candidate: Candidate) -> tuple[bool, bool]:
    key = f"denial {candidate.label} {candidate.span.number}"
    found = reading.cache.get(key)
    if not isinstance(found, tuple):
        reading.cache[key] = found = _judged(reading, candidate)
    return found


def _judged(reading: Reading, candidate: Candidate) -> tuple[bool, bool]:
    folded, span = reading.text.folded, candidate.span
    hits = [hit for hit in candidate.hits if hit.tier == "strong"] or list(candidate.hits)
    now = over = False
    if not _MAY_DENY.search(folded, span.start, max(span.end, hits[-1].start)):
        return False, False
    for hit in hits:
        found = _denial_of(folded, span, hit.start, hit.end)
        if found is None:
            low = max((m.end() for m in _BREAK.finditer(folded, span.start, hit.start)), default=span.start)
            if _ASSERTS.search(folded, low, min(span.end, hit.end + 12)):
                return False, over
        elif _past(folded, found[1], found[0]):
            over = True
        else:
            now = True
    return now and not over, over


def article_asserts(reading: Reading, label: str) -> bool:
    """Whether the title says of itself that it is done or agreed: a denial further down was before that."""
    folded = reading.text.folded
    return any(
        _ASSERTS.search(folded, one.span.start, one.span.end)
        and not _HEARSAY.search(folded, one.span.start, one.span.end)
        and not denies(reading, one)
        for one in reading.candidates
        if one.label == label and one.span.paragraph == 0
    )


def article_denies(reading: Reading, label: str) -> bool:
    """Whether the title, or the lead under a title that does not assert the event itself, denies the label."""
    own = [candidate for candidate in reading.candidates if candidate.label == label]
    first = next((span.number for span in reading.spans if span.paragraph > 0), 0)
    titled = [candidate for candidate in own if candidate.span.paragraph == 0]
    if any(denies(reading, candidate) for candidate in titled):
        return True
    if article_asserts(reading, label):
        return False
    return any(denies(reading, one) for one in own if one.span.paragraph > 0 and one.span.number < first + LEAD)
