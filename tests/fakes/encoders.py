"""A stand-in for the encoder: it takes every sentence that holds a given word for news of one label."""

from dataclasses import dataclass, field

import numpy as np

from services.classifier.domain.encoded import ENCODED_LABELS, ENCODED_STATUSES, Encoded
from services.classifier.domain.encoding import pass_of
from services.classifier.domain.reading import Reading


@dataclass
class WordEncoder:
    """Sure of `label` where `word` stands, sure of nothing elsewhere; counts how often it was asked."""

    word: str = "word"
    label: str = "partnership"
    name: str = "fake"
    asked: list[str] = field(default_factory=list)

    def encode(self, reading: Reading) -> Encoded:
        """One row for every sentence that fits, as the real one is shown them."""
        self.asked.append(reading.article.title)
        spans = pass_of(reading, lambda text: [5] * len(text), 1, 2).spans
        column, count = ENCODED_LABELS.index(self.label), len(ENCODED_LABELS)
        found = np.full((len(spans), count), 0.01, dtype=np.float32)
        for row, span in enumerate(spans):
            if self.word in reading.text.folded[span.start : span.end]:
                found[row, column] = 0.95
        return Encoded(
            sentences=tuple(span.number for span in spans),
            current=found,
            background=np.full((len(spans), count), 0.02, dtype=np.float32),
            status=np.full((len(spans), len(ENCODED_STATUSES)), 1 / len(ENCODED_STATUSES), dtype=np.float32),
            article_current=found.max(axis=0, initial=0.01),
            article_background=np.full(count, 0.02, dtype=np.float32),
            relevance=0.9,
        )
