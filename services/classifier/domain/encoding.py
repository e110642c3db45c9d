"""What the encoder is shown of an article, and how its answer joins what the rules found; pure.

One pass an article: its day, its title, its first sentences, then those where a trigger stands, then the rest, until
the budget of tokens is spent, in the article's order. Every sentence is judged in the company of the others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol, get_args

from services.classifier.domain.encoded import ENCODED_LABELS, Encoded
from services.classifier.domain.reading import Candidate, Reading, Span
from services.classifier.domain.triggers import TriggerHit

BUDGET = 320
"""Tokens of one pass, marks included; the time of a pass grows with it."""
LONGEST = 96
"""Tokens of one sentence."""
FIRST = 4
"""Sentences at the beginning, the title among them, that are always shown."""
WORTH = 0.15
"""Probability from which a sentence is a candidate although no trigger stands in it."""


Tongue = Literal["zh", "en"]
"""A language that has an encoder of its own."""
TONGUES: tuple[Tongue, ...] = get_args(Tongue)


def tongue_of(reading: Reading) -> Tongue:
    """Whose encoder reads the article: one for English; the Chinese one's vocabulary has a part of everything else."""
    return "en" if reading.article.language == "en" else "zh"


class Encoder(Protocol):
    """Judges the sentences of an article by its wording."""

    name: str

    def encode(self, reading: Reading) -> Encoded:
        """What it says of the article; the same article, the same answer."""
        ...


def with_encoded(reading: Reading, encoded: Encoded) -> Reading:
    """The reading with the encoder's answer, and with the sentences that only the encoder took for an event."""
    have = {(candidate.label, candidate.span.number) for candidate in reading.candidates}
    found = list(reading.candidates)
    spans = {span.number: span for span in reading.spans}
    for row, number in enumerate(encoded.sentences):
        for column, label in enumerate(ENCODED_LABELS):
            odds = max(float(encoded.current[row, column]), float(encoded.background[row, column]))
            if odds >= WORTH and (label, number) not in have:
                span = spans[number]
                found.append(Candidate(label, span, (TriggerHit(label, "encoder", "encoder", span.start, span.end),)))
    return replace(reading, candidates=tuple(found), encoded=encoded, cache={})


def shown(reading: Reading, span: Span) -> str:
    """A sentence as the encoder reads it: simplified, half width, small letters; its vocabulary knows no others."""
    return reading.text.folded[span.start : span.end]


def heading(reading: Reading) -> str:
    """What stands before the title: the day of the article, so that a year in the text is old or new."""
    published = reading.article.published
    return published.at.strftime("%Y-%m-%d") if published else ""


@dataclass(frozen=True)
class Pass:
    """One pass of the encoder: token ids with their marks, the sentences in it and where in it each stands."""

    ids: tuple[int, ...]
    spans: tuple[Span, ...]
    places: tuple[tuple[int, int], ...]
    """(first token, one after the last) of every sentence."""


def pass_of(
    reading: Reading, tokens: Callable[[str], Sequence[int]], begin: int, end: int, budget: int = BUDGET
) -> Pass:
    """The pass of an article. `tokens` cuts a text into ids without marks; `begin` and `end` are the marks' ids.

    A sentence that does not fit any more is left out; a shorter one after it may still find room.
    """
    ids = [begin, *tokens(heading(reading)), end]
    room = budget - len(ids) - 2
    triggered = {candidate.span.number for candidate in reading.candidates if candidate.strong}
    order = sorted(reading.spans, key=lambda span: (span.number >= FIRST, span.number not in triggered, span.number))
    cut: dict[int, Sequence[int]] = {}
    for span in order:
        own = tokens(shown(reading, span))[:LONGEST]
        if 0 < len(own) <= room:
            cut[span.number] = own
            room -= len(own)
        if room < 4:
            break
    places: list[tuple[int, int]] = []
    spans = [span for span in reading.spans if span.number in cut]
    for index, span in enumerate(spans):
        places.append((len(ids), len(ids) + len(cut[span.number])))
        ids += cut[span.number]
        if span.paragraph == 0 and (index + 1 == len(spans) or spans[index + 1].paragraph):
            ids.append(end)
    return Pass((*ids, end), tuple(spans), tuple(places))
