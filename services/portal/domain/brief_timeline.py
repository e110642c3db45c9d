"""What happened when, over all documents: each event of a story once, at its first report."""

from collections import defaultdict
from collections.abc import Sequence

from services.portal.domain.brief import Citation, Moment
from services.portal.domain.brief_check import why_not
from services.portal.domain.brief_names import Names
from services.portal.domain.brief_stories import Story
from shared.messages.classified import EventFound

MOST = 60
"""Moments that are shown, the newest; earlier ones are found by a longer `since` and narrower words."""
CITED = 6


def timeline(stories: Sequence[Story], names: Names) -> tuple[Moment, ...]:
    """The moments, the earliest first. What is background tells of the past and has no date of its own."""
    reports: dict[tuple[str, str, str], list[tuple[Story, EventFound]]] = defaultdict(list)
    for story in stories:
        stored = story.stored
        for event in stored.classified.events if stored.classified else ():
            if event.status != "background":
                key = stored.thread.thread_id if stored.thread else f"document {stored.document_id}"
                reports[key, event.label, event.status].append((story, event))
    firsts = [sorted(held, key=lambda one: (one[0].stored.at, one[0].number)) for held in reports.values()]
    firsts.sort(key=lambda held: (held[0][0].stored.at, held[0][0].number, held[0][1].label))
    return tuple(_moment(held, names) for held in firsts[-MOST:])


def _moment(held: Sequence[tuple[Story, EventFound]], names: Names) -> Moment:
    """Of the reports of one event, the earliest first."""
    first, event = held[0]
    stored = first.stored
    zh, en = _line(first, event, names)
    return Moment(
        at=stored.at,
        precision=stored.precision,
        label=event.label,
        status=event.status,
        entities=tuple(dict.fromkeys(entity for _, each in held for entity in each.entities)),
        zh=zh,
        en=en,
        title=stored.title,
        citations=tuple(
            {
                story.number: Citation(story.number, (each.evidence.paragraph,)) for story, each in reversed(held)
            }.values()
        )[::-1][:CITED],
        outlets=len({story.stored.outlet or story.stored.source for story, _ in held}),
        thread_id=stored.thread.thread_id if stored.thread else None,
    )


def _line(story: Story, event: EventFound, names: Names) -> tuple[str, str]:
    """The lines of our own words, where the document holds what they say."""
    stored = story.stored
    text = (stored.title, *stored.paragraphs)
    for line in (stored.classified.lines or ()) if stored.classified else ():
        if (line.label, line.status) == (event.label, event.status):
            held = [why_not(each, text, names) is None for each in (line.zh, line.en)]
            return (line.zh if held[0] else "", line.en if held[1] else "")
    return "", ""
