"""Who is told of a document, and why the others are not. Pure; every no has its reason, which `explain` prints."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.alerter.domain.subscriptions import Subscription, When
from shared.messages import DocumentClassified, EventFound


class Reason(StrEnum):
    """Why nobody is told of a document."""

    IRRELEVANT = "irrelevant"
    NO_EVENT = "no_event"
    MARKET_NOTE = "market_note"
    BACKGROUND = "background"
    RECALL = "recall"
    """Its source only measures what the others missed."""
    UNSUBSCRIBED = "unsubscribed"
    """No subscription wants it."""


@dataclass(frozen=True)
class Suppressed:
    """Nobody is told, and why."""

    reason: Reason
    detail: str


@dataclass(frozen=True)
class Match:
    """A subscription that wants the document, and the events that it wants it for."""

    subscription: Subscription
    events: tuple[EventFound, ...]


def current(document: DocumentClassified) -> tuple[EventFound, ...]:
    """Its events that are no history."""
    return tuple(event for event in document.events if event.status != "background")


def no_alert(document: DocumentClassified) -> Suppressed | None:
    """Why the document can alert nobody, whatever the subscriptions; None when it may."""
    if not document.relevant:
        return Suppressed(Reason.IRRELEVANT, "; ".join(document.relevance_reasons) or "nothing watched is concerned")
    if document.kind == "market_note":
        return Suppressed(Reason.MARKET_NOTE, "a market note never alerts by itself")
    if not document.events:
        return Suppressed(Reason.NO_EVENT, "no event is told")
    if not current(document):
        labels = ", ".join(sorted({event.label for event in document.events}))
        return Suppressed(Reason.BACKGROUND, f"told as history only: {labels}")
    return None


def matches(document: DocumentClassified, subscriptions: Sequence[Subscription]) -> tuple[Match, ...]:
    """The subscriptions that want the document."""
    found = []
    for subscription in subscriptions:
        if _document_mismatch(document, subscription.when):
            continue
        events = tuple(event for event in current(document) if not _event_mismatch(document, event, subscription.when))
        if events:
            found.append(Match(subscription, events))
    return tuple(found)


def mismatch(document: DocumentClassified, subscription: Subscription) -> str:
    """Why the subscription does not want the document; empty when it does."""
    if why := _document_mismatch(document, subscription.when):
        return why
    whys = [_event_mismatch(document, event, subscription.when) for event in current(document)]
    return "" if "" in whys else "; ".join(dict.fromkeys(whys)) or "no current event"


def _document_mismatch(document: DocumentClassified, when: When) -> str:
    if document.importance < when.importance:
        return f"importance {document.importance} is below {when.importance}"
    if when.kinds and document.kind not in when.kinds:
        return f"kind {document.kind}"
    if when.languages and document.language not in when.languages:
        return f"language {document.language}"
    if when.sources and document.source not in when.sources:
        return f"source {document.source}"
    return ""


def _event_mismatch(document: DocumentClassified, event: EventFound, when: When) -> str:
    acting = set(event.entities) or {found.entity for found in document.entities}
    if when.entities and not acting & set(when.entities):
        return f"{event.label}: {', '.join(sorted(acting)) or 'nobody'} acts"
    if when.families and event.family not in when.families:
        return f"{event.label}: {event.family}"
    if when.labels and event.label not in when.labels:
        return f"label {event.label}"
    if when.statuses and event.status not in when.statuses:
        return f"{event.label}: status {event.status}"
    return ""
