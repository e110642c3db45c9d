"""What the classifier is given and what it says: plain values."""

from dataclasses import dataclass

from shared.messages.classified import EntityFound, EventFound, SummarySentence
from shared.messages.common import Language, Published, Rights


@dataclass(frozen=True, slots=True)
class Article:
    """One article to judge."""

    title: str
    paragraphs: tuple[str, ...]
    language: Language
    published: Published | None
    url: str | None = None
    any_company: bool = False
    """Report the events of any company, not only of the watched ones."""
    rights: Rights = "link"
    """What of its text may be passed on; where nobody says, the least."""


@dataclass(frozen=True, slots=True)
class SecondView:
    """That a second reader was asked and answered: its name, and its English gist of a Chinese article."""

    reader: str
    gist: tuple[SummarySentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an article says, and why we think so. Events carry no facts yet; those are drawn from the evidence later."""

    relevant: bool
    relevance_reasons: tuple[str, ...]
    entities: tuple[EntityFound, ...]
    events: tuple[EventFound, ...]
    relevance: float = 0.0
    """Probability that the article is relevant."""
    second: SecondView | None = None
    """Where a second reader had its say; None where the first judged alone."""
