"""The brief from what was found: stories, points, contradictions, a line of time, and what it does not show."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.portal.domain.brief import Brief, BriefDocument, Contradiction, Coverage, Reprint
from services.portal.domain.brief_choose import Chosen, choose, grouped
from services.portal.domain.brief_merge import clusters
from services.portal.domain.brief_names import Names
from services.portal.domain.brief_odds import contradictions
from services.portal.domain.brief_points import Reader, candidates
from services.portal.domain.brief_stories import Story, stories
from services.portal.domain.brief_timeline import timeline
from services.portal.domain.brief_topic import Topic
from services.portal.domain.page import Count, Stored
from services.portal.domain.query import Query
from services.portal.domain.vocabulary import UNREAD
from shared.rights import shown


@dataclass(frozen=True, slots=True)
class Material:
    """What a brief is made of."""

    topic: Topic
    queries: Sequence[str]
    left_out: Sequence[str]
    read: Sequence[Query]
    """The queries as values."""
    since: datetime | None
    now: datetime
    chinese: bool
    """Its language."""
    found: Sequence[Stored]
    """The best first."""
    total: Count
    pruned: int
    threads: int
    """Documents that came by their threads."""


@dataclass(frozen=True, slots=True)
class Made:
    """A brief, and what its points were chosen from: a second reader words them."""

    brief: Brief
    chosen: Chosen
    told: tuple[Story, ...]


def make(material: Material, names: Names) -> Made:
    """The brief in the articles' own sentences."""
    told = stories(material.found)
    reader = Reader.of(material.read, material.topic.entities, names)
    every = [one for story in told for one in candidates(story, reader)]
    chosen = choose(clusters(every, names), names, material.now, material.chinese, len(told))
    points = [(group, point) for group, point, _ in chosen.points]
    cited = {citation.number for _, point in points for citation in point.citations}
    brief = Brief(
        asked=material.topic.text,
        heading=material.topic.heading,
        queries=tuple(material.queries),
        left_out=tuple(material.left_out),
        since=material.since,
        made=material.now,
        documents=tuple(_document(one, cited) for one in told),
        groups=grouped(points),
        contradictions=_quoted(contradictions(told), told),
        timeline=timeline(told, names),
        coverage=_coverage(material, told, chosen),
        unheld=chosen.unheld,
    )
    return Made(brief, chosen, told)


def _document(story: Story, cited: set[int]) -> BriefDocument:
    stored = story.stored
    classified = stored.classified
    return BriefDocument(
        number=story.number,
        document_id=stored.document_id,
        title=stored.title,
        outlet=stored.outlet or stored.source,
        url=stored.url,
        at=stored.at,
        precision=stored.precision,
        language=stored.language,
        rights=stored.rights,
        kind=classified.kind if classified else UNREAD,
        thread_id=stored.thread.thread_id if stored.thread else None,
        reprints=tuple(
            Reprint(one.document_id, one.outlet or one.source, one.at, one.precision) for one in story.reprints
        ),
        cited=story.number in cited,
    )


def _quoted(found: Sequence[Contradiction], told: Sequence[Story]) -> tuple[Contradiction, ...]:
    """The contradictions with as much of each document's words as its rights allow, asked once a document."""
    of_document: dict[int, list[str]] = {}
    for one in found:
        for side in one.sides:
            of_document.setdefault(side.citation.number, []).append(side.quote)
    may: dict[tuple[int, str], str] = {}
    for number, quotes in of_document.items():
        kept = shown(told[number - 1].stored.rights, quotes).quotes
        may |= {(number, quote): text for quote, text in zip(quotes, kept, strict=True)}
    return tuple(
        replace(one, sides=tuple(replace(side, quote=may[side.citation.number, side.quote]) for side in one.sides))
        for one in found
    )


def _coverage(material: Material, told: Sequence[Story], chosen: Chosen) -> Coverage:
    times = [each.at for one in told for each in (one.stored, *one.reprints)]
    outlets = [one.stored.outlet or one.stored.source for one in told]
    return Coverage(
        found=material.total,
        read=len(told),
        reprints=sum(len(one.reprints) for one in told),
        threads=material.threads,
        outlets=tuple(sorted(dict.fromkeys(outlets), key=lambda one: (-outlets.count(one), one))),
        first=min(times, default=None),
        last=max(times, default=None),
        pruned=material.pruned,
        links=sum(one.stored.rights == "link" for one in told),
        withheld=chosen.withheld,
        unread=sum(one.stored.classified is None for one in told),
    )
