"""What the steps need from others."""

from typing import Protocol

from services.classifier.domain.article import Article, Judgement
from services.classifier.domain.second_opinion import EntryDropped
from shared.reader.asking import Counts
from shared.reader.question import Dropped


class Judges(Protocol):
    """Reads an article: relevance, entities, events with status and evidence; the same article, the same answer."""

    def judge(self, article: Article) -> Judgement:
        """Judge one article. May raise on an article that it cannot read."""
        ...


class SecondCounts(Counts, Protocol):
    """Counts what becomes of questions to the second reader."""

    def dropped(self, reason: Dropped | EntryDropped) -> None:
        """An answer, or an entry of it, was dropped."""
        ...
