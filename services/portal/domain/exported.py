"""Rows of an export: a document each, or an event each, with no more of an article's words than its rights allow."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal

from services.portal.domain.vocabulary import UNREAD
from shared.messages import DocumentClassified
from shared.messages.common import Rights
from shared.rights import shown

Shape = Literal["document", "event"]
Kind = Literal["text", "whole", "number", "moment", "texts"]
Value = str | int | float | datetime | tuple[str, ...] | None
Row = Mapping[str, Value]
Columns = Mapping[str, Kind]
"""Name of a column to what stands in it."""

_BOTH: Columns = {
    "document_id": "text", "revision": "whole", "title": "text", "outlet": "text", "source": "text", "url": "text",
    "link": "text", "at": "moment", "precision": "text", "first_seen": "moment", "fetched": "moment",
    "language": "text", "kind": "text", "importance": "whole", "thread_id": "text", "repeats": "text",
    "rights": "text",
}  # fmt: skip
_DOCUMENT: Columns = {"entities": "texts", "labels": "texts", "statuses": "texts", "events": "texts", "summary": "text"}
_EVENT: Columns = {
    "event": "whole", "label": "text", "status": "text", "entities": "texts", "paragraph": "whole", "quote": "text",
    "confidence": "number", "zh": "text", "en": "text",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exported:
    """What is stored of a document that is exported."""

    document_id: str
    revision: int
    url: str
    source: str
    outlet: str
    rights: Rights
    title: str
    paragraphs: tuple[str, ...]
    """Empty where the text was not asked for."""
    language: str
    at: datetime
    precision: str
    first_seen: datetime
    fetched: datetime
    repeats: str | None
    classified: DocumentClassified | None
    thread_id: str | None


def columns(shape: Shape, text: bool) -> Columns:
    """The columns in their order; `text` adds the article's own as far as it may be shown."""
    own = dict(_BOTH) | dict(_DOCUMENT if shape == "document" else _EVENT)
    return own | {"text": "text"} if text else own


def rows(document: Exported, shape: Shape, text: bool, base: str, zone: tzinfo) -> Iterator[Row]:
    """Its rows: one, or one an event (none where it has none). Times are told by the clock of `zone`.

    `base` is where the portal is, without a slash at its end. All words of one document share one measure of rights.
    """
    classified = document.classified
    events = classified.events if classified else ()
    quotes = [event.evidence.quote for event in events] if shape == "event" else []
    points = [point.text for group in (classified.points or ()) for point in group.points] if classified else []
    may = shown(document.rights, [*quotes, *document.paragraphs], points)
    both = _both(document, base, zone)
    body = {"text": "\n".join(one for one in may.quotes[len(quotes) :] if one)} if text else {}
    if shape == "document":
        yield (
            both
            | {
                "entities": tuple(one.entity for one in classified.entities) if classified else (),
                "labels": tuple(dict.fromkeys(one.label for one in events)),
                "statuses": tuple(dict.fromkeys(str(one.status) for one in events)),
                "events": tuple(dict.fromkeys(f"{one.label}/{one.status}" for one in events)),
                "summary": "\n".join(may.summary),
            }
            | body
        )
        return
    lines = {(line.label, line.status): line for line in (classified.lines or ())} if classified else {}
    for number, (event, quote) in enumerate(zip(events, may.quotes[: len(quotes)], strict=True), 1):
        line = lines.get((event.label, event.status))
        yield (
            both
            | {
                "event": number,
                "label": event.label,
                "status": event.status,
                "entities": event.entities,
                "paragraph": event.evidence.paragraph,
                "quote": quote,
                "confidence": event.confidence,
                "zh": line.zh if line else "",
                "en": line.en if line else "",
            }
            | body
        )


def _both(document: Exported, base: str, zone: tzinfo) -> dict[str, Value]:
    classified = document.classified
    return {
        "document_id": document.document_id,
        "revision": document.revision,
        "title": document.title,
        "outlet": document.outlet,
        "source": document.source,
        "url": document.url,
        "link": f"{base}/documents/{document.document_id}",
        "at": document.at.astimezone(zone),
        "precision": document.precision,
        "first_seen": document.first_seen.astimezone(zone),
        "fetched": document.fetched.astimezone(zone),
        "language": document.language,
        "kind": classified.kind if classified else UNREAD,
        "importance": classified.importance if classified else 0,
        "thread_id": document.thread_id,
        "repeats": document.repeats,
        "rights": document.rights,
    }
