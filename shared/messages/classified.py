"""What the classifier understood.

Places: `paragraph` 0 is the title, n the n-th paragraph from 1; `start` and `end` are character offsets in it, so that
`text_of(paragraph)[start:end]` is the quote, letter by letter.
"""

from typing import Literal

from pydantic import Field

from shared.messages.common import Frozen, Language, Published, Reliability, Rights, Role, Times

Family = Literal["strategic_move", "regulatory_event"]
Status = Literal["announced", "completed", "planned", "rumoured", "denied", "background"]
Kind = Literal["news", "analysis", "filing", "policy", "press_release", "market_note"]
FactKind = Literal["amount", "percentage", "counterparty", "regulator", "document_number", "effective_date"]
PointGroup = Literal["deal", "move", "money", "rule", "penalty", "people", "background"]
"""What a key point is about, in the order in which people read them."""


class Mention(Frozen):
    """One place where an entity is named."""

    text: str
    paragraph: int = Field(ge=0)
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class EntityFound(Frozen):
    """An entity that acts, is acted upon or is named as a case."""

    entity: str
    mentions: tuple[Mention, ...] = ()


class Evidence(Frozen):
    """A verbatim quote and where it stands."""

    quote: str
    paragraph: int = Field(ge=0)
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Fact(Frozen):
    """One figure or name in a named role. `value` is normalised (2.06亿元 → 206000000), `unit` a currency or %."""

    kind: FactKind
    value: str
    unit: str | None = None
    evidence: Evidence


class EventFound(Frozen):
    """One (label, status) that the text itself supports."""

    label: str
    family: Family
    status: Status
    entities: tuple[str, ...] = ()
    evidence: Evidence
    facts: tuple[Fact, ...] = ()
    confidence: float = Field(ge=0, le=1)
    reasons: tuple[str, ...] = ()
    """Names of the rules and features that decided, strongest first."""


class SummarySentence(Frozen):
    """One sentence of the summary and the paragraphs it rests on."""

    text: str
    citations: tuple[int, ...]


class EventLine(Frozen):
    """One event in a line of our own words, in Chinese and in English, made from its facts alone.

    A name that is known in one language only stands in both lines as the article writes it.
    """

    label: str
    status: Status
    zh: str
    en: str
    citations: tuple[int, ...]
    """The paragraphs that hold the evidence of the event and of every fact in the line."""


class KeyPoints(Frozen):
    """What the article says about one side of its story, letter by letter."""

    group: PointGroup
    points: tuple[SummarySentence, ...]


class SecondGist(Frozen):
    """A gist in English by a second reader, a language model: its own words, kept apart from the summary."""

    language: Literal["en"] = "en"
    sentences: tuple[SummarySentence, ...]
    """At most two; each cites the paragraph that holds its verbatim quote."""
    reader: str
    """Name of the model that wrote it."""


class DocumentClassified(Frozen):
    """What a document says happened, to whom, and how we know."""

    version: Literal[1] = 1
    document_id: str = Field(pattern=r"^[0-9a-f]{32}$")
    revision: int = Field(ge=1)
    url: str
    source: str
    outlet: str | None = None
    role: Role = "alert"
    rights: Rights = "full"
    title: str
    lead: str
    """The first paragraphs, at most 1,000 characters: what threads are compared by."""
    language: Language
    published: Published | None = None
    relevant: bool
    relevance_reasons: tuple[str, ...] = ()
    kind: Kind
    entities: tuple[EntityFound, ...] = ()
    events: tuple[EventFound, ...] = ()
    importance: int = Field(ge=1, le=5)
    summary: tuple[SummarySentence, ...] = ()
    """The gist: at most two sentences of the article; earlier writers gave three."""
    model: str
    """Which rules and weights judged, for `explain` and replays."""
    second_gist: SecondGist | None = None
    """Only where a second reader is configured and was asked for it."""
    times: Times
    lines: tuple[EventLine, ...] | None = None
    """A line for every event, the weightiest first; None from a writer that made none."""
    points: tuple[KeyPoints, ...] | None = None
    """Key points in groups; None from a writer that made none."""
    reliability: Reliability | None = None
    """Of the source, as the found document says it; None counts as F."""
