"""From a stored document to its page. What may be seen is asked once, of `shared.rights.shown`, for the whole page."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from services.portal.domain import mark
from services.portal.domain.article import (
    ArticleEvent,
    ArticlePage,
    CitedPoint,
    Paragraph,
    Revision,
    RevisionChange,
    StoredArticle,
    lines_of,
)
from services.portal.domain.article_way import way_of
from services.portal.domain.changes import Change, changes
from services.portal.domain.entry import EARLY
from services.portal.domain.query import Query, Term
from services.portal.domain.segments import Mark, segments
from services.portal.domain.vocabulary import UNREAD
from shared.messages import DocumentClassified
from shared.messages.classified import EventFound, PointGroup
from shared.rights import shown

Named = tuple[Mark, str]
"""A marked place and the words that stood there when it was judged."""
COMPARED = 5
"""Revisions whose changes are shown, the newest; earlier ones are counted in their numbers."""


def article_page(stored: StoredArticle, query: Query | None = None) -> ArticlePage:
    """The page; `query` is what its reader came by, whose words are marked.

    The evidence is asked for first, then the text, then what changed: of an excerpt they share one measure.
    """
    newest, classified = stored.revisions[0], stored.classified
    events = classified.events if classified else ()
    changed = _changed(stored.revisions)
    evidence = [event.evidence.quote for event in events]
    texts = [change.text for _, held in changed for change in held or ()]
    sentences, groups = _sentences(classified)
    may = shown(newest.rights, [*evidence, *newest.paragraphs, *texts], [one.text for one in sentences])
    at_text, at_changes = len(evidence), len(evidence) + len(newest.paragraphs)
    kept = sentences[: len(may.summary)]
    gist = len(classified.summary) if classified else 0
    terms = query.terms if query else ()
    judged = classified if classified and classified.revision == newest.revision else None
    places, quoted = _places(judged), _quoted(judged, may.quotes[:at_text])
    at, precision = moment_of(newest)
    return ArticlePage(
        document_id=stored.document_id,
        newest=newest,
        at=at,
        precision=precision,
        title=segments(newest.title, _marks(newest.title, 0, places, terms)),
        paragraphs=_paragraphs(newest, may.quotes[at_text:at_changes], quoted, places, terms),
        kind=classified.kind if classified else UNREAD,
        importance=classified.importance if classified else 0,
        entities=tuple(one.entity for one in classified.entities) if classified else (),
        events=_events(classified, may.quotes[:at_text]),
        gist=tuple(kept[:gist]),
        groups=tuple((group, held) for group, start, end in groups if (held := tuple(kept[start:end]))),
        revisions=_revisions(changed, may.quotes[at_changes:]),
        way=way_of(stored),
        thread=stored.thread,
        judged=classified.revision if classified else None,
    )


def moment_of(revision: Revision) -> tuple[datetime, str]:
    """When it was published, or first seen (`seen`) where its page says no date that can be."""
    published = revision.published
    if published is not None and published <= revision.first_seen + EARLY:
        return published, revision.precision or "minute"
    return revision.first_seen, "seen"


def _sentences(
    classified: DocumentClassified | None,
) -> tuple[list[CitedPoint], list[tuple[PointGroup, int, int]]]:
    """The gist, then the key points, and where each group begins and ends among them."""
    if classified is None:
        return [], []
    found = [CitedPoint(one.text, one.citations) for one in classified.summary]
    groups = []
    for group in classified.points or ():
        start = len(found)
        found += [CitedPoint(one.text, one.citations) for one in group.points]
        groups.append((group.group, start, len(found)))
    return found, groups


def _quoted(judged: DocumentClassified | None, quotes: Sequence[str]) -> Mapping[int, Sequence[str]]:
    """What may be quoted of each paragraph, each quote once."""
    found: dict[int, dict[str, None]] = {}
    for event, quote in zip(judged.events if judged else (), quotes, strict=False):
        if quote:
            found.setdefault(event.evidence.paragraph, {})[quote] = None
    return {number: tuple(held) for number, held in found.items()}


def _paragraphs(
    newest: Revision,
    texts: Sequence[str],
    quoted: Mapping[int, Sequence[str]],
    places: Mapping[int, Sequence[Named]],
    terms: Sequence[Term],
) -> tuple[Paragraph, ...]:
    """Each paragraph as far as it may be shown, or what may be quoted of it."""
    found = []
    for number, (own, text) in enumerate(zip(newest.paragraphs, texts, strict=True), 1):
        if text:
            found.append(Paragraph(number, segments(text, _marks(text, number, places, terms)), cut=text != own))
        elif own:
            found.append(Paragraph(number, (), cut=True, quotes=tuple(quoted.get(number, ()))))
        else:
            found.append(Paragraph(number, segments(own, ()), cut=False))
    return tuple(found)


def _places(judged: DocumentClassified | None) -> Mapping[int, Sequence[Named]]:
    """Who is named and what events rest on, by paragraph: a long text is gone through once."""
    found: dict[int, list[Named]] = {}
    for entity in judged.entities if judged else ():
        for one in entity.mentions:
            found.setdefault(one.paragraph, []).append((Mark(one.start, one.end, "entity"), one.text))
    for event in judged.events if judged else ():
        place = event.evidence
        found.setdefault(place.paragraph, []).append((Mark(place.start, place.end, "evidence"), place.quote))
    return found


def _marks(text: str, number: int, places: Mapping[int, Sequence[Named]], terms: Sequence[Term]) -> list[Mark]:
    """The places of a paragraph that still hold what they say; and what was looked for."""
    found = [Mark(start, end, "hit") for start, end in mark.marks(text, terms)]
    return found + [place for place, words in places.get(number, ()) if text[place.start : place.end] == words]


def _events(classified: DocumentClassified | None, quotes: Sequence[str]) -> tuple[ArticleEvent, ...]:
    if classified is None:
        return ()
    lines = {(line.label, line.status): line for line in classified.lines or ()}
    found = []
    for event, quote in zip(classified.events, quotes, strict=True):
        line = lines.get((event.label, event.status))
        found.append(_event(event, quote, (line.zh, line.en) if line else ("", "")))
    return tuple(found)


def _event(event: EventFound, quote: str, words: tuple[str, str]) -> ArticleEvent:
    return ArticleEvent(
        label=event.label,
        status=event.status,
        entities=event.entities,
        quote=quote,
        paragraph=event.evidence.paragraph,
        confidence=event.confidence,
        reasons=event.reasons,
        facts=event.facts,
        zh=words[0],
        en=words[1],
    )


def _changed(revisions: Sequence[Revision]) -> list[tuple[Revision, tuple[Change, ...] | None]]:
    """Each of the newest revisions with what changed in it, the newest first; None: as a whole."""
    return [
        (later, changes(lines_of(earlier), lines_of(later))) for later, earlier in pairwise(revisions[: COMPARED + 1])
    ]


def _revisions(
    changed: Iterable[tuple[Revision, tuple[Change, ...] | None]], texts: Sequence[str]
) -> tuple[RevisionChange, ...]:
    left = iter(texts)
    found = []
    for revision, held in changed:
        seen = [Change(one.kind, one.paragraph, text) for one in held or () if (text := next(left))]
        hidden = len(held or ()) - len(seen)
        found.append(RevisionChange(revision.revision, revision.fetched, tuple(seen), hidden, whole=held is None))
    return tuple(found)
