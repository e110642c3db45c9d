"""What a search gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.portal.domain.cursor import Sort
from services.portal.domain.mark import Passage, Span
from services.portal.domain.query import Query
from shared.messages import DocumentClassified
from shared.messages.classified import PointGroup, Status
from shared.messages.common import Rights


@dataclass(frozen=True, slots=True)
class ThreadLink:
    """The story that a document belongs to."""

    thread_id: str
    title: str
    reports: int
    """Documents in it."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What is shown of a document, as the other services stored it."""

    document_id: str
    revision: int
    url: str
    source: str
    outlet: str | None
    rights: Rights
    title: str
    paragraphs: tuple[str, ...]
    language: str
    at: datetime
    """Published, or first seen where the page says no date that can be."""
    precision: str
    """minute | day | month | year; `seen` where it is when it was first seen."""
    repeats: str | None
    """The document that it repeats as a whole."""
    earlier: tuple[tuple[int, tuple[str, ...]], ...]
    """Earlier revisions with their paragraphs, the newest first."""
    classified: DocumentClassified | None
    thread: ThreadLink | None


@dataclass(frozen=True, slots=True)
class Point:
    """A key point, letter by letter from the article, with the paragraphs that it cites."""

    text: str
    marks: tuple[Span, ...]
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Points:
    """The key points about one side of a story."""

    group: PointGroup
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, by label and status, and the paragraph that says so."""

    label: str
    status: Status
    entities: tuple[str, ...]
    paragraph: int
    zh: str = ""
    en: str = ""
    """The line of our own words, which may be shown whatever the rights; empty where none was made."""


@dataclass(frozen=True, slots=True)
class Result:
    """One document on a page, with no more of its words than the rights allow."""

    document_id: str
    revision: int
    url: str
    title: str
    title_marks: tuple[Span, ...]
    outlet: str
    source: str
    at: datetime
    precision: str
    language: str
    rights: Rights
    kind: str
    importance: int
    entities: tuple[str, ...]
    events: tuple[Event, ...]
    passages: tuple[Passage, ...]
    summary: tuple[Points, ...]
    thread: ThreadLink | None
    repeats: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are."""

    value: int
    exact: bool

    def __str__(self) -> str:
        return f"{self.value:,}" if self.exact else f"about {self.value:,}"


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a field and how many of the hits have it."""

    value: str
    count: int
    chosen: bool
    """It stands in the query."""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of results."""

    text: str
    query: Query
    sort: Sort
    results: tuple[Result, ...]
    total: Count
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    """Field (entity, label, status, source, kind, language) to its values, the most first; counted over the newest
    10,000 hits where there are more."""
    cursor: str | None = None
    """Where the next page begins; None on the last one."""
    gone: int = 0
    """Results left out because their document was pruned since it was indexed."""
