"""What of a second reader's answer is believed: known labels and statuses, and quotes that stand in the text.

Whatever an answer says, also one that an article dictated, it can do no more than this: confirm, drop or restate an
event that was unsure, settle an unsure relevance, add a few events whose words stand in the article, and write a gist
that is kept apart. What the first reader is sure of stays as it is.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from services.classifier.domain.article import Judgement, SecondView
from services.classifier.domain.second_answer import AddedEvent, EventOpinion, Opinion
from services.classifier.domain.second_question import Question
from shared.messages.classified import EntityFound, EventFound, Evidence, Status, SummarySentence
from shared.watch import LABELS, STATUSES

SHORTEST, LONGEST = 6, 280
"""Characters of a quote: a shorter one stands in any text, a longer one is no quote (judge.QUOTE)."""
MOST_ADDED = 3
"""Events that are added to one article; the labelled ones tell two on average."""
ADDED_CONFIDENCE = 0.5
"""Confidence of an added event: how often such a one is right has not been measured, so it says neither yes nor no."""
MOST_GIST, GIST_LENGTH = 2, 300
"""Sentences of a gist, and characters of one."""
ENGLISH = 0.9
"""Share of a gist's letters that are Latin; the rest may be a name in its own script."""
_LINK = re.compile(
    r"https?:|www\.|//|\]\(|[a-z0-9]\.[a-z]{2,}/|[<>\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]",
    re.IGNORECASE,
)
"""What has no place in a gist: links, markup, control characters and marks of direction."""
EntryDropped = Literal[
    "invented_quote",
    "unknown_label",
    "unknown_status",
    "unknown_event",
    "unknown_entity",
    "known_already",
    "contradiction",
    "not_asked",
    "gist",
]
"""Why one entry of an answer was dropped, as metrics name it."""


@dataclass
class _Sorting:
    """The events that stay, those that somebody stands for, and what was dropped."""

    kept: list[EventFound] = field(default_factory=list)
    backed: int = 0
    dropped: list[EntryDropped] = field(default_factory=list)
    entities: dict[str, EntityFound] = field(default_factory=dict)


def found(quote: str, places: tuple[str, ...]) -> Evidence | None:
    """Where a quote stands letter by letter, the body before the title; None where it stands nowhere."""
    quote = quote.strip()
    if not SHORTEST <= len(quote) <= LONGEST:
        return None
    for paragraph in (*range(1, len(places)), 0):
        start = places[paragraph].find(quote)
        if start >= 0:
            return Evidence(quote=quote, paragraph=paragraph, start=start, end=start + len(quote))
    return None


def merged(
    judgement: Judgement, question: Question, opinion: Opinion, reader: str
) -> tuple[Judgement, tuple[EntryDropped, ...]]:
    """The judgement with what is believed of the opinion of `reader` (its name), and why the rest was dropped."""
    sorting = _Sorting(entities={each.entity: each for each in judgement.entities})
    _judge_again(sorting, judgement, question, opinion.events)
    relevant, reasons = _relevance(sorting, judgement, question, opinion)
    if relevant:
        _add(sorting, question, opinion.added)
    elif opinion.added:
        sorting.dropped.append("not_asked")
    gist = _gist(sorting, question, opinion) if relevant else ()
    second = SecondView(reader, gist)
    if not relevant:
        return Judgement(False, reasons, (), (), judgement.relevance, second), tuple(sorting.dropped)
    entities = tuple(sorting.entities.values())
    whole = replace(
        judgement,
        relevant=True,
        relevance_reasons=reasons,
        entities=entities,
        events=tuple(sorting.kept),
        second=second,
    )
    return whole, tuple(sorting.dropped)


def _judge_again(sorting: _Sorting, judgement: Judgement, question: Question, opinions: Iterable[EventOpinion]) -> None:
    """Walk the first reader's events; each unsure one takes the first opinion on its number."""
    by_number: dict[int, EventOpinion] = {}
    for opinion in opinions:
        if not 0 <= opinion.number < len(question.events) or opinion.number in by_number:
            sorting.dropped.append("unknown_event")
        else:
            by_number[opinion.number] = opinion
    numbers = {id(event): number for number, event in enumerate(question.events)}
    told: list[tuple[EventFound, EventFound]] = []
    for event in judgement.events:
        number = numbers.get(id(event))
        said = by_number.get(number) if number is not None else None
        sorting.backed += number is None
        now = event if said is None else _told(sorting, event, said, question)
        told += [(event, now)] if now is not None else []
    taken = {(now.label, now.status) for was, now in told if was.status == now.status}
    for was, now in told:  # an event that got another status gives way to one that had it before
        if was.status != now.status and (now.label, now.status) in taken:
            sorting.dropped.append("known_already")
        else:
            taken.add((now.label, now.status))
            sorting.kept.append(now)


def _told(sorting: _Sorting, event: EventFound, said: EventOpinion, question: Question) -> EventFound | None:
    """The event as the opinion has it; None where it is dropped. A bad entry leaves the event as it was."""
    if said.verdict == "drop":
        return None
    if found(said.quote, question.places) is None:
        sorting.dropped.append("invented_quote")
        return event
    if said.verdict == "confirm":
        sorting.backed += 1
        return event.model_copy(update={"reasons": (*event.reasons, "second reader: confirmed")})
    if said.status not in STATUSES:
        sorting.dropped.append("unknown_status")
        return event
    sorting.backed += 1
    reasons = (*event.reasons, f"second reader: {said.status}, not {event.status}")
    return event.model_copy(update={"status": said.status, "reasons": reasons})


def _relevance(
    sorting: _Sorting, judgement: Judgement, question: Question, opinion: Opinion
) -> tuple[bool, tuple[str, ...]]:
    """Whether the article is relevant, and why. What somebody stands for keeps an article relevant."""
    was, reasons, said = judgement.relevant, judgement.relevance_reasons, opinion.relevance
    if said is None:
        return was, reasons
    if not question.relevance:
        sorting.dropped.append("not_asked")
    elif said.relevant:
        evidence = found(said.quote, question.places)
        if evidence is not None:
            _take_in(sorting, _inside(question, evidence))
            return True, (*reasons, "second reader: relevant") if was else ("second reader: relevant",)
        sorting.dropped.append("invented_quote")
    elif sorting.backed:
        sorting.dropped.append("contradiction")
    else:
        return False, ("second reader: not relevant",) if was else reasons
    return was, reasons


def _add(sorting: _Sorting, question: Question, added: Iterable[AddedEvent]) -> None:
    sure = {event.label for event in sorting.kept if event not in question.events and event.status != "background"}
    room = MOST_ADDED
    for one in added:
        evidence = found(one.quote, question.places)
        wrong: EntryDropped | None = None
        if not question.unsure or room == 0:
            wrong = "not_asked"
        elif one.label not in LABELS:
            wrong = "unknown_label"
        elif one.status not in STATUSES:
            wrong = "unknown_status"
        elif evidence is None:
            wrong = "invented_quote"
        elif one.label in sure or any((one.label, one.status) == (e.label, e.status) for e in sorting.kept):
            wrong = "known_already"
        if wrong is not None or evidence is None:
            sorting.dropped.append(wrong or "invented_quote")
            continue
        room -= 1
        sorting.kept.append(_event(sorting, question, one, evidence))


def _event(sorting: _Sorting, question: Question, one: AddedEvent, evidence: Evidence) -> EventFound:
    """The added event, tied to entities that the article names; where none of them is known, to those in the quote."""
    known = {entity.entity: entity for entity in question.entities}
    named = [known[name] for name in dict.fromkeys(one.entities) if name in known]
    sorting.dropped += ["unknown_entity"] * sum(name not in known for name in one.entities)
    named = named or _inside(question, evidence)
    _take_in(sorting, named)
    return EventFound(
        label=one.label,
        family=LABELS[one.label],
        status=cast(Status, one.status),
        entities=tuple(entity.entity for entity in named),
        evidence=evidence,
        confidence=ADDED_CONFIDENCE,
        reasons=("second reader: added",),
    )


def _inside(question: Question, evidence: Evidence) -> list[EntityFound]:
    """The entities that the quote names."""
    return [
        entity
        for entity in question.entities
        if any(
            mention.paragraph == evidence.paragraph and evidence.start <= mention.start < evidence.end
            for mention in entity.mentions
        )
    ]


def _take_in(sorting: _Sorting, entities: Iterable[EntityFound]) -> None:
    for entity in entities:
        sorting.entities.setdefault(entity.entity, entity)


def _gist(sorting: _Sorting, question: Question, opinion: Opinion) -> tuple[SummarySentence, ...]:
    told: list[SummarySentence] = []
    for part in opinion.gist:
        text, evidence = part.text.strip(), found(part.quote, question.places)
        if not question.gist or len(told) == MOST_GIST:
            sorting.dropped.append("not_asked")
        elif evidence is None:
            sorting.dropped.append("invented_quote")
        elif not _english(text):
            sorting.dropped.append("gist")
        else:
            told.append(SummarySentence(text=text, citations=(evidence.paragraph,)))
    return tuple(told)


def _english(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    latin = sum(character.isascii() for character in letters)
    return bool(letters) and latin >= ENGLISH * len(letters) and len(text) <= GIST_LENGTH and not _LINK.search(text)
