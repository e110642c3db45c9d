"""One article, read once: text, sentences, names, dates, triggers. Everything later is decided on this."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from services.classifier.domain.article import Article
from services.classifier.domain.dates import Ages
from services.classifier.domain.encoded import Encoded
from services.classifier.domain.kinds import kind_of
from services.classifier.domain.sentences import split
from services.classifier.domain.triggers import Cues, TriggerHit, Triggers
from shared.messages.classified import Kind
from shared.watch import Match, Text, Watcher
from shared.watch.sieve import Sieve, Sifted

MOST = 20_000
"""Characters of an article that are read from its beginning: the longest labelled one has fewer. What comes later is
comments and lists, and the one thread that reads also answers the broker: a page of 200,000 took it ten seconds."""
TAIL = 2_000
"""Characters of whole paragraphs that are read at the end of a longer article: a release has its notes there."""
MOST_CANDIDATES = 100
"""Sentences with a trigger that are judged; an article of news has some thirty."""
MOST_HITS = 16
"""Triggers of one label in one sentence; more stand in texts without a full stop only."""


class Span(NamedTuple):
    """One sentence in the joined text; `number` counts from 0 over title and body, `paragraph` as in the text."""

    number: int
    paragraph: int
    start: int
    end: int


@dataclass(frozen=True)
class Candidate:
    """One sentence that may tell an event of one label."""

    label: str
    span: Span
    hits: tuple[TriggerHit, ...]

    strong: int = field(init=False)
    """How many strong rules fired."""
    first: TriggerHit = field(init=False)
    """The hit that decides: the first strong one, else the first."""

    def __post_init__(self) -> None:
        """Both are asked for by every feature."""
        strong = [hit for hit in self.hits if hit.tier == "strong"]
        object.__setattr__(self, "strong", len(strong))
        object.__setattr__(self, "first", strong[0] if strong else self.hits[0])


@dataclass(frozen=True)
class Reading:
    """What was found in an article."""

    article: Article
    text: Text
    spans: tuple[Span, ...]
    match: Match
    ages: Ages
    cues: Cues
    kind: Kind
    candidates: tuple[Candidate, ...]
    cache: dict[object, object] = field(default_factory=dict)
    encoded: Encoded | None = None
    """What the encoder says, where it was asked."""

    def sifted(self, sieve: Sieve) -> Sifted:
        """Where the expressions of `sieve` may match in the folded text."""
        found = self.cache.get(sieve)
        if not isinstance(found, Sifted):
            self.cache[sieve] = found = sieve.over(self.text.folded)
        return found


def read(article: Article, watcher: Watcher, triggers: Triggers) -> Reading:
    """Read an article."""
    text = Text(article.title, bounded(article.paragraphs))
    spans = _spans(text)
    hits, cues = triggers.scan(text.folded)
    published = article.published.at.date() if article.published else None
    bounds = [*text.starts[1:], len(text.folded) + 1]
    folded = [text.folded[start : end - 1] for start, end in zip(text.starts, bounds, strict=True)]
    return Reading(
        article=article,
        text=text,
        spans=spans,
        match=watcher.match_text(text),
        ages=Ages(text.folded, published),
        cues=cues,
        kind=kind_of(folded, ""),
        candidates=_candidates(hits, spans)[:MOST_CANDIDATES],
    )


def bounded(paragraphs: Sequence[str]) -> tuple[str, ...]:
    """The part that is read: the first MOST characters and the last whole paragraphs of at most TAIL.

    What is left out in between stands as an empty paragraph, so that numbers and offsets stay those of the article.
    """
    kept: list[str] = []
    room = MOST
    for paragraph in paragraphs:
        kept.append(paragraph[:room])
        room = max(0, room - len(paragraph))
    left = TAIL
    for number in range(len(kept) - 1, -1, -1):
        left -= len(paragraphs[number])
        if left < 0 or kept[number]:
            break
        kept[number] = paragraphs[number]
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)


def _spans(text: Text) -> tuple[Span, ...]:
    spans: list[Span] = []
    bounds = [*text.starts, len(text.original) + 1]
    for place, start in enumerate(text.starts):
        part = text.original[start : bounds[place + 1] - 1]
        for sentence in split(part, place):
            spans.append(Span(len(spans), place, start + sentence.start, start + sentence.end))
    return tuple(spans)


def _candidates(hits: list[TriggerHit], spans: tuple[Span, ...]) -> tuple[Candidate, ...]:
    starts = [span.start for span in spans]
    grouped: dict[tuple[str, int], list[TriggerHit]] = {}
    for hit in hits:
        number = bisect_right(starts, hit.start) - 1
        if number >= 0 and len(grouped.get((hit.label, number), ())) < MOST_HITS:
            grouped.setdefault((hit.label, number), []).append(hit)
    return tuple(
        Candidate(label, spans[number], tuple(sorted(found, key=lambda hit: hit.start)))
        for (label, number), found in sorted(grouped.items(), key=lambda item: item[0][1])
    )
