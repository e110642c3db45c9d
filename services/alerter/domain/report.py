"""What a thread remembers of a document: enough to compare later ones with it, and no more."""

import math
from datetime import datetime

from pydantic import AwareDatetime, Field

from shared.messages import DocumentClassified
from shared.messages.classified import FactKind, Kind, Status
from shared.messages.common import Frozen, Language, Published, Reliability

OTHER = "other"
BACKGROUND: Status = "background"


class Told(Frozen):
    """A fact in its role, without its place in the text."""

    kind: FactKind
    value: str
    unit: str | None = None


class ReportEvent(Frozen):
    """One event as a report tells it."""

    label: str
    status: Status
    entities: tuple[str, ...] = ()
    quote: str
    facts: tuple[Told, ...] = ()


class Report(Frozen):
    """One document of a thread."""

    document_id: str
    revision: int = Field(ge=1)
    title: str
    lead: str
    language: Language
    kind: Kind
    published: Published | None = None
    first_seen: AwareDatetime
    entities: tuple[str, ...] = ()
    events: tuple[ReportEvent, ...] = ()
    outlet: str | None = None
    """The publisher, of a reprint the one that it came from where its page says so; None where nobody is named."""
    reliability: Reliability | None = None
    """Of the source; None from an earlier writer."""
    repeats: str | None = None
    """The document of the thread that it prints; None while it stands by itself."""
    url: str | None = None
    """Where it stands; None from an earlier writer."""

    @property
    def when(self) -> datetime:
        """Published where the page says so, else first seen."""
        return self.published.at if self.published else self.first_seen

    @property
    def current(self) -> tuple[ReportEvent, ...]:
        """The events that are no history."""
        return tuple(event for event in self.events if event.status != BACKGROUND)

    @property
    def parties(self) -> frozenset[str]:
        """The identified entities that act in its current events, or in the document where no event names one."""
        acting = {entity for event in self.current for entity in event.entities} - {OTHER}
        return frozenset(acting or set(self.entities) - {OTHER})

    def days_from(self, other: "Report") -> float | None:
        """Days between the two publications; None where one is undated or dated to the year only."""
        mine, theirs = self.published, other.published
        if mine is None or theirs is None or "year" in (mine.precision, theirs.precision):
            return None
        gap = abs((mine.at - theirs.at).total_seconds()) / 86_400
        if "month" in (mine.precision, theirs.precision):
            gap = max(0.0, gap - 30.0)  # the day is unknown: the least gap that it allows
        return 0.0 if math.isclose(gap, 0.0) else gap


def report_of(document: DocumentClassified) -> Report:
    """What a thread remembers of `document`."""
    return Report(
        document_id=document.document_id,
        revision=document.revision,
        title=document.title,
        lead=document.lead,
        language=document.language,
        kind=document.kind,
        published=document.published,
        first_seen=document.times.first_seen,
        entities=tuple(found.entity for found in document.entities),
        events=tuple(
            ReportEvent(
                label=event.label,
                status=event.status,
                entities=event.entities,
                quote=event.evidence.quote,
                facts=tuple(Told(kind=fact.kind, value=fact.value, unit=fact.unit) for fact in event.facts),
            )
            for event in document.events
        ),
        outlet=document.outlet,
        reliability=document.reliability,
        url=document.url,
    )
