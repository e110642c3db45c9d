"""Finding watched names and topics in a text: one compiled scan each, longest name first, traps logged.

Speed is why names are compiled into a tree: an article of 1,000 characters takes well under a millisecond.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.watch.fold import fold
from shared.watch.hits import Drop, Hit, Match, TopicHit
from shared.watch.patterns import TICKER_HEAD, longest_of, ticker_of
from shared.watch.scanner import Rule, Scans, Span, scanner_of
from shared.watch.watchlist import OTHER, Alias, Entity, Topic, Watchlist

_NAMES, _TOPICS = 0, 1
"""The scanner's rules."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A trap with its words folded and its sets resolved."""

    followed: tuple[str, ...]
    preceded: tuple[str, ...]
    when: tuple[str, ...]
    unless: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a name: which entity, under which rules."""

    entity: Entity
    alias: Alias
    rules: tuple[_Rule, ...]


class Text:
    """Title and paragraphs as one folded text that knows where each paragraph begins."""

    def __init__(self, title: str, paragraphs: Sequence[str]) -> None:
        parts = [part.replace("\n", " ") for part in (title, *paragraphs)]
        self.original = "\n".join(parts)
        self.folded = fold(self.original)
        self.starts: list[int] = []
        at = 0
        for part in parts:
            self.starts.append(at)
            at += len(part) + 1

    def paragraph(self, place: int) -> tuple[int, int]:
        """The paragraph that holds `place` and the offset in it."""
        number = bisect_right(self.starts, place) - 1
        return number, place - self.starts[number]


class Watcher:
    """A watchlist, compiled. Thread-safe: it keeps nothing of what it reads."""

    def __init__(self, watchlist: Watchlist, scanner: Callable[[Sequence[Rule]], Scans] = scanner_of) -> None:
        """`scanner` makes what looks for names and topics in a text."""
        self.watchlist = watchlist
        self._readings: dict[str, list[_Reading]] = {}
        self._nobody: dict[str, str] = {}
        self._topics: dict[str, list[tuple[Topic, tuple[str, ...]]]] = {}
        self._collect()
        self._scanner = scanner([longest_of([*self._readings, *self._nobody]), longest_of(self._topics)])
        coded = [entity for entity in watchlist.entities if entity.hong_kong_code]
        self._by_code = {f"code{index}": entity for index, entity in enumerate(coded)}
        codes = "|".join(f"(?P<{key}>{ticker_of(e.hong_kong_code or '')})" for key, e in self._by_code.items())
        self._tickers = re.compile(rf"{TICKER_HEAD}(?:{codes})" if codes else r"(?!)")
        self._digits = tuple((entity.hong_kong_code or "").lstrip("0") for entity in coded)

    def _collect(self) -> None:
        watchlist = self.watchlist
        for entity in watchlist.entities:
            for alias in entity.aliases:
                rules = tuple(self._rules(alias))
                for name in alias.names:
                    self._readings.setdefault(fold(name), []).append(_Reading(entity, alias, rules))
        for nobody in watchlist.nobody:
            self._nobody.update({fold(name): nobody.why for name in nobody.names})
        self._china = self._folded(watchlist.latin_topics_beside)
        for topic in watchlist.topics:
            beside = self._folded(topic.beside)
            for word in topic.words:
                self._topics.setdefault(fold(word), []).append((topic, beside))

    def _folded(self, references: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(fold(word) for word in self.watchlist.words(references))

    def _rules(self, alias: Alias) -> list[_Rule]:
        rules = [
            _Rule(
                self._folded(t.followed), self._folded(t.preceded), self._folded(t.when), self._folded(t.unless), t.why
            )
            for t in alias.traps
        ]
        if alias.beside:
            rules.append(_Rule((), (), (), self._folded(alias.beside), "stands without a word that makes it sure"))
        return rules

    def match(self, title: str, paragraphs: Sequence[str]) -> Match:
        """Everything watched in one article."""
        return self.match_text(Text(title, paragraphs))

    def match_text(self, text: Text) -> Match:
        """As `match`, over a text that is folded already."""
        places = self._scanner.scan(text.folded)
        hits, drops = self._named(text, places.get(_NAMES, []))
        hits += self._tickered(text)
        hits.sort(key=lambda hit: (hit.place, hit.place + len(hit.text)))
        topics = self._topic_hits(text, places.get(_TOPICS, []), bool(hits))
        companies = any(self._counts(hit) for hit in hits)
        return Match(tuple(hits), tuple(topics), tuple(drops), companies or bool(topics))

    def _counts(self, hit: Hit) -> bool:
        """Whether the mention makes an article a concern by itself."""
        entity = self.watchlist.entity(hit.name)
        if entity is None or entity.circle == "regulator":
            return False
        return not any(r.alias.never_alone for r in self._readings.get(fold(hit.text), ()) if r.entity is entity)

    def _named(self, text: Text, places: Sequence[Span]) -> tuple[list[Hit], list[Drop]]:
        hits: list[Hit] = []
        drops: list[Drop] = []
        for begin, end in places:
            name = text.folded[begin:end]
            why: str | None = self._nobody.get(name)
            for reading in self._readings.get(name, ()):
                why = self._trapped(reading, text, begin, end)
                if why is None:
                    hits.append(_hit(text, begin, end, reading.entity, reading.alias))
                    break
            if why is not None:
                paragraph, start = text.paragraph(begin)
                quote = text.original[begin:end]
                drops.append(Drop(quote, paragraph, start, start + len(quote), why))
        return hits, drops

    def _trapped(self, reading: _Reading, text: Text, start: int, end: int) -> str | None:
        """Why the mention in [start, end) is dropped, or None."""
        if reading.alias.exact_case and text.original[start:end] not in reading.alias.names:
            return "capitals differ"
        for rule in reading.rules:
            if rule.followed and not text.folded.startswith(rule.followed, end):
                continue
            if rule.preceded and not text.folded.endswith(rule.preceded, 0, start):
                continue
            if rule.when and not any(word in text.folded for word in rule.when):
                continue
            if rule.unless and _stands_elsewhere(rule.unless, text.folded, text.folded[start:end]):
                continue
            return rule.why
        return None

    def _tickered(self, text: Text) -> list[Hit]:
        if not any(digits in text.folded for digits in self._digits):
            return []
        return [
            _hit(text, found.start(), found.end(), self._by_code[found.lastgroup or ""], None)
            for found in self._tickers.finditer(text.folded)
        ]

    def _topic_hits(self, text: Text, places: Sequence[Span], named: bool) -> list[TopicHit]:
        """The topics; a watched name makes sure of the country as a place name does."""
        hits: list[TopicHit] = []
        in_china = named or not places or not self._china or any(_stands(word, text.folded) for word in self._china)
        for begin, end in places:
            word = text.folded[begin:end]
            if not in_china and word.isascii():
                continue
            for topic, beside in self._topics[word]:
                if beside and not _stands_elsewhere(beside, text.folded, word):
                    continue
                paragraph, start = text.paragraph(begin)
                quote = text.original[begin:end]
                hits.append(TopicHit(topic.id, quote, paragraph, start, start + len(quote), begin))
                break
        return hits


def _stands_elsewhere(words: tuple[str, ...], folded: str, mention: str) -> bool:
    """Whether one of `words` stands in the text outside the mentions themselves (`好大夫` is no sign of itself)."""
    for word in words:
        if word not in mention:
            if _stands(word, folded):
                return True
        elif folded.count(word) > folded.count(mention):
            return True
    return False


def _stands(word: str, folded: str) -> bool:
    """Whether `word` stands in the text; a Latin one at the beginning of a word."""
    at = folded.find(word)
    if not word.isascii():
        return at >= 0
    while at > 0 and "a" <= folded[at - 1] <= "z":
        at = folded.find(word, at + 1)
    return at >= 0


def _hit(text: Text, start: int, end: int, entity: Entity, alias: Alias | None) -> Hit:
    paragraph, offset = text.paragraph(start)
    return Hit(
        entity=OTHER if entity.reported_as else entity.id,
        text=text.original[start:end],
        paragraph=paragraph,
        start=offset,
        end=offset + end - start,
        name=entity.id,
        product=bool(alias and alias.product),
        historic=bool(alias and alias.historic),
        place=start,
    )
