"""From the pages' values to the answers of an assistant's tools. `base` is where the portal is."""

from collections.abc import Iterable, Sequence

from services.portal.domain.article import ArticleEvent, ArticlePage
from services.portal.domain.brief import Brief, Citation
from services.portal.domain.page import Event, Result, SearchPage
from services.portal.domain.story import StoryEvent, StoryPage
from services.portal.web.links import document_link, safe_link, thread_link
from services.portal.web.mcp_models import (
    BriefReply,
    Cited,
    Disagreement,
    DocumentFound,
    DocumentReply,
    Happened,
    ParagraphRead,
    ReportRead,
    SearchReply,
    Sentence,
    ThreadReply,
)


def search_reply(page: SearchPage, base: str) -> SearchReply:
    """A page of a search."""
    return SearchReply(
        query=page.text,
        total=page.total.value,
        exact=page.total.exact,
        notes=list(page.query.notes),
        documents=[_found(one, base) for one in page.results],
        next=page.cursor,
    )


def document_reply(page: ArticlePage, base: str) -> DocumentReply:
    """One document."""
    newest, document = page.newest, page.document_id
    points = [*page.gist, *(point for _, held in page.groups for point in held)]
    return DocumentReply(
        document_id=document,
        title=newest.title,
        outlet=newest.outlet or newest.source,
        at=page.at,
        language=newest.language,
        rights=newest.rights,
        url=safe_link(newest.url),
        link=base + document_link(document),
        kind=page.kind,
        entities=list(page.entities),
        events=[_event(one, document, base) for one in page.events],
        points=[Sentence(text=one.text, citations=_places(document, one.citations, base)) for one in points],
        thread_id=page.thread.thread_id if page.thread else None,
        revision=newest.revision,
        author=newest.author,
        paragraphs=[
            ParagraphRead(
                number=one.number,
                text="".join(each.text for each in one.segments) or " … ".join(one.quotes),
                whole=bool(one.segments) and not one.cut,
                link=base + document_link(document, paragraph=one.number),
            )
            for one in page.paragraphs
        ],
    )


def thread_reply(page: StoryPage, base: str) -> ThreadReply:
    """One story."""
    stored = page.stored
    return ThreadReply(
        thread_id=stored.thread_id,
        title=stored.title,
        opened=stored.opened,
        latest=stored.latest,
        link=base + thread_link(stored.thread_id),
        reports=[
            ReportRead(
                document_id=one.document_id,
                at=one.at,
                title=one.source.title if one.source else None,
                outlet=one.source.outlet if one.source else None,
                language=one.source.language if one.source else None,
                link=base + document_link(one.document_id),
                news=one.news or one.opened,
                events=[_event(event, one.document_id, base) for event in one.events],
            )
            for one in page.reports
        ],
        next=page.cursor or None,
    )


def brief_reply(brief: Brief, base: str, chinese: bool) -> BriefReply:
    """A brief, its citations by document instead of by number."""
    ids = {one.number: one.document_id for one in brief.documents}

    def cited(citations: Iterable[Citation]) -> list[Cited]:
        return [place for one in citations for place in _places(ids[one.number], one.paragraphs, base)]

    return BriefReply(
        heading=brief.heading,
        queries=list(brief.queries),
        read=brief.coverage.read,
        found=brief.coverage.found.value,
        groups={
            group: [Sentence(text=one.text, citations=cited(one.citations)) for one in points]
            for group, points in brief.groups
        },
        disagreements=[
            Disagreement(
                kind=one.kind,
                label=one.label,
                sides=[
                    Sentence(text=f"{side.value} {side.quote}".strip() or side.status, citations=cited([side.citation]))
                    for side in one.sides
                ],
            )
            for one in brief.contradictions
        ],
        timeline=[
            Happened(
                label=one.label,
                status=one.status,
                entities=list(one.entities),
                told=Sentence(
                    text=f"{one.at:%Y-%m-%d} {(one.zh if chinese else one.en) or one.title}",
                    citations=cited(one.citations),
                ),
            )
            for one in brief.timeline
        ],
        documents=[_place(one.document_id, 0, base) for one in brief.documents],
    )


def _found(result: Result, base: str) -> DocumentFound:
    document = result.document_id
    points = [
        Sentence(text=point.text, citations=_places(document, point.citations, base))
        for group in result.summary
        for point in group.points
    ]
    passages = [Sentence(text=one.text, citations=[_place(document, one.paragraph, base)]) for one in result.passages]
    return DocumentFound(
        document_id=document,
        title=result.title,
        outlet=result.outlet,
        at=result.at,
        language=result.language,
        rights=result.rights,
        url=safe_link(result.url),
        link=base + document_link(document),
        kind=result.kind,
        entities=list(result.entities),
        events=[_event(one, document, base) for one in result.events],
        points=points or passages,
        thread_id=result.thread.thread_id if result.thread else None,
    )


def _event(event: Event | ArticleEvent | StoryEvent, document: str, base: str) -> Happened:
    """The quote where it may be shown, else the line of our own words."""
    told = getattr(event, "quote", "") or event.en or event.zh or f"{event.label}, {event.status}"
    return Happened(
        label=event.label,
        status=event.status,
        entities=list(getattr(event, "entities", ())),
        told=Sentence(text=told, citations=[_place(document, event.paragraph, base)]),
    )


def _places(document: str, paragraphs: Sequence[int], base: str) -> list[Cited]:
    return [_place(document, one, base) for one in paragraphs]


def _place(document: str, paragraph: int, base: str) -> Cited:
    link = base + document_link(document, paragraph=paragraph or None)
    return Cited(document_id=document, paragraph=paragraph, link=link)
