"""What the steps need from others."""

from typing import Protocol

from services.classifier.domain.article import Article, Judgement


class Judges(Protocol):
    """Reads an article: relevance, entities, events with status and evidence; the same article, the same answer."""

    def judge(self, article: Article) -> Judgement:
        """Judge one article. May raise on an article that it cannot read."""
        ...
