"""What comes when: deadlines for comments, dates of effect and results days, each with the documents that say so. Pure.

An entry is one kind of day of one thread, so that a reprint or a translation adds a citation and no second entry.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime

from shared.calendar.days import AHEAD, DayKind, days_in
from shared.messages import DocumentClassified
from shared.messages.common import Frozen, Language
from shared.rights import shown

CITED = 4
"""Documents that an entry cites, the first ones."""
CHINA = ZoneInfo("Asia/Shanghai")
"""Where an article without a date was first seen on a day: all of mainland China keeps this time."""


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


class Announced(Frozen):
    """The days that a document announces, with what an entry says of it: nothing else of it needs to be kept."""

    document_id: str
    thread_id: str
    received: AwareDatetime
    title: str
    language: Language
    label: str
    status: str
    importance: int
    entities: tuple[str, ...]
    days: tuple[tuple[DayKind, date, Cited], ...]
    """Each kind and day once."""


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
    return entries_from(announced(one) for one in documents)


def announced(filed: Filed) -> Announced:
    """What the document announces; perhaps no day at all."""
    document = filed.document
    event = next(iter(document.events), None)
    return Announced(
        document_id=document.document_id,
        thread_id=filed.thread_id,
        received=filed.received,
        title=document.title,
        language=document.language,
        label=event.label if event else "",
        status=event.status if event else "",
        importance=document.importance,
        entities=tuple(sorted({entity for one in document.events for entity in one.entities})),
        days=tuple(_days(filed)),
    )


def entries_from(documents: Iterable[Announced]) -> tuple[Entry, ...]:
    """The entries of what the documents announce, in the order of their days."""
    found: dict[tuple[date, DayKind, str], list[tuple[Announced, Cited]]] = {}
    for one in sorted(documents, key=lambda each: (each.received, each.document_id)):
        for kind, day, cited in one.days:
            found.setdefault((day, kind, one.thread_id), []).append((one, cited))
    return tuple(_entry(*key, said) for key, said in sorted(found.items(), key=lambda item: item[0]))


def _entry(day: date, kind: DayKind, thread_id: str, said: Sequence[tuple[Announced, Cited]]) -> Entry:
    documents = [one for one, _ in said]
    first = documents[0]
    name = hashlib.sha256(f"{kind}/{thread_id}/{day.isoformat()}".encode()).hexdigest()[:32]
    return Entry(
        uid=f"{name}@luming",
        kind=kind,
        day=day,
        thread_id=thread_id,
        title=first.title,
        language=first.language,
        label=first.label,
        status=first.status,
        importance=max(one.importance for one in documents),
        entities=tuple(sorted({entity for one in documents for entity in one.entities})),
        cited=tuple({cited.document_id: cited for _, cited in reversed(said)}.values())[::-1][:CITED],
        known=first.received,
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
    return document.times.first_seen.astimezone(CHINA).date()


def _iso(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
