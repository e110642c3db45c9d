"""Who is told of a document, and why the others are not. Pure; every no has its reason, which `explain` prints.

An event goes down each subscription's tree by itself. A route that wants it offers it to the routes below, in their
order; the first that wants it takes it, the next ones see it only when that one says `continue`. What none of them
takes stays at the route itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from services.alerter.domain.condition import Answers
from services.alerter.domain.routes import Route
from services.alerter.domain.routes_reading import Reading, current
from services.alerter.domain.subscriptions import Keys, When
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


class Match(NamedTuple):
    """A subscription, or a route of one, that wants the document, and the events that it wants it for."""

    subscription: Route
    events: tuple[EventFound, ...]


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


def matches(document: DocumentClassified, routes: Sequence[Route], answers: Answers | None = None) -> tuple[Match, ...]:
    """The routes that want the document, each with its events: looked for one by one. RouteIndex does it faster."""
    reading = Reading(document)
    found: list[Match] = []
    for root in routes:
        taken: dict[Route, list[EventFound]] = {}
        for event in reading.events:
            for route in taken_by(reading, event, root, answers or {}):
                taken.setdefault(route, []).append(event)
        found += [Match(route, tuple(taken[route])) for route in root.below() if route in taken]
    return tuple(found)


def taken_by(reading: Reading, event: EventFound, route: Route, answers: Answers) -> tuple[Route, ...]:
    """The routes of a tree that take the event; none when `route` itself refuses it."""
    if refusal(reading, event, route, answers):
        return ()
    found: list[Route] = []
    for child in route.children:
        taken = taken_by(reading, event, child, answers)
        found += taken
        if taken and not child.continues:
            break
    return tuple(found) or (route,)


def mismatch(document: DocumentClassified, route: Route, answers: Answers | None = None) -> str:
    """Why the route itself does not want the document, routes above it left aside; empty when it does."""
    reading = Reading(document)
    whys = [refusal(reading, event, route, answers or {}) for event in reading.events]
    return _document_refusal(reading, route) or ("" if "" in whys else _joined(whys))


def unwanted(
    document: DocumentClassified | Reading, root: Route, answers: Answers | None = None
) -> Iterator[tuple[str, str]]:
    """The routes of a tree that refuse the document, and why: by which key, or which route takes it before.

    Below a route that refuses, none is named: they see nothing.
    """
    reading = document if isinstance(document, Reading) else Reading(document)
    return _left_out(reading, reading.events, root, answers or {})


def _left_out(
    reading: Reading, offered: Sequence[EventFound], route: Route, answers: Answers
) -> Iterator[tuple[str, str]]:
    whys = [refusal(reading, event, route, answers) for event in offered]
    open_to_it = [event for event, why in zip(offered, whys, strict=True) if not why]
    if not open_to_it:
        yield route.name, _joined(whys)
        return
    taken: dict[int, str] = {}
    for child in route.children:
        left = [event for event in open_to_it if id(event) not in taken]
        if left:
            yield from _left_out(reading, left, child, answers)
        else:
            takers = ", ".join(dict.fromkeys(taken.values()))
            yield child.name, f"{takers} stands before it and takes what it could"
        if not child.continues:
            taken |= {id(event): child.name for event in left if not refusal(reading, event, child, answers)}


def _joined(whys: Sequence[str]) -> str:
    return "; ".join(dict.fromkeys(whys)) or "no current event"


def refusal(reading: Reading, event: EventFound, route: Route, answers: Answers) -> str:
    """The key of the route that refuses the event, in words; empty when it is wanted."""
    return (
        _document_refusal(reading, route)
        or _event_refusal(reading, event, route.when)
        or _condition_refusal(route, answers)
    )


def _document_refusal(reading: Reading, route: Route) -> str:
    document, when = reading.document, route.when
    if document.importance < when.importance:
        return f"importance {document.importance} is below {when.importance}"
    never = when.never
    if never.importance is not None and document.importance >= never.importance:
        return f"not: importance {document.importance} is {never.importance} or above"
    for key, value in (("kind", document.kind), ("language", document.language), ("source", document.source)):
        if (wanted := _of(when, key)) and value not in wanted:
            return f"{key} {value}"
        if value in _of(never, key):
            return f"not: {key} {value}"
    if route.words and not any(reading.says(word) for word in route.words):
        return f"none of the words {', '.join(when.words)}"
    for word, written in zip(route.refused_words, never.words, strict=False):
        if reading.says(word):
            return f"not: the word {written}"
    return ""


def _of(keys: Keys, key: str) -> tuple[str, ...]:
    return {"kind": keys.kinds, "language": keys.languages, "source": keys.sources}[key]


def _event_refusal(reading: Reading, event: EventFound, when: When) -> str:
    acting, never = reading.acting(event), when.never
    if when.entities and acting.isdisjoint(when.entities):
        return f"{event.label}: {', '.join(sorted(acting)) or 'nobody'} acts"
    if when.families and event.family not in when.families:
        return f"{event.label}: {event.family}"
    if when.labels and event.label not in when.labels:
        return f"label {event.label}"
    if when.statuses and event.status not in when.statuses:
        return f"{event.label}: status {event.status}"
    if refused := acting & set(never.entities):
        return f"not: {event.label}: {', '.join(sorted(refused))} acts"
    for value, refused_values in (
        (event.family, never.families),
        (event.label, never.labels),
        (event.status, never.statuses),
    ):
        if value in refused_values:
            return f"not: {event.label}: {value}"
    return ""


def _condition_refusal(route: Route, answers: Answers) -> str:
    answer = answers.get(route.only_if) if route.only_if else None
    return "" if answer is None or answer.holds else f"only if “{route.only_if}”: {answer.words()}"
