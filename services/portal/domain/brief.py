"""A brief: what is known of a topic, every point with the documents and paragraphs that hold it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.portal.domain.page import Count
from shared.messages.classified import Status
from shared.messages.common import Rights

Group = Literal[
    "model",
    "results",
    "capital",
    "partners",
    "products",
    "payment",
    "strategy",
    "people",
    "rules",
    "compliance",
    "other",
]
"""What a strategy reader asks of a company or a field, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Reprint:
    """The same story under another roof: named beside its original, and counted with it once."""

    document_id: str
    outlet: str
    at: datetime
    precision: str


@dataclass(frozen=True, slots=True)
class BriefDocument:
    """One document that the brief rests on."""

    number: int
    """By which citations name it, from 1, in the order of the search."""
    document_id: str
    title: str
    outlet: str
    url: str
    at: datetime
    precision: str
    language: str
    rights: Rights
    kind: str
    thread_id: str | None
    reprints: tuple[Reprint, ...]
    cited: bool
    """At least one point rests on it."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a point stands."""

    number: int
    """BriefDocument.number."""
    paragraphs: tuple[int, ...]
    """From 1; 0 is the title."""


@dataclass(frozen=True, slots=True)
class BriefPoint:
    """One thing that is known."""

    text: str
    citations: tuple[Citation, ...]
    wording: Literal["article", "facts", "second_reader"]
    """Letter by letter from the first cited article; a line of our own made of its facts; or the second reader's."""
    outlets: int
    """Independent outlets that say so."""
    at: datetime
    """When the newest of its documents is from."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one document says where others say something else."""

    citation: Citation
    status: Status
    value: str
    """The figure as the document writes it; empty where statuses are at odds."""
    quote: str
    """Its words as far as they may be shown."""
    at: datetime
    precision: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Sources that cannot all be right, or of which one is older than the other."""

    kind: Literal["figures", "denied", "behind"]
    """Figures differ; reported and denied; completed by one, planned or rumoured by a later one."""
    label: str
    entities: tuple[str, ...]
    thread_id: str
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """One event in the line of time, when it was first reported."""

    at: datetime
    precision: str
    label: str
    status: Status
    entities: tuple[str, ...]
    zh: str
    en: str
    """The line of our own words; empty where none was made, and the title stands in."""
    title: str
    citations: tuple[Citation, ...]
    outlets: int
    thread_id: str | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the brief rests on, and what it does not show."""

    found: Count
    """Documents that the search found."""
    read: int
    """Stories among them that were read, reprints not counted."""
    reprints: int
    threads: int
    """Documents that the search did not find and that belong to the same threads."""
    outlets: tuple[str, ...]
    first: datetime | None
    last: datetime | None
    pruned: int
    """Documents whose text was deleted: by age, or on request."""
    links: int
    """Documents of which title and link alone may be shown."""
    withheld: int
    """Points that the measure of an excerpt left no room for."""
    unread: int
    """Documents that the classifier has not read."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What became of the second reader's sentences."""

    asked: bool = False
    kept: int = 0
    dropped: Mapping[str, int] | None = None
    """Why others were not believed; the articles' own sentences stand in for them."""
    failed: str = ""
    """Why there was no answer."""


@dataclass(frozen=True, slots=True)
class Brief:
    """The page."""

    asked: str
    """As it was typed."""
    heading: str
    queries: tuple[str, ...]
    """The queries that found the documents."""
    left_out: tuple[str, ...]
    """Words that too few documents hold together with the others: documents without them were read too."""
    since: datetime | None
    made: datetime
    documents: tuple[BriefDocument, ...]
    groups: tuple[tuple[Group, tuple[BriefPoint, ...]], ...]
    contradictions: tuple[Contradiction, ...]
    timeline: tuple[Moment, ...]
    coverage: Coverage
    wording: Wording = Wording()
    unheld: int = 0
    """Citations that were left out since the paragraph does not hold the whole point."""

    @property
    def points(self) -> int:
        """Points of all groups."""
        return sum(len(held) for _, held in self.groups)
