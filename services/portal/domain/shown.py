"""A stored document as a result: marked, and cut to what the rights in its text allow."""

from collections.abc import Sequence

from services.portal.domain import mark
from services.portal.domain.mark import Marker, Passage
from services.portal.domain.normalise import normalise_all
from services.portal.domain.page import Event, Point, Points, Result, Stored
from services.portal.domain.query import Query
from services.portal.domain.vocabulary import UNREAD
from shared.messages import KeyPoints
from shared.messages.classified import PointGroup
from shared.rights import shown

POINTS = 6
"""Key points of one result."""


def result_of(stored: Stored, query: Query) -> Result:
    """The result. Passages are quotes and key points are the summary in the sense of shared.rights."""
    marker = Marker(query.terms)
    points = [(group.group, point) for group in _groups(stored) for point in group.points][:POINTS]
    # Everything of the document is normalised at once: that is most of the work.
    title, *normals = normalise_all((stored.title, *(point.text for _, point in points), *stored.paragraphs))
    found = _passages(stored, marker if query.terms else None, normals[len(points) :])
    may = shown(stored.rights, [one.text for one in found], [point.text for _, point in points])
    kept = [_cut(one, text) for one, text in zip(found, may.quotes, strict=True) if text]
    groups: dict[PointGroup, list[Point]] = {}
    for (group, point), normal in zip(points[: len(may.summary)], normals, strict=False):
        groups.setdefault(group, []).append(Point(point.text, marker.marks(normal), point.citations))
    classified = stored.classified
    return Result(
        document_id=stored.document_id,
        revision=stored.revision,
        url=stored.url,
        title=stored.title,
        title_marks=marker.marks(title),
        outlet=stored.outlet or stored.source,
        source=stored.source,
        at=stored.at,
        precision=stored.precision,
        language=stored.language,
        rights=stored.rights,
        kind=classified.kind if classified else UNREAD,
        importance=classified.importance if classified else 0,
        entities=tuple(one.entity for one in classified.entities) if classified else (),
        events=_events(stored),
        passages=tuple(kept),
        summary=tuple(Points(group, tuple(held)) for group, held in groups.items()),
        thread=stored.thread,
        repeats=stored.repeats,
    )


def _passages(stored: Stored, marker: Marker | None, normals: Sequence[str]) -> tuple[Passage, ...]:
    """Where the words stand: in the newest revision, else in the newest earlier one that has them."""
    if marker is not None:
        found = marker.passages(stored.paragraphs, normals, stored.revision)
        for revision, paragraphs in () if found else stored.earlier:
            found = found or marker.passages(paragraphs, normalise_all(paragraphs), revision)
        if found:
            return found
    return mark.lead(stored.paragraphs, stored.revision)


def _cut(passage: Passage, text: str) -> Passage:
    """The passage with as much of its text as is left; marks beyond it go."""
    if text == passage.text:
        return passage
    kept = tuple(place for place in passage.marks if place[1] < len(text))
    return Passage(passage.paragraph, text, kept, passage.revision)


def _groups(stored: Stored) -> tuple[KeyPoints, ...]:
    return (stored.classified.points or ()) if stored.classified else ()


def _events(stored: Stored) -> tuple[Event, ...]:
    classified = stored.classified
    if classified is None:
        return ()
    lines = {(line.label, line.status): line for line in classified.lines or ()}
    found = []
    for event in classified.events:
        line = lines.get((event.label, event.status))
        words = (line.zh, line.en) if line else ("", "")
        found.append(Event(event.label, event.status, event.entities, event.evidence.paragraph, *words))
    return tuple(found)
