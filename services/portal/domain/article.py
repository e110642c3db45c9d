"""One document as its page shows it: what is stored, and what of it may be seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.portal.domain.changes import Change
from services.portal.domain.page import ThreadLink
from services.portal.domain.segments import Segment
from shared.messages import DocumentClassified
from shared.messages.classified import Fact, PointGroup, Status
from shared.messages.common import Rights


@dataclass(frozen=True, slots=True)
class Revision:
    """One stored revision. Times have a timezone."""

    revision: int
    url: str
    source: str
    outlet: str | None
    rights: Rights
    title: str
    paragraphs: tuple[str, ...]
    language: str
    author: str | None
    published: datetime | None
    precision: str | None
    first_seen: datetime
    fetched: datetime
    repeats: str | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What the alerter decided about a revision, and why."""

    document_id: str
    revision: int
    outcome: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert to one channel of one subscription."""

    document_id: str
    fact_version: int
    kind: str
    subscription: str
    channel: str
    state: str
    reason: str
    decided: datetime
    delivered: datetime | None
    """When it arrived, alone or in one message with others; None while it has not."""
    team: str
    """Whose subscription it is, or a route below."""


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """All that the tables know of a document that is there."""

    document_id: str
    revisions: tuple[Revision, ...]
    """The newest first, at least one."""
    classified: DocumentClassified | None
    decisions: tuple[Decision, ...]
    deliveries: tuple[Delivery, ...]
    thread: ThreadLink | None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One numbered paragraph; nothing of it is shown where `segments` and `quotes` are empty."""

    number: int
    segments: tuple[Segment, ...]
    cut: bool
    """It goes on in the original."""
    quotes: tuple[str, ...] = ()
    """What may be quoted of it where its beginning is not shown."""


@dataclass(frozen=True, slots=True)
class ArticleEvent:
    """What happened by this article, how sure that is, and why it was judged so."""

    label: str
    status: Status
    entities: tuple[str, ...]
    quote: str
    paragraph: int
    confidence: float
    reasons: tuple[str, ...]
    facts: tuple[Fact, ...]
    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class CitedPoint:
    """A sentence of the summary with the paragraphs that it cites."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RevisionChange:
    """From one revision to the next."""

    revision: int
    fetched: datetime
    changes: tuple[Change, ...]
    hidden: int
    """Changed paragraphs whose words may not be shown."""
    whole: bool = False
    """More changed than is listed."""


@dataclass(frozen=True, slots=True)
class Station:
    """Where it was, when, and in words what became of it there."""

    name: str
    """published | first_seen | fetched | sent | classified | decided | told | not_told"""
    at: datetime
    words: str = ""
    precision: str = "second"
    revision: int | None = None
    """The revision that was there; None for what concerns all."""


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """A document with no more of its words than the rights in them allow."""

    document_id: str
    newest: Revision
    at: datetime
    precision: str
    title: tuple[Segment, ...]
    paragraphs: tuple[Paragraph, ...]
    kind: str
    importance: int
    entities: tuple[str, ...]
    events: tuple[ArticleEvent, ...]
    gist: tuple[CitedPoint, ...]
    groups: tuple[tuple[PointGroup, tuple[CitedPoint, ...]], ...]
    revisions: tuple[RevisionChange, ...]
    way: tuple[Station, ...]
    thread: ThreadLink | None
    judged: int | None
    """The revision that the classifier read last; None where it has read none."""

    @property
    def hidden(self) -> int:
        """Paragraphs of which nothing or not all is shown."""
        return sum(one.cut or not one.segments for one in self.paragraphs)


def lines_of(revision: Revision) -> Sequence[str]:
    """Title and paragraphs, so that paragraph n stands at place n."""
    return (revision.title, *revision.paragraphs)
