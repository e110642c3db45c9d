"""Where sources contradict each other: figures that differ for one fact of one thread, what one reports and another
denies, what one calls done and a later one still calls planned."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from services.portal.domain.brief import Citation, Contradiction, Side
from services.portal.domain.brief_stories import Story
from shared.messages.classified import EventFound, Fact

REPORTED = ("rumoured", "planned", "announced", "completed")
DONE = ("completed",)
BEHIND = ("planned", "rumoured")
COMPARED = ("amount", "percentage", "effective_date", "document_number")
"""Kinds of facts of which an event has one value."""
WRITTEN = ("effective_date", "document_number")
"""Kinds that are compared as they are written."""
MOST = 8
"""Contradictions that are shown, and sides of one."""


@dataclass(frozen=True, slots=True)
class _Said:
    """One event of one document."""

    story: Story
    event: EventFound


def contradictions(stories: Sequence[Story]) -> tuple[Contradiction, ...]:
    """What cannot all be right, thread by thread; quotes are put in by those who ask for the rights."""
    threads: dict[tuple[str, str], list[_Said]] = defaultdict(list)
    for story in stories:
        stored = story.stored
        if stored.thread is None or stored.classified is None:
            continue
        for event in stored.classified.events:
            if event.status != "background":
                threads[stored.thread.thread_id, event.label].append(_Said(story, event))
    found: list[Contradiction] = []
    for (thread, label), held in threads.items():
        found += _denied(thread, label, held)
        found += _behind(thread, label, held)
        found += _figures(thread, label, held)
    return tuple(found[:MOST])


def _denied(thread: str, label: str, held: Sequence[_Said]) -> Iterator[Contradiction]:
    denials = _each([one for one in held if one.event.status == "denied"])
    reports = _each([one for one in held if one.event.status in REPORTED and _shares(one, denials)])
    if denials and reports and {one.story.number for one in denials} != {one.story.number for one in reports}:
        yield _made("denied", thread, label, [*reports[:MOST], *denials[:MOST]])


def _behind(thread: str, label: str, held: Sequence[_Said]) -> Iterator[Contradiction]:
    """Later reports that are not aware of the completion, or doubt it."""
    done = sorted(_each([one for one in held if one.event.status in DONE]), key=lambda one: one.story.stored.at)
    if not done:
        return
    first = done[0]
    late = [
        one
        for one in _each([one for one in held if one.event.status in BEHIND and _shares(one, done)])
        if one.story.stored.at > first.story.stored.at and one.story.number not in {each.story.number for each in done}
    ]
    if late:
        yield _made("behind", thread, label, [first, *late[: MOST - 1]])


def _figures(thread: str, label: str, held: Sequence[_Said]) -> Iterator[Contradiction]:
    """One figure of a kind in each document, and not the same; a rounded one is the same."""
    kinds: dict[tuple[str, str], list[tuple[_Said, Fact]]] = defaultdict(list)
    for one in held:
        for kind in COMPARED:
            facts = {(fact.value, fact.unit or ""): fact for fact in one.event.facts if fact.kind == kind}
            if len(facts) == 1:
                ((_, unit), fact) = next(iter(facts.items()))
                kinds[kind, unit].append((one, fact))
    for said in kinds.values():
        sides: list[tuple[_Said, Fact]] = []
        for one, fact in said:
            if not any(_equal(fact, other) for _, other in sides) and (
                not sides or _shares(one, [each for each, _ in sides])
            ):
                sides.append((one, fact))
        if len({one.story.number for one, _ in sides}) > 1:
            yield Contradiction(
                "figures", label, sides[0][0].event.entities, thread,
                tuple(_side(one, fact) for one, fact in sides[:MOST]),
            )  # fmt: skip


def _equal(one: Fact, other: Fact) -> bool:
    """Whether two facts are one: one figure perhaps rounded (2.06 and 2.1, not 2.3), or a year beside a date."""
    if one.kind in WRITTEN:
        return one.value.startswith(other.value) or other.value.startswith(one.value)
    try:
        a, b = Decimal(one.value), Decimal(other.value)
    except InvalidOperation:
        return one.value == other.value
    if not (a.is_finite() and b.is_finite()):
        return one.value == other.value
    last = max(int(each.normalize().as_tuple().exponent) for each in (a, b))  # the last digit of the rounder one
    return abs(a - b) <= Decimal(10) ** last / 2


def _shares(one: _Said, others: Sequence[_Said]) -> bool:
    """Whether it is about an entity that any of the others is about; events without entities are the thread's."""
    mine = set(one.event.entities)
    return any(not mine or not each.event.entities or mine & set(each.event.entities) for each in others)


def _each(held: Sequence[_Said]) -> list[_Said]:
    """One event of each story."""
    return list({one.story.number: one for one in reversed(held)}.values())[::-1]


def _made(kind: str, thread: str, label: str, held: Sequence[_Said]) -> Contradiction:
    entities = tuple(dict.fromkeys(entity for one in held for entity in one.event.entities))
    sides = tuple(_side(one) for one in sorted(held, key=lambda each: each.story.stored.at)[:MOST])
    return Contradiction(kind, label, entities, thread, sides)  # type: ignore[arg-type]  # one of its kinds


def _side(one: _Said, fact: Fact | None = None) -> Side:
    evidence = fact.evidence if fact else one.event.evidence
    stored = one.story.stored
    places = (stored.title, *stored.paragraphs)
    holds = evidence.paragraph < len(places) and evidence.quote in places[evidence.paragraph]
    return Side(
        citation=Citation(one.story.number, (evidence.paragraph,) if holds else (0,)),
        status=one.event.status,
        value=fact.evidence.quote if fact else "",
        quote=one.event.evidence.quote if holds or fact is None else "",
        at=stored.at,
        precision=stored.precision,
    )
