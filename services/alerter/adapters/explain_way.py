"""The way of an article as values: what `explain` prints, and what it gives to programs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from services.alerter.domain.recall import Cause

Station = Literal["crawler", "classifier", "thread", "routes", "alerter", "channels"]


@dataclass(frozen=True)
class Step:
    """One thing that happened to it. All times have a timezone."""

    station: Station
    at: datetime | None
    """None for what has no time of its own."""
    words: str
    below: tuple[str, ...] = ()
    """Further lines."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """The same for programs."""


@dataclass(frozen=True)
class End:
    """How far it came."""

    how: Literal["told", "waits", "ended"]
    words: str
    cause: Cause
    """The same for programs."""


@dataclass(frozen=True)
class DocumentWay:
    """One document's way."""

    document_id: str
    url: str
    title: str
    steps: tuple[Step, ...]
    end: End


@dataclass(frozen=True)
class Way:
    """Everything that is known of what was asked."""

    asked: str
    documents: tuple[DocumentWay, ...] = ()
    steps: tuple[Step, ...] = ()
    """Of an address that became no document."""
    end: End | None = None
    """Of such an address."""
    near: tuple[str, ...] = ()
    """Known addresses that look like it."""
    advice: tuple[str, ...] = ()
    """What to check."""


def as_text(way: Way, zone: ZoneInfo) -> str:
    """Lines for people; times by the clock of `zone`."""
    lines = [way.asked]
    for step in way.steps:
        lines += _step(step, zone)
    lines += [f"  {one}" for one in way.advice]
    if way.near:
        lines += ["  known addresses like it:", *(f"      {address}" for address in way.near)]
    for document in way.documents:
        lines.append(f"document {document.document_id}  {document.title}  {document.url}".rstrip())
        for step in document.steps:
            lines += _step(step, zone)
        lines.append(_end(document.end))
    if way.end is not None:
        lines.append(_end(way.end))
    return "\n".join(lines)


def shown(when: datetime, zone: ZoneInfo) -> str:
    """A time by the clock of `zone`, which is named."""
    return f"{when.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


def _step(step: Step, zone: ZoneInfo) -> list[str]:
    when = f"{shown(step.at, zone)} " if step.at else ""
    return [f"  {when}{step.station}, {step.words}", *(f"      {line}" for line in step.below)]


def _end(end: End) -> str:
    return f"  {'waits' if end.how == 'waits' else 'ended'}: {end.words}"


def as_plain(way: Way) -> dict[str, Any]:
    """The same as plain values; times as ISO 8601 in UTC."""
    return {
        "asked": way.asked,
        "documents": [
            {
                "document_id": one.document_id,
                "url": one.url,
                "title": one.title,
                "steps": [_plain(step) for step in one.steps],
                "end": vars(one.end),
            }
            for one in way.documents
        ],
        "steps": [_plain(step) for step in way.steps],
        "end": vars(way.end) if way.end else None,
        "near": list(way.near),
        "advice": list(way.advice),
    }


def _plain(step: Step) -> dict[str, Any]:
    data = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in step.data.items()}
    return {
        "station": step.station,
        "at": step.at.isoformat() if step.at else None,
        "words": step.words,
        "below": list(step.below),
        "data": data,
    }
