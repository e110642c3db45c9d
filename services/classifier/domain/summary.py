"""A gist of at most two sentences, taken letter by letter from the article, each with its paragraph.

It is led by the sentences in which current events stand; what room is left goes to the sentences of their facts
and of the article's own lead, those first that take up the heading. The same article always gives the same summary.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from services.classifier.domain.sentences import Sentence, around, split
from shared.messages.classified import EventFound, Evidence, SummarySentence

MOST = 2
"""Sentences of the gist; what else the article says stands in the key points (points.py)."""
LONGEST = 320
"""Characters of a sentence; of a longer one the event's own quote is taken."""
LEAD = 1000
"""Characters of the first paragraphs by which threads are compared (DocumentClassified.lead)."""
ECHO = 0.15
"""Share of a heading's character pairs that a sentence of the body must have to tell the same: a rule of thumb."""
LOOKED_AT = 100
"""Sentences of a paragraph that are compared with a heading; an article of news has some ten."""
LOOKED_AT_FOR_LEAD = 12
"""Sentences from the beginning among which those come first that take up the heading: the news before its scenery."""
_SHORTEST = 8
_NO_TEXT = re.compile(
    r"免责声明|免責聲明|责任编辑|責任編輯|原标题|原標題|版权|版權|转载|轉載|点击|點擊|扫码|掃碼|关注我们|来源[:：]"
    r"|記者[^。]{0,8}$|^\W*$|©|all rights reserved|click here|subscribe|forward-looking|read more|image credit"
    r"|photo:"
)
"""Lines around an article that are no part of its story."""


def summarise(places: Sequence[str], events: Sequence[EventFound]) -> tuple[SummarySentence, ...]:
    """The gist of title (place 0) and paragraphs (from 1); `events` come weightiest first."""
    chosen: dict[tuple[int, int], Sentence] = {}
    for sentence in _candidates(places, events):
        if len(chosen) == MOST:
            break
        if not any(_same(sentence, other) for other in chosen.values()):
            chosen[sentence.place, sentence.start] = sentence
    ordered = list(chosen.values())
    ordered[1:] = sorted(ordered[1:], key=lambda sentence: (sentence.place, sentence.start))
    return tuple(SummarySentence(text=sentence.text, citations=(sentence.place,)) for sentence in ordered)


def lead_of(paragraphs: Sequence[str]) -> str:
    """The first paragraphs, at most LEAD characters, cut at a sentence's end where one is near."""
    text = "\n".join(paragraphs)
    if len(text) <= LEAD:
        return text
    cut = text[:LEAD]
    ends = [sentence.end for sentence in split(cut, 1) if sentence.end < LEAD]
    return cut[: ends[-1]] if ends and ends[-1] > LEAD // 2 else cut


def _candidates(places: Sequence[str], events: Sequence[EventFound]) -> Iterator[Sentence]:
    current = [event for event in events if event.status != "background"]
    for event in current:
        yield _told(places, event)
    for event in current:
        for fact in (fact for fact in event.facts if fact.evidence.paragraph > 0):  # readers see the title anyway
            yield from readable([around(places[fact.evidence.paragraph], *_span(fact.evidence))])
    lead = list(islice(body_of(places), LOOKED_AT_FOR_LEAD))
    heading = _pairs(places[0]) if places else set()
    yield from (sentence for sentence in lead if len(heading & _pairs(sentence.text)) > ECHO * len(heading))
    yield from body_of(places)


def body_of(places: Sequence[str]) -> Iterator[Sentence]:
    """The sentences of the paragraphs that belong to the story, in order."""
    for place in range(1, len(places)):
        yield from readable(split(places[place], place))


def _told(places: Sequence[str], event: EventFound) -> Sentence:
    """The sentence of an event; where only the title quotes it, the body's sentence that says most of the same."""
    quote = event.evidence
    whole = around(places[quote.paragraph], *_span(quote))
    if quote.paragraph == 0:
        return _echo(places, quote.quote) or Sentence(0, 0, len(places[0]), places[0])
    return whole if len(whole.text) <= LONGEST else Sentence(quote.paragraph, quote.start, quote.end, quote.quote)


def _echo(places: Sequence[str], quote: str) -> Sentence | None:
    wanted = _pairs(quote)
    best, most = None, ECHO
    for place in range(1, min(len(places), 8)):
        for sentence in islice(readable(split(places[place], place)), LOOKED_AT):
            share = len(wanted & _pairs(sentence.text)) / max(1, len(wanted))
            if share > most:
                best, most = sentence, share
    return best


def _pairs(text: str) -> set[str]:
    letters = [character for character in text.lower() if character.isalnum()]
    return {first + second for first, second in pairwise(letters)}


def readable(sentences: Sequence[Sentence] | Iterator[Sentence]) -> Iterator[Sentence]:
    """Those that belong to the story and have the length of a sentence."""
    for sentence in sentences:
        if _SHORTEST <= len(sentence.text) <= LONGEST and not _NO_TEXT.search(sentence.text):
            yield sentence


def _span(evidence: Evidence) -> tuple[int, int, int]:
    return evidence.paragraph, evidence.start, evidence.end


def _same(one: Sentence, other: Sentence) -> bool:
    """The same words, or one inside the other."""
    return one.text in other.text or other.text in one.text
