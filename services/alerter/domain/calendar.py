"""What comes when: deadlines for comments, dates of effect and results days, each with the documents that say so. Pure.

An entry is one kind of day of one thread, so that a reprint or a translation adds a citation and no second entry.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime

from services.alerter.domain.deadlines import AHEAD, DayKind, days_in
from services.alerter.domain.zones import HOME
from shared.messages import DocumentClassified
from shared.messages.common import Frozen, Language
from shared.rights import shown

CITED = 4
"""Documents that an entry cites, the first ones."""


@dataclass(frozen=True)
class Filed:
    """A classified document in its thread."""

    document: DocumentClassified
    thread_id: str
    paragraphs: Sequence[str]
    """Its text; without it what the message holds of it is read."""
    received: datetime


class Cited(Frozen):
    """A document that says so."""

    document_id: str
    title: str
    outlet: str
    url: str
    quote: str
    """Empty where its source's rights allow none."""
    paragraph: int


class Entry(Frozen):
    """One day."""

    uid: str
    """Of kind, thread and day: the same whenever the calendar is made."""
    kind: DayKind
    day: date
    thread_id: str
    title: str
    language: Language
    label: str
    status: str
    importance: int
    entities: tuple[str, ...]
    cited: tuple[Cited, ...]
    known: AwareDatetime
    """When the first of the documents came."""


def entries_of(documents: Iterable[Filed]) -> tuple[Entry, ...]:
    """All days that the documents announce, in their order."""
    found: dict[tuple[date, DayKind, str], list[tuple[Filed, Cited]]] = {}
    for filed in sorted(documents, key=lambda one: (one.received, one.document.document_id)):
        for kind, day, cited in _days(filed):
            found.setdefault((day, kind, filed.thread_id), []).append((filed, cited))
    return tuple(_entry(*key, said) for key, said in sorted(found.items(), key=lambda item: item[0]))


def _entry(day: date, kind: DayKind, thread_id: str, said: Sequence[tuple[Filed, Cited]]) -> Entry:
    documents = [filed.document for filed, _ in said]
    first = documents[0]
    event = next(iter(first.events), None)
    name = hashlib.sha256(f"{kind}/{thread_id}/{day.isoformat()}".encode()).hexdigest()[:32]
    return Entry(
        uid=f"{name}@luming",
        kind=kind,
        day=day,
        thread_id=thread_id,
        title=first.title,
        language=first.language,
        label=event.label if event else "",
        status=event.status if event else "",
        importance=max(one.importance for one in documents),
        entities=tuple(
            sorted({entity for filed, _ in said for one in filed.document.events for entity in one.entities})
        ),
        cited=tuple({cited.document_id: cited for _, cited in reversed(said)}.values())[::-1][:CITED],
        known=said[0][0].received,
    )


def _days(filed: Filed) -> Iterator[tuple[DayKind, date, Cited]]:
    document = filed.document
    written = _written(document)
    found: dict[tuple[DayKind, date], tuple[str, int]] = {}
    for event in document.events:
        for fact in event.facts if event.status != "background" else ():
            day = _iso(fact.value) if fact.kind == "effective_date" else None
            if day is not None and 0 <= (day - written).days <= AHEAD:
                found.setdefault(("effective", day), (event.evidence.quote, event.evidence.paragraph))
    places = (document.title, *(filed.paragraphs or document.lead.split("\n")))
    for one in days_in(places, written):
        if ("effective", one.day) not in found:  # 自12月1日起施行 beside a call for comments is one day
            found.setdefault((one.kind, one.day), (one.quote, one.paragraph))
    quotes = shown(document.rights, [quote for quote, _ in found.values()]).quotes
    for ((kind, day), (_, paragraph)), quote in zip(found.items(), quotes, strict=True):
        yield kind, day, Cited(
            document_id=document.document_id,
            title=document.title,
            outlet=document.outlet or document.source,
            url=document.url,
            quote=quote,
            paragraph=paragraph,
        )  # fmt: skip


def _written(document: DocumentClassified) -> date:
    """The day of the article: its page's own, else that of the first sight in China."""
    if document.published is not None and document.published.precision in ("minute", "day"):
        return document.published.at.date()
    return document.times.first_seen.astimezone(ZoneInfo(HOME)).date()


def _iso(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
