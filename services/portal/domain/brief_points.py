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
from services.portal.domain.brief_words import OTHER_TONGUE
from services.portal.domain.normalise import normalise
from services.portal.domain.patterns import compiled
from services.portal.domain.query import Query, Term
from shared.messages import DocumentClassified
from shared.messages.classified import PointGroup, SummarySentence

SHORTEST, LONGEST = 10, 240
"""Characters of a sentence that is a point: a shorter one says nothing by itself, a longer one is a paragraph. One in
Latin letters needs twice as many."""
SENTENCES = 8
"""Sentences with the topic's words that are taken of one document beside its key points."""
MENTIONS = 3
"""Times that a document mentions the topic when it is about it; fewer, and only sentences that name it count."""
BEGINNING = 200
"""Characters of the text that count as its beginning."""
_SENTENCE = re.compile(r"[^。！？!?；;\n]+?(?:[。！？!?；;]+[”’」』）\"')]*|\.(?=\s+[A-Z“\"]|\s*$)|\n|$)")
_ENDS = " \t\r\n\u3000；;"
_NO_POINT = re.compile(
    r"免责声明|责任编辑|原标题|版权|转载|点击|扫码|关注我们|来源[:：]|编辑[:：]|记者[:：]"
    r"|[?？]\s*$|https?:|©|all rights reserved"
    r"|click here|subscribe|read more|image credit|photo:"
    r"|(?:ignore|disregard) (?:all|any|previous|the above|prior)|system prompt|you are (?:now|an ai)"
    r"|(?:忽略|无视)(?:以上|上述|之前|前面|所有)|作为(?:一个)?(?:ai|语言模型|人工智能助手)"
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

    names_of: Sequence[Term]
    """Terms that name a watched entity."""
    words: Sequence[Sequence[Term]]
    """Further words, each with its like in the other language."""
    entities: frozenset[str]
    names: Names

    @classmethod
    def of(cls, queries: Sequence[Query], entities: Sequence[str], names: Names) -> "Reader":
        """Of the queries that found the documents and the entities that the topic names."""
        terms = list(dict.fromkeys(term for query in queries for term in query.terms))
        named = [term for term in terms if term.entity is not None]
        words: dict[str, list[Term]] = {}
        for term in (one for one in terms if one.entity is None):
            normal = normalise(term.text)
            words.setdefault(min(normal, OTHER_TONGUE.get(normal, normal)), []).append(term)
        fields = {value for query in queries for value in query.values("entity")}
        return cls(named, tuple(words.values()), frozenset(entities) | fields, names)

    def share(self, normal: str) -> float:
        """How much of the topic a text names, from 0 to 1."""
        wanted = len(self.words) + bool(self.names_of or self.entities)
        found = sum(any(compiled(term).search(normal) for term in either) for either in self.words)
        found += any(compiled(term).search(normal) for term in self.names_of) or bool(
            self.entities and self.entities & self.names.named(normal)
        )
        return found / wanted if wanted else 0.0

    def about(self, normal: str) -> bool:
        """Whether a text names the topic, or a part of it."""
        return self.share(normal) > 0

    def mentions(self, normal: str) -> int:
        """How often a text names it."""
        every = [*self.names_of, *(term for either in self.words for term in either)]
        return sum(len(compiled(term).findall(normal)) for term in every)


def candidates(story: Story, reader: Reader) -> Iterator[Candidate]:
    """The candidates, each sentence once; a document that only mentions the topic gives the sentences that name it."""
    stored = story.stored
    classified = stored.classified
    if stored.rights == "link":
        yield from _lines(story, reader)
        return
    title, body = normalise(stored.title), normalise("\n".join(stored.paragraphs))
    named = reader.names_of or reader.words
    central = not named or reader.about(title) or reader.about(body[:BEGINNING]) or reader.mentions(body) >= MENTIONS
    taken: set[str] = set()
    for text, place, points, event in _sentences(story, reader):
        key = "".join(each for each in normalise(text) if each.isalnum())
        if key in taken or any(key in other for other in taken):
            continue
        normal = normalise(text)
        share = reader.share(normal)
        if not share and not (central and (telling(normal) or event)):
            continue
        taken.add(key)
        weight = (
            1.5 * share + 0.4 * reader.share(title) + 0.3 * (event is not None) + 0.2 * bool(re.search(r"\d", text))
        )
        weight += 0.2 * ((classified.importance if classified else 1) - 1) / 4
        group = group_of(normal, event[0] if event else None, points)
        yield Candidate(story, text, (place,), group, share > 0, False, event, _chinese(normal), weight)


def _sentences(story: Story, reader: Reader) -> Iterator[tuple[str, int, PointGroup | None, tuple[str, str] | None]]:
    """Text, paragraph, group of key points, event: the classifier's choice first, then what names the topic."""
    stored, classified = story.stored, story.stored.classified
    if classified is not None:
        told: list[tuple[SummarySentence, PointGroup | None]] = [(one, None) for one in classified.summary]
        told += [(one, group.group) for group in classified.points or () for one in group.points]
        for sentence, points in told:
            place = _place(sentence.text, sentence.citations, stored.paragraphs)
            if place is not None:
                text = _whole(sentence.text, stored.paragraphs[place - 1])
                if _is_point(text):
                    yield text, place, points, _event(classified, text)
    left = SENTENCES
    for number, paragraph in enumerate(stored.paragraphs, 1):
        for found in _SENTENCE.finditer(paragraph):
            text = found[0].strip(_ENDS)
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


def _whole(text: str, paragraph: str) -> str:
    """The sentence that a clause is from, where it is not too long."""
    wanted = text.strip()
    for found in _SENTENCE.finditer(paragraph):
        if wanted in found[0] and _short(found[0]):
            return found[0].strip(_ENDS)
    return wanted


def _is_point(text: str) -> bool:
    return len(text.strip()) >= SHORTEST and _short(text) and not _NO_POINT.search(normalise(text))


def _short(text: str) -> bool:
    letters = sum(each.isascii() for each in text)
    return len(text.strip()) - letters / 2 <= LONGEST


def _event(classified: DocumentClassified, text: str) -> tuple[str, str] | None:
    """The event whose evidence the sentence holds, or the other way round."""
    for event in classified.events:
        quote = event.evidence.quote.strip()
        if quote and event.status != "background" and (quote in text or text.strip() in quote):
            return event.label, event.status
    return None


def _chinese(normal: str) -> bool:
    return sum("\u4e00" <= each <= "\u9fff" for each in normal) * 4 > len(normal)
