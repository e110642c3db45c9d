"""What the encoder is taught on one labelled item: 1, 0 or nothing for every sentence and label."""

from dataclasses import dataclass

import numpy as np

from bench.samples import Example, evidence_places
from services.classifier.domain.encoded import ENCODED_LABELS, ENCODED_STATUSES, Floats
from services.classifier.domain.encoding import Pass

UNKNOWN = -1.0
"""A cell that is neither right nor wrong: the sentence may tell again what is quoted elsewhere."""
_PLACE = {label: number for number, label in enumerate(ENCODED_LABELS)}


@dataclass(frozen=True)
class Taught:
    """One item's pass and its targets."""

    shown: Pass
    sentences: Floats
    """(sentences, 2 x labels): news, then history."""
    statuses: tuple[int, ...]
    """Column of the status of each sentence, -1 where it is no news."""
    article: Floats
    """(2 x labels + 1): news, history, relevant."""
    weight: float
    """What its labels count: less where the item is irrelevant, since its events are not looked at."""


def taught(example: Example, shown: Pass) -> Taught:
    """The targets of an item."""
    gold = example.item.gold
    count = len(ENCODED_LABELS)
    article = np.zeros(2 * count + 1, dtype=np.float32)
    article[-1] = float(gold["relevant"])
    for label in gold["labels"]:
        article[_PLACE[label["label"]] + count * (label["status"] == "background")] = 1.0
    sentences = np.tile(np.where(article[:-1] > 0, UNKNOWN, 0.0).astype(np.float32), (len(shown.spans), 1))
    statuses = [-1] * len(shown.spans)
    for label, status, start, end in evidence_places(example):
        column = _PLACE[label] + count * (status == "background")
        for row, span in enumerate(shown.spans):
            if start < span.end and end > span.start:
                sentences[row, column] = 1.0
                if status in ENCODED_STATUSES:
                    statuses[row] = ENCODED_STATUSES.index(status)
    return Taught(shown, sentences, tuple(statuses), article, 1.0 if gold["relevant"] else 0.3)
