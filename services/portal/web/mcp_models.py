"""What the tools of assistants answer: every sentence with document, paragraph and link, so that it can be cited."""

from pydantic import AwareDatetime, BaseModel, Field


class Cited(BaseModel):
    """Where a sentence stands."""

    document_id: str
    paragraph: int = Field(description="from 1; 0 is the title")
    link: str = Field(description="opens the paragraph")


class Sentence(BaseModel):
    """One sentence of the article, or a line of our own made of its facts, with where it stands."""

    text: str
    citations: list[Cited]


class Happened(BaseModel):
    """What happened by this document."""

    label: str
    status: str = Field(description="planned, rumoured, announced, completed, denied, background")
    entities: list[str]
    told: Sentence


class DocumentFound(BaseModel):
    """One document, with no more of its words than its source's rights allow."""

    document_id: str
    title: str
    outlet: str
    at: AwareDatetime
    language: str
    rights: str = Field(description="full, excerpt (short quotes) or link (title and link alone)")
    url: str = Field(description="the original")
    link: str = Field(description="the document in the portal")
    kind: str
    entities: list[str]
    events: list[Happened]
    points: list[Sentence] = Field(description="key points, else passages that hold the words")
    thread_id: str | None


class SearchReply(BaseModel):
    """A page of a search."""

    query: str
    total: int
    exact: bool = Field(description="false: about so many")
    notes: list[str]
    documents: list[DocumentFound]
    next: str | None = Field(description="the cursor of the next page; null on the last one")


class ParagraphRead(BaseModel):
    """As much of a paragraph as may be shown."""

    number: int
    text: str
    whole: bool
    link: str


class DocumentReply(DocumentFound):
    """One document with its text."""

    revision: int
    author: str | None
    paragraphs: list[ParagraphRead]


class ReportRead(BaseModel):
    """One report of a thread; title and outlet are null where the document was deleted."""

    document_id: str
    at: AwareDatetime
    title: str | None
    outlet: str | None
    language: str | None
    link: str
    news: bool = Field(description="it opened the thread or told a new fact")
    events: list[Happened]


class ThreadReply(BaseModel):
    """One story over all outlets and languages, in the order of time."""

    thread_id: str
    title: str
    opened: AwareDatetime
    latest: AwareDatetime
    link: str
    reports: list[ReportRead]
    next: str | None = Field(description="the cursor of the reports before these; null where none is older")


class Disagreement(BaseModel):
    """Sources that say different things."""

    kind: str = Field(description="figures, denied, or behind: one of them is older")
    label: str
    sides: list[Sentence]


class BriefReply(BaseModel):
    """What is known of a topic; every citation was checked: its paragraphs hold the point."""

    heading: str
    queries: list[str]
    read: int = Field(description="documents that it rests on")
    found: int
    groups: dict[str, list[Sentence]]
    disagreements: list[Disagreement]
    timeline: list[Happened]
    documents: list[Cited] = Field(description="each document that was read, by its title's place")
