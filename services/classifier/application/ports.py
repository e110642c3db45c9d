"""What the steps need from others."""

from typing import Protocol

from services.classifier.domain.article import Article, Judgement
from services.classifier.domain.second_question import Prompt
from services.classifier.domain.second_refusal import Dropped, Refused


class Judges(Protocol):
    """Reads an article: relevance, entities, events with status and evidence; the same article, the same answer."""

    def judge(self, article: Article) -> Judgement:
        """Judge one article. May raise on an article that it cannot read."""
        ...


class SecondReader(Protocol):
    """A language model that is asked where the first reader is unsure. Its answer is text that nobody has checked."""

    name: str
    """Which model it is, as it is marked in what it changed."""

    def ask(self, prompt: Prompt, seconds: float) -> str:
        """The answer, within so many seconds. Raises NoAnswer or WrongAnswer and nothing else; asks once."""
        ...


class SecondCounts(Protocol):
    """Counts what becomes of questions to the second reader."""

    def asked(self) -> None:
        """A request is sent."""
        ...

    def answered(self) -> None:
        """It was answered by the schema."""
        ...

    def remembered(self) -> None:
        """The answer was known from before; nothing was sent."""
        ...

    def dropped(self, reason: Dropped) -> None:
        """An answer, or an entry of it, was dropped."""
        ...

    def refused(self, by: Refused) -> None:
        """Nothing was asked."""
        ...
