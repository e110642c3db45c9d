"""What each document has to say: the classifier's gist and key points, sentences with the topic's words, and for a
document of which no word may be shown the lines of our own words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.portal.domain.brief import Group
from services.portal.domain.brief_groups import group_of, telling
from services.portal.domain.brief_names import Names
from services.portal.domain.brief_stories import Story
from services.portal.domain.normalise import normalise
from services.portal.domain.patterns import compiled
from services.portal.domain.query import Query, Term
from shared.messages import DocumentClassified
from shared.messages.classified import PointGroup, SummarySentence

SHORTEST, LONGEST = 10, 240
"""Characters of a sentence that is a point: a shorter one says nothing by itself, a longer one is a paragraph."""
SENTENCES = 8
"""Sentences with the topic's words that are taken of one document beside its key points."""
MENTIONS = 3
"""Times that a document mentions the topic when it is about it; fewer, and only sentences that name it count."""
BEGINNING = 200
"""Characters of the text that count as its beginning."""
_SENTENCE = re.compile(r"[^。！？!?；;\n]+?(?:[。！？!?；;]+[”’」』）\"')]*|\.(?=\s+[A-Z“\"]|\s*$)|\n|$)")
_NO_POINT = re.compile(
    r"免责声明|责任编辑|原标题|版权|转载|点击|扫码|关注我们|来源[:：]|编辑[:：]|记者[:：]"
    r"|[?？]\s*$|https?:|©|all rights reserved"
    r"|click here|subscribe|read more|image credit|photo:|ignore (?:all|previous|the above)"
)
"""Normalised: frames of a page, questions, and addresses are no points."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may become a point."""

    story: Story
    text: str
    paragraphs: tuple[int, ...]
    """From 1; 0 is the title."""
    group: Group
    about: bool
    """It names the topic."""
    own: bool
    """A line of our own words, made of facts."""
    event: tuple[str, str] | None
    """Label and status of the event that it tells."""
    chinese: bool
    weight: float
    """How much it matters by itself, from 0 to about 2."""

    @property
    def at(self) -> datetime:
        """When its document is from."""
        return self.story.stored.at


@dataclass(frozen=True, slots=True)
class Reader:
    """What a topic's sentences are told by."""

    terms: Sequence[Term]
    entities: frozenset[str]
    names: Names

    @classmethod
    def of(cls, query: Query, entities: Sequence[str], names: Names) -> "Reader":
        """Of the query that found the documents and the entities that the topic or a field names."""
        return cls(query.terms, frozenset(entities) | frozenset(query.values("entity")), names)

    def about(self, normal: str) -> bool:
        """Whether a text names the topic."""
        if any(compiled(term).search(normal) for term in self.terms):
            return True
        return bool(self.entities) and bool(self.entities & self.names.named(normal))


def candidates(story: Story, reader: Reader) -> Iterator[Candidate]:
    """The candidates, each sentence once; a document that only mentions the topic gives the sentences that name it."""
    stored = story.stored
    classified = stored.classified
    if stored.rights == "link":
        yield from _lines(story, reader)
        return
    title, body = normalise(stored.title), normalise("\n".join(stored.paragraphs))
    mentions = sum(len(compiled(term).findall(body)) for term in reader.terms)
    central = reader.about(title) or reader.about(body[:BEGINNING]) or mentions >= MENTIONS or not reader.terms
    taken: set[str] = set()
    for text, place, points, event in _sentences(story, reader):
        key = "".join(each for each in normalise(text) if each.isalnum())
        if key in taken or any(key in other for other in taken):
            continue
        normal = normalise(text)
        about = reader.about(normal)
        if not (about or central):
            continue
        taken.add(key)
        weight = (
            0.8 * about + 0.4 * reader.about(title) + 0.3 * (event is not None) + 0.2 * bool(re.search(r"\d", text))
        )
        weight += 0.2 * ((classified.importance if classified else 1) - 1) / 4
        group = group_of(normal, event[0] if event else None, points)
        yield Candidate(story, text, (place,), group, about, False, event, _chinese(normal), weight)


def _sentences(story: Story, reader: Reader) -> Iterator[tuple[str, int, PointGroup | None, tuple[str, str] | None]]:
    """Text, paragraph, group of key points, event: the classifier's choice first, then what names the topic."""
    stored, classified = story.stored, story.stored.classified
    if classified is not None:
        told: list[tuple[SummarySentence, PointGroup | None]] = [(one, None) for one in classified.summary]
        told += [(one, group.group) for group in classified.points or () for one in group.points]
        for sentence, points in told:
            place = _place(sentence.text, sentence.citations, stored.paragraphs)
            if place is not None and _is_point(sentence.text):
                yield sentence.text.strip(), place, points, _event(classified, sentence.text)
    left = SENTENCES
    for number, paragraph in enumerate(stored.paragraphs, 1):
        for found in _SENTENCE.finditer(paragraph):
            text = found[0].strip()
            if left and _is_point(text) and reader.about(normal := normalise(text)) and telling(normal):
                left -= 1
                yield text, number, None, _event(classified, text) if classified else None


def _lines(story: Story, reader: Reader) -> Iterator[Candidate]:
    """Lines of our own words, in both languages: facts are no text. They cite what names their entities too."""
    classified = story.stored.classified
    events = {(one.label, one.status): one for one in classified.events} if classified else {}
    mentions = {one.entity: one.mentions for one in classified.entities} if classified else {}
    for line in (classified.lines or ()) if classified else ():
        event = events.get((line.label, line.status))
        if event is None or event.status == "background":
            continue
        cited = set(line.citations)
        for entity in event.entities:
            places = {one.paragraph for one in mentions.get(entity, ())}
            if places and not places & cited:
                cited.add(min(places))
        for text, chinese in ((line.zh, True), (line.en, False)):
            if text:
                about = reader.about(normalise(text))
                group = group_of(normalise(text), line.label, None)
                key = (line.label, line.status)
                yield Candidate(story, text, tuple(sorted(cited)), group, about, True, key, chinese, 0.8 * about + 0.3)


def _place(text: str, cited: Sequence[int], paragraphs: Sequence[str]) -> int | None:
    """The paragraph of the newest revision that holds the sentence letter by letter; None where none does any more."""
    wanted = text.strip()
    likely = [one for one in cited if 0 < one <= len(paragraphs)]
    every = (*likely, *range(1, len(paragraphs) + 1))
    return next((number for number in every if wanted in paragraphs[number - 1]), None)


def _is_point(text: str) -> bool:
    return SHORTEST <= len(text.strip()) <= LONGEST and not _NO_POINT.search(normalise(text))


def _event(classified: DocumentClassified, text: str) -> tuple[str, str] | None:
    """The event whose evidence the sentence holds, or the other way round."""
    for event in classified.events:
        quote = event.evidence.quote.strip()
        if quote and event.status != "background" and (quote in text or text.strip() in quote):
            return event.label, event.status
    return None


def _chinese(normal: str) -> bool:
    return sum("\u4e00" <= each <= "\u9fff" for each in normal) * 4 > len(normal)
