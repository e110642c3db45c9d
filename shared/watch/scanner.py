"""Many expressions over one text, with the same result as `re` gives for each, and without looking for each.

One pass (Aho-Corasick, in Rust) finds where the first letters of any expression stand; `re` then decides at those
places and nowhere else. Where the library is not installed, `re` looks everywhere: slower, the same result.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.watch.heads import LONGEST, Parsed

try:
    from ahocorasick_rs import AhoCorasick, Implementation
except ImportError:  # no wheel for this platform: `re` does it alone
    AhoCorasick = None  # type: ignore[assignment, misc]  # asked for before use

Span = tuple[int, int]
"""First character, one after the last."""
Letters = Callable[[str], list[tuple[int, int, int]]]
"""Gives, for a text: number of what stands there, its first character, one after its last."""
_PARTS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
"""An escaped letter, a class of letters, or one letter of an expression."""
LONG = 50_000
"""Letters from which a text is no article: a word a thousand times over costs less without looking at each place."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNKNOWN = "\ufffd"
"""Stands for half a character."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Alternatives of which the first that fits at a place counts, as in `a|b|c`."""

    pattern: re.Pattern[str]
    """All of them in one."""
    words: tuple[str, ...]
    """Each by itself."""
    before: str = ""
    """What must stand before each, a look-behind."""
    after: str = ""
    """What must stand after each, a look-ahead."""


def rule_of(expression: str) -> Rule:
    """The rule of one expression, its alternatives taken apart. Raises re.error where it is none."""
    words: list[str] = [""]
    depth = 0
    for part in _PARTS.findall(expression):
        depth += (part == "(") - (part == ")")
        if part == "|" and not depth:
            words.append("")
        else:
            words[-1] += part
    return Rule(re.compile(expression), tuple(words))


class Scans(Protocol):
    """Gives the number of every rule that matches, with its matches as `finditer` gives them."""

    def scan(self, text: str) -> dict[int, list[Span]]:
        """The matches of every rule that has one."""
        ...


def scanner_of(rules: Sequence[Rule]) -> Scans:
    """The fastest there is here for these rules."""
    return PlainScanner(rules) if AhoCorasick is None else Scanner(rules)


def letters_of(texts: Sequence[str]) -> Letters | None:
    """What finds where which of `texts` stands, overlapping ones too; None where the library is not installed."""
    if AhoCorasick is None or not texts:
        return None
    standing = AhoCorasick(texts, store_patterns=False, implementation=Implementation.DFA)

    def places(text: str) -> list[tuple[int, int, int]]:
        try:
            return standing.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:  # half a character: the library takes whole ones only
            return standing.find_matches_as_indexes(_SURROGATE.sub(_UNKNOWN, text), overlapping=True)

    return places


class PlainScanner:
    """Every rule over the whole text."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._patterns = [rule.pattern for rule in rules]

    def scan(self, text: str) -> dict[int, list[Span]]:
        """The matches of every rule that has one."""
        found: dict[int, list[Span]] = {}
        for number, pattern in enumerate(self._patterns):
            spans = [match.span() for match in pattern.finditer(text)]
            if spans:
                found[number] = spans
        return found


class _Word:
    """One alternative: of which rule, the how manieth, and how it is made sure of."""

    __slots__ = ("_expression", "_pattern", "literal", "order", "rule", "size")

    def __init__(self, rule: int, order: int, expression: str, literal: str | None) -> None:
        self.rule = rule
        self.order = order
        self.literal = literal
        """What it is where it is plain text: then no expression is tried."""
        whole = literal is not None and len(literal) <= LONGEST and _UNKNOWN not in literal
        self.size = len(literal or "") if whole else 0
        """Its letters where its head is all of it: where that stands, the word stands; 0 where more is to be seen."""
        self._expression = expression
        self._pattern: re.Pattern[str] | None = None

    @property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when it is first needed: of thousands, an article tries some dozens."""
        if self._pattern is None:
            self._pattern = re.compile(self._expression)
        return self._pattern

    def end(self, text: str, start: int) -> int | None:
        """Where the word that may begin at `start` ends; None where it does not stand there."""
        if self.literal is not None:
            return start + len(self.literal) if text.startswith(self.literal, start) else None
        match = (self._pattern or self.pattern).match(text, start)
        return match.end() if match else None


_Try = tuple[int, int, _Word]
"""Where a word may begin, and its order."""


class Scanner:
    """Every word where its first letters stand."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._plain = PlainScanner(rules)
        self._whole: dict[int, re.Pattern[str]] = {}
        self._starting: dict[str, list[_Word]] = {}
        self._holding: dict[str, list[_Word]] = {}
        for number, rule in enumerate(rules):
            self._add(number, rule)
        letters = [*dict.fromkeys([*self._starting, *self._holding])]
        self._starts = [tuple(self._starting.get(text, ())) for text in letters]
        self._holds = [tuple(self._holding.get(text, ())) for text in letters]
        self._places = letters_of(letters)

    def _add(self, number: int, rule: Rule) -> None:
        """Register a rule's words; a rule of which one cannot be told apart is looked for as a whole."""
        parsed = [Parsed(word) for word in rule.words]
        if any(one.grouped or one.may_be_empty or not (one.heads or one.letters) for one in parsed):
            self._whole[number] = rule.pattern
            return
        for order, (word, one) in enumerate(zip(rule.words, parsed, strict=True)):
            bare = not (rule.before or rule.after)
            whole = word if bare else f"{rule.before}(?:{word}){rule.after}"
            own = _Word(number, order, whole, one.literal if bare else None)
            for text in one.heads or one.letters:
                (self._starting if one.heads else self._holding).setdefault(text, []).append(own)

    def scan(self, text: str) -> dict[int, list[Span]]:
        """The matches of every rule that has one."""
        if len(text) > LONG:
            return self._plain.scan(text)
        tries, loose = self._tries(text)
        found: dict[int, list[Span]] = {}
        for rule, places in tries.items():
            if rule not in loose:
                spans = _fixed(text, places)
                if spans:
                    found[rule] = spans
        for rule, words in loose.items():
            spans = list(_mixed(text, tries.get(rule, []), list(words.values())))
            if spans:
                found[rule] = spans
        for rule, pattern in self._whole.items():
            spans = [match.span() for match in pattern.finditer(text)]
            if spans:
                found[rule] = spans
        return found

    def _tries(self, text: str) -> tuple[dict[int, list[_Try]], dict[int, dict[int, _Word]]]:
        """Rule to where its words may begin, and rule to its words of which only is known that they may stand."""
        tries: dict[int, list[_Try]] = {}
        loose: dict[int, dict[int, _Word]] = {}
        starts, holds = self._starts, self._holds
        for letters, start, _ in self._places(text) if self._places else ():
            for word in starts[letters]:
                if word.rule in tries:
                    tries[word.rule].append((start, word.order, word))
                else:
                    tries[word.rule] = [(start, word.order, word)]
            for word in holds[letters]:
                loose.setdefault(word.rule, {})[word.order] = word
        return tries, loose


def _fixed(text: str, places: list[_Try]) -> list[Span]:
    """The matches of a rule all of whose words begin at known places."""
    if len(places) > 1:
        places.sort()  # no word twice at a place: none of its heads begins with another
    spans: list[Span] = []
    free = 0
    for start, _, word in places:
        if start >= free:
            end = start + word.size if word.size else word.end(text, start)
            if end is not None:
                spans.append((start, end))
                free = end
    return spans


def _mixed(text: str, places: list[_Try], loose: list[_Word]) -> Iterator[Span]:
    """As `_fixed`, with words of which only is known that they stand somewhere: they are searched for in turn."""
    places.sort()
    free = at = 0
    ahead = {word.order: word.pattern.search(text) for word in loose}
    while True:
        for word in loose:
            match = ahead[word.order]
            if match is not None and match.start() < free:
                ahead[word.order] = word.pattern.search(text, free)
        standing = [(match.start(), order, match.end()) for order, match in ahead.items() if match is not None]
        best = min(standing, default=None)
        while at < len(places) and (best is None or places[at][:2] < best[:2]):
            start, order, word = places[at]
            end = word.end(text, start) if start >= free else None
            if end is not None:
                best = (start, order, end)
                break
            at += 1
        if best is None:
            return
        yield best[0], best[2]
        free = best[2]
