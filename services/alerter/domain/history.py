"""What is stored of the past, as a replay of it under other rules wants it. Pure.

A replay that changes subscriptions alone leaves every document in the thread that it came into. One that changes
classifications as well finds threads anew for the documents that read differently now, and for no others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.alerter.domain.likeness import Likeness
from services.alerter.domain.news import NewFact
from services.alerter.domain.report import Report
from services.alerter.domain.state import ThreadState
from services.alerter.domain.threads import Decision, Taken, assign, take
from shared.messages import DocumentClassified

Key = tuple[str, int]
"""A document and its revision."""


@dataclass(frozen=True)
class Placement:
    """Where a revision came, and what it added there."""

    thread_id: str | None
    """None for what came into no thread."""
    news: tuple[NewFact, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Past:
    """One stored classification with what became of it."""

    document: DocumentClassified
    received: datetime
    """When the alerter took it in; a replay's clock shows this time."""
    placement: Placement | None = None
    """None where no decision is stored."""
    changed: bool = False
    """It is classified otherwise than it was: its placement counts no more."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Condition in plain words to what the second reader answered then."""

    @property
    def key(self) -> Key:
        """Of the classification."""
        return self.document.document_id, self.document.revision


def reclassified(past: Past, again: DocumentClassified | None) -> Past:
    """`past` as the classifier reads it now; itself where it reads the same, or was not read again.

    What the classifier was not given comes from the stored message: the source's reliability, and the times.
    """
    if again is None:
        return past
    known = past.document
    document = again.model_copy(update={"reliability": known.reliability, "times": known.times, "role": known.role})
    if _gist(document) == _gist(known):
        return past
    return replace(past, document=document, changed=True)


def _gist(document: DocumentClassified) -> object:
    """What routing and threads go by."""
    events = [
        (event.label, event.status, event.entities, [(fact.kind, fact.value, fact.unit) for fact in event.facts])
        for event in document.events
    ]
    entities = sorted(found.entity for found in document.entities)
    return document.relevant, document.kind, document.importance, entities, events


@dataclass
class Remembering:
    """Threads as they were made: it takes the place of likeness (see application/assigning.py)."""

    likeness: Likeness
    """For documents that are classified otherwise now."""
    placements: dict[Key, Placement] = field(default_factory=dict)
    _touched: set[str] = field(default_factory=set)
    """Threads with a member that is classified otherwise now: what is new in them is found anew."""

    def expect(self, past: Past) -> None:
        """This one comes next."""
        if past.placement is None:
            return
        if not past.changed:
            self.placements[past.key] = past.placement
        elif past.placement.thread_id is not None:
            self._touched.add(past.placement.thread_id)

    def place_of(self, report: Report) -> Placement | None:
        """Where it came; None where that is not known, or counts no more."""
        return self.placements.get((report.document_id, report.revision))

    def assign(self, report: Report, candidates: Sequence[ThreadState]) -> Decision:
        """The thread of old; else by likeness."""
        kept = self.place_of(report)
        if kept is None:
            return assign(report, candidates, self.likeness)
        found = next((thread for thread in candidates if thread.thread_id == kept.thread_id), None)
        return Decision(found, 1.0, kept.reasons)

    def take(self, report: Report, decision: Decision) -> Taken:
        """With the facts that were new then, as long as its thread has the members that it had then."""
        kept = self.place_of(report)
        taken = take(report, decision)
        if kept is None:
            self._touched.add(taken.thread.thread_id)
            return taken
        if taken.opened:
            named = kept.thread_id or taken.thread.thread_id
            thread = taken.thread.model_copy(update={"thread_id": named})
            return Taken(thread, (), True, decision)
        if decision.thread is None or kept.thread_id in self._touched:
            return taken
        member = taken.thread.member(report.document_id) or report
        return Taken(decision.thread.with_report(member, bool(kept.news)), kept.news, False, decision)
