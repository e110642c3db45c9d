"""What the API answers: the same as the pages show, no more. Times are ISO 8601 in UTC."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel

from services.portal.domain.article import ArticlePage, CitedPoint
from services.portal.domain.page import Point, Result, SearchPage
from services.portal.domain.story import StoryPage

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

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
    """One story, its reports in the order in which they were published."""

    thread_id: str
    title: str
    opened: Utc
    latest: Utc
    reports: list[ReportAnswer]
    told: list[ToldAnswer]


def search_answer(page: SearchPage) -> SearchAnswer:
    """The page for programs."""
    return SearchAnswer(
        query=page.text,
        sort=page.sort,
        total=TotalAnswer(value=page.total.value, exact=page.total.exact),
        notes=list(page.query.notes),
        results=[result_answer(one) for one in page.results],
        facets={
            field: [FacetAnswer(value=one.value, count=one.count, chosen=one.chosen) for one in values]
            for field, values in page.facets.items()
        },
        next=page.cursor,
        gone=page.gone,
    )


def result_answer(result: Result) -> ResultAnswer:
    """One result."""
    names = ("document_id", "revision", "url", "title", "outlet", "source", "at", "precision", "language", "rights",
             "kind", "importance", "entities", "repeats")  # fmt: skip
    return ResultAnswer.model_validate(
        {name: getattr(result, name) for name in names}
        | {
            "events": [_plain(one) for one in result.events],
            "passages": [{"text": one.text, "citations": [one.paragraph]} for one in result.passages],
            "summary": [
                {"group": group.group, "points": [_cited(point) for point in group.points]} for group in result.summary
            ],
            "thread": _plain(result.thread) if result.thread else None,
        }
    )


def document_answer(page: ArticlePage) -> DocumentAnswer:
    """One document."""
    newest = page.newest
    names = ("revision", "url", "title", "source", "author", "language", "rights", "repeats")
    same = ("document_id", "at", "precision", "kind", "importance", "entities")
    return DocumentAnswer.model_validate(
        {name: getattr(newest, name) for name in names}
        | {name: getattr(page, name) for name in same}
        | {
            "outlet": newest.outlet or newest.source,
            "events": [_plain(one) for one in page.events],
            "paragraphs": [
                {
                    "number": one.number,
                    "text": "".join(each.text for each in one.segments) or " … ".join(one.quotes),
                    "whole": bool(one.segments) and not one.cut,
                }
                for one in page.paragraphs
            ],
            "gist": [_cited(one) for one in page.gist],
            "summary": [{"group": group, "points": [_cited(one) for one in held]} for group, held in page.groups],
            "way": [_plain(one) for one in page.way],
            "thread": _plain(page.thread) if page.thread else None,
        }
    )


def thread_answer(page: StoryPage) -> ThreadAnswer:
    """One story."""
    stored = page.stored
    return ThreadAnswer.model_validate(
        {name: getattr(stored, name) for name in ("thread_id", "title", "opened", "latest")}
        | {
            "reports": [
                {"document_id": one.document_id, "at": one.at, "news": one.news or one.opened, "reason": one.reason}
                | {name: getattr(one.source, name, None) for name in ("title", "url", "outlet", "language")}
                | {"events": [_plain(event) | {"entities": []} for event in one.events]}
                for one in page.reports
            ],
            "told": [_plain(one) for one in stored.deliveries],
        }
    )


def _cited(point: CitedPoint | Point) -> dict[str, Any]:
    return {"text": point.text, "citations": list(point.citations)}


def _plain(value: "DataclassInstance") -> dict[str, Any]:
    """The fields of a value; the models pick theirs."""
    return {each.name: getattr(value, each.name) for each in fields(value)}
