"""Key points of an article in named groups, letter by letter, each with the paragraph that holds it.

First come the clauses in which the facts of the events stand, then the events that the gist does not tell, then further
sentences of the article whose words belong to a group. The same article always gives the same points.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from services.classifier.domain.sentences import Sentence, around
from services.classifier.domain.summary import body_of, readable
from shared.messages.classified import EventFound, Evidence, KeyPoints, PointGroup, SummarySentence

MOST_IN_A_GROUP = 2
MOST = 8
"""Points of an article in all: a screen of a telephone beside the gist."""
LONGEST = 200
"""Characters of a point; a longer clause or sentence is left to the article."""
SHORTEST = 6
"""Characters of a clause that says something by itself; a shorter one takes the clause before it along."""
ECHO = 0.7
"""Share of a sentence of the gist from which a clause of it is the same again and no key point: a rule of thumb."""
LOOKED_AT = 60
"""Sentences of the body that are looked at; an article of news has some thirty."""
GROUPS: tuple[PointGroup, ...] = ("deal", "move", "money", "rule", "penalty", "people", "background")
"""In the order in which people read them."""

OF_LABEL: Mapping[str, PointGroup] = {
    **dict.fromkeys(("mergers_acquisitions", "investment_financing", "partnership"), "deal"),
    **dict.fromkeys(("product_launch", "market_expansion", "organization", "strategy_shift"), "move"),
    "leadership": "people",
    "financial_results": "money",
    **dict.fromkeys(("policy_guidance", "license_approval", "reimbursement"), "rule"),
    **dict.fromkeys(
        ("enforcement_penalty", "investigation", "product_safety", "data_privacy", "litigation_antitrust"), "penalty"
    ),
}
"""The group of an event and of its facts; an event of the past is background, an amount of a deal is money."""

_CUES: tuple[tuple[PointGroup, re.Pattern[str]], ...] = (
    ("background", re.compile(
        r"此前|曾于|曾在|曾因|曾被|早在|成立于|创立于|前身|去年|前年|\b(?:previously|earlier this|last year|founded in"
        r"|established in|has since|in 20[01]\d)\b")),
    ("penalty", re.compile(
        r"罚款|没收|处罚|立案|违法|违规|起诉|判决|\b(?:fined|penalt\w+|violat\w+|lawsuit|sued|court)\b")),
    ("deal", re.compile(
        r"收购|入股|并购|增持|融资|领投|战略合作|签署|签约|\b(?:acqui\w+|stake|partnership|agreement|funding)\b")),
    ("people", re.compile(
        r"任命|辞任|辞职|卸任|出任|接任|离任|\b(?:appoint(?:s|ed)?|resign\w*|step(?:s|ped)? down|succeed(?:s|ed))\b")),
    ("money", re.compile(
        r"\d\s?(?:万|亿)?(?:元|港元|美元)|(?:rmb|hk\$|us\$|cny|\$)\s?\d|\d (?:million|billion) yuan|净利|营收")),
    ("rule", re.compile(
        r"办法|条例|规定|征求意见|施行|监管要求|医保|\b(?:regulations?|measures|rules?|guidelines?|draft)\b")),
    ("move", re.compile(
        r"上线|推出|发布|落地|布局|开设|启动|\b(?:launch\w*|unveil\w*|open(?:s|ed)|expan\w+|roll(?:s|ed) out)\b")),
)  # fmt: skip
"""Words of folded text that put a sentence into a group; the first that is found decides: history before news."""
_BREAK = re.compile(r"[，；;。！？!?]|,(?=\s)|,(?=[\u4e00-\u9fff])|\.(?=\s)|\n")


def key_points(
    places: Sequence[str], folded: Sequence[str], events: Sequence[EventFound], gist: Sequence[SummarySentence]
) -> tuple[KeyPoints, ...]:
    """The points of title (place 0) and paragraphs; `events` come weightiest first, `gist` is not told again."""
    chosen: dict[PointGroup, list[Sentence]] = {}
    taken: list[Sentence] = []
    for group, point, whole in _candidates(places, folded, events):
        if len(taken) == MOST:
            break
        full = len(chosen.get(group, ())) == MOST_IN_A_GROUP
        told = any(_tells(sentence.text, point.text, whole) for sentence in gist)
        if full or told or any(point.text in other.text or other.text in point.text for other in taken):
            continue
        chosen.setdefault(group, []).append(point)
        taken.append(point)
    return tuple(
        KeyPoints(
            group=group,
            points=tuple(SummarySentence(text=point.text, citations=(point.place,)) for point in chosen[group]),
        )
        for group in GROUPS
        if group in chosen
    )


def _tells(sentence: str, point: str, whole: bool) -> bool:
    """Whether a sentence of the gist leaves the point nothing to tell; a short clause of it still says what counts."""
    return sentence in point or (point in sentence and (whole or len(point) > ECHO * len(sentence)))


def _candidates(
    places: Sequence[str], folded: Sequence[str], events: Sequence[EventFound]
) -> Iterator[tuple[PointGroup, Sentence, bool]]:
    """Group, point, and whether it is a whole sentence, which the gist may tell already."""
    for event in events:
        for fact in event.facts:
            point = _clause(places, fact.evidence)
            if point is not None:
                yield _group(event, fact.kind), point, False
    for event in events:
        evidence = event.evidence
        if evidence.paragraph > 0:
            sentence = around(places[evidence.paragraph], evidence.paragraph, evidence.start, evidence.end)
            for point in readable([sentence]):
                if len(point.text) <= LONGEST:
                    yield _group(event), point, True
    for sentence in islice(body_of(places), LOOKED_AT):
        words = folded[sentence.place][sentence.start : sentence.end]
        group = next((group for group, pattern in _CUES if pattern.search(words)), None)
        if group is not None and len(sentence.text) <= LONGEST:
            yield group, sentence, True


def _group(event: EventFound, fact: str = "") -> PointGroup:
    if event.status == "background":
        return "background"
    group = OF_LABEL[event.label]
    return "money" if fact == "amount" and group != "penalty" else group


def _clause(places: Sequence[str], evidence: Evidence) -> Sentence | None:
    """The clauses that hold a fact; None for one of the title, which readers see anyway, and for a too long one."""
    if evidence.paragraph == 0:
        return None
    text = places[evidence.paragraph]
    low = max(0, evidence.start - LONGEST)
    breaks = [match.end() for match in _BREAK.finditer(text, low, evidence.start)]
    start = breaks[-1] if breaks else low
    after = _BREAK.search(text, evidence.end, evidence.end + LONGEST)
    end = after.start() if after else min(len(text), evidence.end + LONGEST)
    if len(text[start:end].strip()) < SHORTEST and len(breaks) > 1:
        start = breaks[-2]
    while start < evidence.start and text[start].isspace():
        start += 1
    while end > evidence.end and text[end - 1].isspace():
        end -= 1
    return Sentence(evidence.paragraph, start, end, text[start:end]) if end - start <= LONGEST else None
