"""What the API answers: the same as the pages show, no more. Times are ISO 8601 in UTC."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel

Utc = Annotated[datetime, AfterValidator(lambda at: at.astimezone(UTC))]


class CitedText(BaseModel):
    """A sentence of the article and the paragraphs that it cites, from 1."""

    text: str
    citations: list[int]


class GroupOfPoints(BaseModel):
    """Key points about one side of the story."""

    group: str
    points: list[CitedText]


class EventAnswer(BaseModel):
    """What happened, and the paragraph that says so; 0 is the title."""

    label: str
    status: str
    entities: list[str]
    paragraph: int
    zh: str
    en: str


class ThreadReference(BaseModel):
    """The story that a document belongs to."""

    thread_id: str
    title: str
    reports: int


class ResultAnswer(BaseModel):
    """One document found. Passages and points hold no more than its source's rights allow."""

    document_id: str
    revision: int
    url: str
    title: str
    outlet: str
    source: str
    at: Utc
    precision: str
    language: str
    rights: str
    kind: str
    importance: int
    entities: list[str]
    events: list[EventAnswer]
    passages: list[CitedText]
    summary: list[GroupOfPoints]
    thread: ThreadReference | None
    repeats: str | None


class FacetAnswer(BaseModel):
    """One value of a field, how many of the hits have it, and whether the query asks for it."""

    value: str
    count: int
    chosen: bool


class TotalAnswer(BaseModel):
    """How many there are; above 10,000 about."""

    value: int
    exact: bool


class SearchAnswer(BaseModel):
    """One page of results."""

    query: str
    sort: str
    total: TotalAnswer
    notes: list[str]
    results: list[ResultAnswer]
    facets: dict[str, list[FacetAnswer]]
    next: str | None
    """The cursor of the next page; null on the last one."""
    gone: int


class EventOfArticle(EventAnswer):
    """An event with its evidence and why it was judged so."""

    quote: str
    confidence: float
    reasons: list[str]


class ParagraphAnswer(BaseModel):
    """As much of a paragraph as may be shown; `whole` is false where it goes on."""

    number: int
    text: str
    whole: bool


class StationAnswer(BaseModel):
    """Where the document was, and when."""

    name: str
    at: Utc
    words: str
    revision: int | None


class DocumentAnswer(BaseModel):
    """One document."""

    document_id: str
    revision: int
    url: str
    title: str
    outlet: str
    source: str
    author: str | None
    at: Utc
    precision: str
    language: str
    rights: str
    kind: str
    importance: int
    entities: list[str]
    events: list[EventOfArticle]
    paragraphs: list[ParagraphAnswer]
    gist: list[CitedText]
    summary: list[GroupOfPoints]
    way: list[StationAnswer]
    thread: ThreadReference | None
    repeats: str | None


class ReportAnswer(BaseModel):
    """One report of a thread; title and outlet are null where the document was deleted."""

    document_id: str
    at: Utc
    title: str | None
    url: str | None
    outlet: str | None
    language: str | None
    news: bool
    """It opened the thread or told a new fact."""
    reason: str
    events: list[EventAnswer]


class ToldAnswer(BaseModel):
    """One alert about the thread."""

    document_id: str
    subscription: str
    channel: str
    state: str
    decided: Utc
    delivered: Utc | None


class ThreadAnswer(BaseModel):
    """One story: reports that joined it last, in the order in which they were published."""

    thread_id: str
    title: str
    opened: Utc
    latest: Utc
    total: int
    """Reports of the whole thread."""
    reports: list[ReportAnswer]
    told: list[ToldAnswer]
    next: str | None
    """Cursor of the reports that joined before these; null where there are none."""
