"""All routes of all subscriptions as sets of bits, so that a document is matched against 10,000 of them at once.

Every route has a number and, in each key's table, a bit in the set of every value that it lets through. One `and` over
the sets that belong to an event's values leaves the routes whose keys all hold; only their trees are walked. The work
grows with the number of routes that want the document, and hardly with how many there are. What it finds is what
routing.matches finds.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from services.alerter.domain.condition import Answers
from services.alerter.domain.routes import Route
from services.alerter.domain.routes_reading import Reading, stands_in
from services.alerter.domain.routing import Match, unwanted
from services.alerter.domain.subscriptions import Keys
from shared.messages import DocumentClassified, EventFound

LEVELS = range(1, 6)
"""Of importance."""


class _Table:
    """One key: which routes let each value through, and which refuse it. A set of routes is an int of bits."""

    def __init__(self, routes: Sequence[Route], values: Callable[[Keys], Iterable[str]]) -> None:
        self._asked: dict[str, int] = {}
        self._refused: dict[str, int] = {}
        self._open = 0
        """Routes that ask for no value of this key."""
        for number, route in enumerate(routes):
            wanted = list(values(route.when))
            if not wanted:
                self._open |= 1 << number
            _mark(self._asked, wanted, number)
            _mark(self._refused, values(route.when.never), number)

    def let_through(self, *found: str) -> int:
        """Routes that let through what has all of these values: one of them is asked for, and none refused."""
        asked, refused = self._open, 0
        for value in found:
            asked |= self._asked.get(value, 0)
            refused |= self._refused.get(value, 0)
        return asked & ~refused if refused else asked


class _Words:
    """The same for words: which routes let a text through. Looked for are words whose first pair is in it."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._asked: dict[str, int] = {}
        self._refused: dict[str, int] = {}
        self._asking = 0
        for number, route in enumerate(routes):
            _mark(self._asked, route.words, number)
            _mark(self._refused, route.refused_words, number)
            self._asking |= bool(route.words) << number
        self._by_pair: dict[str, list[str]] = {}
        for word in sorted({*self._asked, *self._refused}):
            self._by_pair.setdefault(word[:2], []).append(word)
        first = "".join(sorted({re.escape(word[0]) for word in (*self._asked, *self._refused)}))
        self._starts = re.compile(f"(?=([{first}].?))" if first else r"(?!)", re.DOTALL)
        self.concerned = self._asking
        """Routes that the text matters to."""
        for bits in self._refused.values():
            self.concerned |= bits

    def refused(self, reading: Reading) -> int:
        """Routes that do not let the text through."""
        found, refused, text = 0, 0, reading.text
        pairs = set(self._starts.findall(text))
        pairs |= {pair[0] for pair in pairs}  # where a word of one letter is filed
        for pair in self._by_pair.keys() & pairs:
            for word in self._by_pair[pair]:
                if stands_in(word, text):
                    found |= self._asked.get(word, 0)
                    refused |= self._refused.get(word, 0)
        return (self._asking & ~found) | refused


class RouteIndex:
    """The subscriptions in force. Nothing of it changes; a new set of subscriptions is a new index."""

    def __init__(self, roots: Sequence[Route], version: int = 0) -> None:
        """`version` is that of the subscriptions in the database, 0 for such as come from nowhere."""
        self.roots = tuple(roots)
        self.version = version
        self._routes = routes = [route for root in roots for route in root.below()]
        self._numbers = {route: number for number, route in enumerate(routes)}
        plain = [root for root in self.roots if not root.children and not root.only_if]
        self._plain_bits = _set_of(self._numbers[root] for root in plain)
        """Subscriptions that take whatever their keys let through."""
        self._tree_bits = _set_of(self._numbers[root] for root in self.roots) & ~self._plain_bits
        self._entities = _Table(routes, lambda keys: keys.entities)
        self._families = _Table(routes, lambda keys: keys.families)
        self._labels = _Table(routes, lambda keys: keys.labels)
        self._statuses = _Table(routes, lambda keys: keys.statuses)
        self._kinds = _Table(routes, lambda keys: keys.kinds)
        self._languages = _Table(routes, lambda keys: keys.languages)
        self._sources = _Table(routes, lambda keys: keys.sources)
        self._words = _Words(routes)
        self._important = {level: self._let_through_at(level) for level in LEVELS}

    def _let_through_at(self, level: int) -> int:
        bits = 0
        for number, route in enumerate(self._routes):
            never = route.when.never.importance
            if route.when.importance <= level and (never is None or level < never):
                bits |= 1 << number
        return bits

    @property
    def routes(self) -> int:
        """How many there are, subscriptions included."""
        return len(self._routes)

    @cached_property
    def has_conditions(self) -> bool:
        """Whether any route asks the second reader."""
        return any(route.only_if for route in self._routes)

    def matches(self, document: DocumentClassified | Reading, answers: Answers | None = None) -> tuple[Match, ...]:
        """The routes that want the document, each with its events, in the order of the file."""
        reading, taken = _reading(document), dict[int, int]()  # number of the route to the places of its events
        for place, (_, hits) in enumerate(self._hits(reading)):
            here, inside = 1 << place, _Members(hits)
            for number in bits_of(hits & self._plain_bits):
                taken[number] = taken.get(number, 0) | here
            for root in bits_of(hits & self._tree_bits):
                for route in self._taken(self._routes[root], inside, answers or {}):
                    number = self._numbers[route]
                    taken[number] = taken.get(number, 0) | here
        events = {places: tuple(reading.events[at] for at in bits_of(places)) for places in set(taken.values())}
        return tuple([Match(self._routes[number], events[taken[number]]) for number in sorted(taken)])

    def conditions(self, document: DocumentClassified | Reading) -> tuple[str, ...]:
        """The conditions to be asked about the document: those of routes that want it but for the condition."""
        asked: dict[str, None] = {}
        for _, hits in self._hits(_reading(document)) if self.has_conditions else ():
            for root in bits_of(hits & self._tree_bits):
                self._conditions(self._routes[root], _Members(hits), asked)
        return tuple(asked)

    def unwanted(
        self, document: DocumentClassified | Reading, answers: Answers | None = None
    ) -> Iterator[tuple[str, str]]:
        """Every route that refuses the document, and why (see routing.unwanted); made one by one, as it is read."""
        reading = _reading(document)
        for root in self.roots:
            yield from unwanted(reading, root, answers)

    def _hits(self, reading: Reading) -> Iterator[tuple[EventFound, int]]:
        """The current events, each with the routes whose keys let it through, whatever those above them say."""
        document = reading.document
        whole = (
            self._important[document.importance]
            & self._kinds.let_through(document.kind)
            & self._languages.let_through(document.language)
            & self._sources.let_through(document.source)
        )
        refused_words: int | None = None
        for event in reading.events:
            hits = (
                whole
                & self._families.let_through(event.family)
                & self._labels.let_through(event.label)
                & self._statuses.let_through(event.status)
                & self._entities.let_through(*reading.acting(event))
            )
            if hits & self._words.concerned:  # folding and looking through the text costs more than all of the rest
                if refused_words is None:
                    refused_words = self._words.refused(reading)
                hits &= ~refused_words
            yield event, hits

    def _wants(self, route: Route, inside: "_Members", answers: Answers) -> bool:
        answer = answers.get(route.only_if) if route.only_if else None
        return self._numbers[route] in inside and (answer is None or answer.holds)

    def _taken(self, route: Route, inside: "_Members", answers: Answers) -> Sequence[Route]:
        if not self._wants(route, inside, answers):
            return ()
        found: list[Route] = []
        for child in route.children:
            taken = self._taken(child, inside, answers)
            found += taken
            if taken and not child.continues:
                break
        return found or (route,)

    def _conditions(self, route: Route, inside: "_Members", asked: dict[str, None]) -> None:
        if self._numbers[route] in inside:
            if route.only_if:
                asked[route.only_if] = None
            for child in route.children:
                self._conditions(child, inside, asked)


class _Members:
    """A set of bits that is asked for single numbers: shifting an int of 10,000 bits for each would copy it."""

    def __init__(self, bits: int) -> None:
        self._bytes = bits.to_bytes(bits.bit_length() // 8 + 1, "little")

    def __contains__(self, number: int) -> bool:
        place = number >> 3
        return place < len(self._bytes) and bool(self._bytes[place] >> (number & 7) & 1)


def _reading(document: DocumentClassified | Reading) -> Reading:
    """Whoever asks several things of one document hands in its reading: its text is folded once."""
    return document if isinstance(document, Reading) else Reading(document)


_NOT_EMPTY = re.compile(rb"[^\0]")
_IN_BYTE = [tuple(place for place in range(8) if byte >> place & 1) for byte in range(256)]


def bits_of(bits: int) -> Iterator[int]:
    """The numbers in a set, from the smallest."""
    for found in _NOT_EMPTY.finditer(bits.to_bytes(bits.bit_length() // 8 + 1, "little")):
        start = found.start() * 8
        for place in _IN_BYTE[found.group()[0]]:
            yield start + place


def _set_of(numbers: Iterable[int]) -> int:
    bits = 0
    for number in numbers:
        bits |= 1 << number
    return bits


def _mark(table: dict[str, int], values: Iterable[str], number: int) -> None:
    for value in values:
        table[value] = table.get(value, 0) | 1 << number
