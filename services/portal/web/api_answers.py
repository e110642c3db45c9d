"""From the pages' values to the API's answers."""

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from services.portal.domain.article import ArticlePage, CitedPoint
from services.portal.domain.page import Point, Result, SearchPage
from services.portal.domain.story import StoryPage
from services.portal.web.api_models import (
    DocumentAnswer,
    FacetAnswer,
    ResultAnswer,
    SearchAnswer,
    ThreadAnswer,
    TotalAnswer,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


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
            "total": stored.total,
            "next": page.cursor or None,
        }
    )


def _cited(point: CitedPoint | Point) -> dict[str, Any]:
    return {"text": point.text, "citations": list(point.citations)}


def _plain(value: "DataclassInstance") -> dict[str, Any]:
    """The fields of a value; the models pick theirs."""
    return {each.name: getattr(value, each.name) for each in fields(value)}
