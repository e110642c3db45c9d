"""Briefs for programs, version 1 of the API."""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, Field

from services.portal.domain.brief import Brief, Citation, Group
from shared.messages.classified import Status
from shared.messages.common import Rights


class CitationAnswer(BaseModel):
    """Where it stands."""

    document: int = Field(description="`number` of a document below")
    paragraphs: list[int] = Field(description="from 1; 0 is the title")


class BriefPointAnswer(BaseModel):
    """One thing that is known; every citation was checked: its paragraphs hold the point."""

    text: str
    wording: Literal["article", "facts", "second_reader"]
    outlets: int = Field(description="independent outlets that say so")
    citations: list[CitationAnswer]


class BriefGroupAnswer(BaseModel):
    """Points about one side of the topic."""

    group: Group
    points: list[BriefPointAnswer]


class SideAnswer(BaseModel):
    """What one document says."""

    at: AwareDatetime
    status: Status
    value: str
    quote: str = Field(description="as far as its rights allow")
    citation: CitationAnswer


class ContradictionAnswer(BaseModel):
    """Sources that say different things."""

    kind: Literal["figures", "denied", "behind"]
    label: str
    entities: list[str]
    thread_id: str
    sides: list[SideAnswer]


class MomentAnswer(BaseModel):
    """One event at its first report."""

    at: AwareDatetime
    precision: str
    label: str
    status: Status
    entities: list[str]
    zh: str
    en: str
    title: str
    outlets: int
    thread_id: str | None
    citations: list[CitationAnswer]


class ReprintAnswer(BaseModel):
    """The same text elsewhere."""

    document_id: str
    outlet: str
    at: AwareDatetime


class BriefDocumentAnswer(BaseModel):
    """One document that was read."""

    number: int
    document_id: str
    title: str
    outlet: str
    url: str
    at: AwareDatetime
    precision: str
    language: str
    rights: Rights
    kind: str
    thread_id: str | None
    cited: bool
    reprints: list[ReprintAnswer]


class CoverageAnswer(BaseModel):
    """What it rests on, and what is left out."""

    found: int
    found_exact: bool
    read: int
    reprints: int
    threads: int
    outlets: list[str]
    first: AwareDatetime | None
    last: AwareDatetime | None
    pruned: int
    links: int
    withheld: int
    unread: int


class WordingAnswer(BaseModel):
    """What became of the second reader's sentences."""

    asked: bool
    kept: int
    dropped: dict[str, int]
    failed: str


class BriefAnswer(BaseModel):
    """The brief; without a document where nothing was found."""

    asked: str
    heading: str
    queries: list[str]
    left_out: list[str]
    since: AwareDatetime | None
    made: AwareDatetime
    coverage: CoverageAnswer
    wording: WordingAnswer
    groups: list[BriefGroupAnswer]
    contradictions: list[ContradictionAnswer]
    timeline: list[MomentAnswer]
    documents: list[BriefDocumentAnswer]


def brief_answer(brief: Brief) -> BriefAnswer:
    """The brief for programs."""
    covered, wording = brief.coverage, brief.wording
    return BriefAnswer(
        asked=brief.asked,
        heading=brief.heading,
        queries=list(brief.queries),
        left_out=list(brief.left_out),
        since=brief.since,
        made=brief.made,
        coverage=CoverageAnswer(
            found=covered.found.value, found_exact=covered.found.exact, read=covered.read, reprints=covered.reprints,
            threads=covered.threads,
            outlets=list(covered.outlets), first=covered.first, last=covered.last, pruned=covered.pruned,
            links=covered.links, withheld=covered.withheld, unread=covered.unread,
        ),
        wording=WordingAnswer(
            asked=wording.asked, kept=wording.kept, dropped=dict(wording.dropped or {}), failed=wording.failed
        ),
        groups=[
            BriefGroupAnswer(
                group=group,
                points=[
                    BriefPointAnswer(text=one.text, wording=one.wording, outlets=one.outlets,
                                     citations=[_citation(each) for each in one.citations])
                    for one in points
                ],
            )
            for group, points in brief.groups
        ],
        contradictions=[
            ContradictionAnswer(
                kind=one.kind, label=one.label, entities=list(one.entities), thread_id=one.thread_id,
                sides=[SideAnswer(at=side.at, status=side.status, value=side.value, quote=side.quote,
                                  citation=_citation(side.citation)) for side in one.sides],
            )
            for one in brief.contradictions
        ],
        timeline=[
            MomentAnswer(at=one.at, precision=one.precision, label=one.label, status=one.status,
                         entities=list(one.entities), zh=one.zh, en=one.en, title=one.title, outlets=one.outlets,
                         thread_id=one.thread_id, citations=[_citation(each) for each in one.citations])
            for one in brief.timeline
        ],
        documents=[
            BriefDocumentAnswer(
                number=one.number, document_id=one.document_id, title=one.title, outlet=one.outlet, url=one.url,
                at=one.at, precision=one.precision, language=one.language, rights=one.rights, kind=one.kind,
                thread_id=one.thread_id, cited=one.cited,
                reprints=[ReprintAnswer(document_id=each.document_id, outlet=each.outlet, at=each.at)
                          for each in one.reprints],
            )
            for one in brief.documents
        ],
    )  # fmt: skip


def _citation(citation: Citation) -> CitationAnswer:
    return CitationAnswer(document=citation.number, paragraphs=list(citation.paragraphs))
