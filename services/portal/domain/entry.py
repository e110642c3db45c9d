"""What the index holds of a document, made from what the other services know of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.portal.domain import codes
from services.portal.domain.names import FIELD as NAME
from services.portal.domain.names import NONE, Names
from services.portal.domain.normalise import normalise, normalise_all
from services.portal.domain.tokens import text_codes
from services.portal.domain.vocabulary import UNREAD
from shared.messages import DocumentClassified

EARLY = timedelta(days=1)
"""A page may say a date so far after it was first seen (timezones); what it says beyond is not believed."""
EARLIER = "\f"
"""Stands in the index before what only earlier revisions said."""
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Pages that say they are older are indexed as of this day: the internet healthcare of China is younger."""
LONGEST = 400_000
"""Characters of one document that are indexed: PostgreSQL takes values of a gigabyte, a search should not."""


@dataclass(frozen=True, slots=True)
class StoredRevision:
    """One row of documents."""

    revision: int
    number: int
    title: str
    paragraphs: tuple[str, ...]
    source: str
    outlet: str | None
    language: str
    published: datetime | None
    first_seen: datetime
    repeats: bool


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """What is known of one document."""

    document_id: str
    revisions: tuple[StoredRevision, ...]
    """In their order, at least one."""
    classified: DocumentClassified | None = None
    """The answer for the newest revision that has one."""
    received: datetime | None = None
    """When the alerter took that answer in."""
    thread_id: str | None = None


Facet = tuple[str, str]
"""Field and value."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the index, its facets by name."""

    document_id: str
    at: datetime
    number: int
    words: str
    text_codes: frozenset[int]
    title_codes: frozenset[int]
    entities: tuple[str, ...]
    labels: tuple[str, ...]
    statuses: tuple[str, ...]
    events: tuple[str, ...]
    """`label/status` of each event."""
    sources: tuple[str, ...]
    """What readers know it by first, then its source's name."""
    kind: str
    language: str
    importance: int
    thread_id: str | None
    repeats: bool
    revision: int
    revisions: int
    received: datetime | None
    names: tuple[str, ...] = ()
    """Watched names that the words hold, of those that had a number."""
    named: int = 0
    """The highest of those numbers."""

    def facets(self) -> tuple[Facet, ...]:
        """Every value it is found under."""
        many = (
            ("entity", self.entities),
            ("label", self.labels),
            ("status", self.statuses),
            ("event", self.events),
            ("source", self.sources),
            ("kind", (self.kind,)),
            ("language", (self.language,)),
            (NAME, self.names),
        )
        return tuple((field, value) for field, values in many for value in values)

    def codes(self, numbers: Mapping[Facet, int]) -> list[int]:
        """Its codes, sorted; `numbers` knows every facet."""
        return sorted(
            self.text_codes | {codes.of_facet(field, numbers[field, value]) for field, value in self.facets()}
        )


def entry_of(document: StoredDocument, names: Names = NONE) -> Entry:
    """The row of a document; `names` are looked for in it."""
    first, last = document.revisions[0], document.revisions[-1]
    title = normalise(last.title).replace("\n", " ").replace(EARLIER, " ")
    words = f"{title}\n{_body(document)}"[:LONGEST]
    held = frozenset(text_codes(words))
    found = document.classified
    events = found.events if found else ()
    at = last.published if last.published and last.published <= last.first_seen + EARLY else last.first_seen
    return Entry(
        document_id=document.document_id,
        at=max(at, OLDEST),
        number=first.number,
        words=words,
        text_codes=held,
        title_codes=frozenset(text_codes(title)),
        entities=_each(entity.entity for entity in found.entities) if found else (),
        labels=_each(event.label for event in events),
        statuses=_each(event.status for event in events),
        events=_each(f"{event.label}/{event.status}" for event in events),
        sources=_each(((last.outlet or "").strip() or last.source, last.source)),
        kind=found.kind if found else UNREAD,
        language=last.language,
        importance=found.importance if found else 0,
        thread_id=document.thread_id,
        repeats=last.repeats,
        revision=last.revision,
        revisions=len(document.revisions),
        received=document.received,
        names=names.held(words, held),
        named=names.last,
    )


def _body(document: StoredDocument) -> str:
    """The newest revision's paragraphs, and after a form feed what only earlier ones said."""
    now = _lines(document.revisions[-1].paragraphs)
    known = {*now, *_lines((document.revisions[-1].title,))}
    before: dict[str, None] = {}
    for revision in document.revisions[:-1]:
        before |= dict.fromkeys(line for line in _lines((revision.title, *revision.paragraphs)) if line not in known)
    return "\n".join(now) + (EARLIER + "\n".join(before) if before else "")


def _lines(texts: Sequence[str]) -> list[str]:
    return [line.replace(EARLIER, " ") for line in normalise_all(texts)]


def _each(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
