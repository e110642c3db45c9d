"""A thread as its page shows it: one line of time over all outlets and languages, what was new, who was told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from services.portal.domain.article import Decision, Delivery
from services.portal.domain.story_cursor import Place, written
from shared.messages import DocumentClassified
from shared.messages.classified import Status
from shared.messages.common import Rights
from shared.rights import shown

Told = TypeVar("Told", Decision, Delivery)


@dataclass(frozen=True, slots=True)
class Source:
    """What is stored of a report's document."""

    url: str
    outlet: str
    rights: Rights
    title: str
    language: str
    at: datetime
    precision: str
    repeats: str | None


@dataclass(frozen=True, slots=True)
class StoredReport:
    """One document of a thread; `source` is None where it was pruned."""

    document_id: str
    joined: datetime
    fact_version: int
    reason: str
    source: Source | None
    classified: DocumentClassified | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """What joined a thread before the reports that are read."""

    reports: int = 0
    fact_version: int = 0
    """The highest of them."""
    said: frozenset[tuple[str, str]] = frozenset()
    """Label and status of all their events."""


@dataclass(frozen=True, slots=True)
class StoredStory:
    """All that the tables know of a thread."""

    thread_id: str
    title: str
    opened: datetime
    latest: datetime
    fact_version: int
    reports: tuple[StoredReport, ...]
    """The newest, or those before a place."""
    decisions: tuple[Decision, ...]
    deliveries: tuple[Delivery, ...]
    total: int = 0
    """Reports of the whole thread."""
    earlier: Earlier = Earlier()


@dataclass(frozen=True, slots=True)
class StoryEvent:
    """What a report says happened."""

    label: str
    status: Status
    first: bool
    """No earlier report of the thread says so."""
    quote: str
    paragraph: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class StoryReport:
    """One report, at its place in time."""

    document_id: str
    at: datetime
    precision: str
    source: Source | None
    joined: datetime
    reason: str
    events: tuple[StoryEvent, ...]
    opened: bool
    """It is the thread's first to come."""
    news: bool
    """It told a new fact when it came."""
    decisions: tuple[Decision, ...]
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class StoryPage:
    """The thread with its reports in the order in which they were published."""

    stored: StoredStory
    reports: tuple[StoryReport, ...]
    statuses: tuple[tuple[Status, datetime, str], ...]
    """Each status of the story, when it was first reported and by which document."""
    outlets: int
    languages: tuple[str, ...]
    cursor: str = ""
    """Of the older reports; empty where there are none."""


def story_page(stored: StoredStory) -> StoryPage:
    """The page; quotes are cut to what the rights in each document allow."""
    told: set[tuple[str, str]] = set(stored.earlier.said)
    statuses: dict[Status, tuple[datetime, str]] = {}
    came = sorted(stored.reports, key=lambda one: (one.joined, one.fact_version, one.document_id))
    versions: dict[str, tuple[bool, bool]] = {}
    highest = stored.earlier.fact_version
    for report in came:
        versions[report.document_id] = (highest == 0, report.fact_version > highest > 0)
        highest = max(highest, report.fact_version)
    decisions, deliveries = _by_document(stored.decisions), _by_document(stored.deliveries)
    found = []
    for report in sorted(stored.reports, key=lambda one: (_at(one), one.joined, one.document_id)):
        events = _events(report, told)
        for event in events:
            statuses.setdefault(event.status, (_at(report), report.document_id))
        opened, news = versions[report.document_id]
        found.append(
            StoryReport(
                document_id=report.document_id,
                at=_at(report),
                precision=report.source.precision if report.source else "seen",
                source=report.source,
                joined=report.joined,
                reason=report.reason,
                events=events,
                opened=opened,
                news=news,
                decisions=tuple(decisions.get(report.document_id, ())),
                deliveries=tuple(deliveries.get(report.document_id, ())),
            )
        )
    sources = [report.source for report in found if report.source]
    return StoryPage(
        stored=stored,
        reports=tuple(found),
        statuses=tuple((status, at, document) for status, (at, document) in statuses.items() if status != "background"),
        outlets=len({one.outlet for one in sources}),
        languages=tuple(dict.fromkeys(one.language for one in sources)),
        cursor=written(_first(stored.reports), stored.thread_id) if stored.earlier.reports else "",
    )


def _first(reports: Iterable[StoredReport]) -> Place:
    return min((one.joined, one.document_id) for one in reports)


def _by_document(told: Iterable[Told]) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = {}
    for one in told:
        found.setdefault(one.document_id, []).append(one)
    return found


def _at(report: StoredReport) -> datetime:
    return report.source.at if report.source else report.joined


def _events(report: StoredReport, told: set[tuple[str, str]]) -> tuple[StoryEvent, ...]:
    """Its events; `told` is what earlier reports said, and takes these in."""
    if report.classified is None or report.source is None:
        return ()
    found = report.classified.events
    lines = {(line.label, line.status): line for line in report.classified.lines or ()}
    quotes = shown(report.source.rights, [event.evidence.quote for event in found]).quotes
    events = []
    for event, quote in zip(found, quotes, strict=True):
        key = (event.label, event.status)
        line = lines.get(key)
        words = (line.zh, line.en) if line else ("", "")
        events.append(StoryEvent(event.label, event.status, key not in told, quote, event.evidence.paragraph, *words))
        told.add(key)
    return tuple(events)
