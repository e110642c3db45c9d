"""What the encoder (a small language model) says of one article, as a value."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.messages.classified import Status
from shared.watch.taxonomy import LABELS

ENCODED_LABELS: tuple[str, ...] = tuple(LABELS)
"""The labels in the order of the encoder's columns."""
ENCODED_STATUSES: tuple[Status, ...] = ("announced", "completed", "planned", "rumoured", "denied")
"""The statuses of a current event, in the order of the encoder's columns."""
Floats = NDArray[np.float32]
_COLUMNS = {label: number for number, label in enumerate(ENCODED_LABELS)}


@dataclass(frozen=True)
class Encoded:
    """One row for every sentence the encoder was shown."""

    sentences: tuple[int, ...]
    """Numbers of the sentences (`Span.number`), ascending."""
    current: Floats
    """Probability that the sentence tells an event of the label as news: (sentences, labels)."""
    background: Floats
    """The same, as history."""
    status: Floats
    """Probability of each status, were the sentence news: (sentences, statuses)."""
    article_current: Floats
    """Probability that the article tells an event of the label as news: (labels)."""
    article_background: Floats
    relevance: float
    """Probability that the article is relevant."""

    def row(self, sentence: int) -> int | None:
        """Which row is the sentence's; None where it was not shown."""
        return self.sentences.index(sentence) if sentence in self.sentences else None

    def of_sentence(self, sentence: int, label: str) -> tuple[float, float] | None:
        """(news, history) of a label in a sentence; None where it was not shown."""
        row, column = self.row(sentence), _COLUMNS[label]
        return None if row is None else (float(self.current[row, column]), float(self.background[row, column]))

    def of_article(self, label: str) -> tuple[float, float]:
        """(news, history) of a label in the article as a whole."""
        column = _COLUMNS[label]
        return float(self.article_current[column]), float(self.article_background[column])

    def best(self, label: str) -> tuple[float, float]:
        """(news, history) of a label in its best sentences."""
        column = _COLUMNS[label]
        return float(self.current[:, column].max(initial=0.0)), float(self.background[:, column].max(initial=0.0))
