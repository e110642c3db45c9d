"""With which letters a match of a regular expression must begin, and which letters it must hold: read off its parse.

What is said here is never too little: every match begins with one of its heads and holds one of its letters. That is
why a place where none stands needs no look (scanner.py).
"""

import re
from collections.abc import Sequence
from importlib import import_module
from typing import Any

syntax: Any = import_module("re._parser")
"""The library's own reader of expressions; the type stubs do not always know it."""

MOST = 512
"""Heads of one expression; a longer list is cut to shorter heads."""
LONGEST = 10
"""Letters of a head; more tell hardly more."""
_WIDE = 12
"""Letters of a range that are named one by one: `[a-h]` is eight heads, `[a-z]` is no head."""
_REPEATS = frozenset(("MAX_REPEAT", "MIN_REPEAT"))
_NO_WIDTH = frozenset(("ASSERT", "ASSERT_NOT", "AT"))
_HAN = 0x2E80
"""Code points from here on are letters of Chinese: one of them says as much as three Latin ones."""
_SURE = 2
"""Weight from which heads are worth looking for: a digit or one Latin letter stands everywhere."""
_SPECIAL = re.compile(r"[.^$*+?{}\[\]\\|()]")
_SURROGATE = re.compile("[\ud800-\udfff]")
Begun = set[tuple[str, bool]]
"""Beginnings of a match, each with whether what follows in the expression belongs to it still."""


class Parsed:
    """What is known of the matches of one expression."""

    def __init__(self, expression: str) -> None:
        """Raises re.error where it is none."""
        if expression and not _SPECIAL.search(expression):
            self._plain(expression)
            return
        parsed = syntax.parse(expression)
        plain = not parsed.state.flags & re.IGNORECASE
        self.grouped = parsed.state.groups > 1
        """It captures: its groups are counted where it is a part of something longer."""
        self.may_be_empty = int(parsed.getwidth()[0]) == 0
        heads = _shortest(_texts(parsed)) if plain else frozenset()
        self.heads: frozenset[str] = heads if _weight(heads) >= _SURE else frozenset()
        """Every match begins with one of these; empty: nobody knows."""
        inner = _inner(parsed) if plain else []
        self.letters: frozenset[str] = max(inner, key=_weight, default=frozenset())
        """Every match holds one of these; empty: nobody knows."""
        operators = [str(operator) for operator, _ in parsed]
        literal = plain and set(operators) == {"LITERAL"}
        self.literal: str | None = "".join(chr(argument) for _, argument in parsed) if literal else None
        """The one text that it matches, where it is a plain one."""

    def _plain(self, text: str) -> None:
        """What is no expression needs no parse, and most are none."""
        self.grouped = self.may_be_empty = False
        self.literal = text
        heads = _shortest({text[:LONGEST]})
        self.heads = heads if _weight(heads) >= _SURE else frozenset()
        self.letters = heads


def _shortest(texts: set[str]) -> frozenset[str]:
    """Without those that begin with another one; nothing where one says nothing or cannot be looked for."""
    if any(not text or _SURROGATE.search(text) for text in texts):
        return frozenset()
    return frozenset(text for text in texts if not any(text[:end] in texts for end in range(1, len(text))))


def _weight(texts: frozenset[str]) -> int:
    """How rare the most usual of the texts is."""
    return min((sum(3 if ord(letter) >= _HAN else 1 for letter in text) for text in texts), default=0)


def _texts(items: Sequence[Any]) -> set[str]:
    return {text for text, _ in _begun(items)}


def _inner(items: Sequence[Any]) -> list[frozenset[str]]:
    """For each place of a sequence: the texts one of which stands there in every match."""
    found: list[frozenset[str]] = []
    listed = list(items)
    for index, (operator, argument) in enumerate(listed):
        found.append(_shortest(_texts(listed[index:])))
        if str(operator) == "SUBPATTERN" and not (argument[1] or argument[2]):
            found += _inner(argument[3])
    return found


def _begun(items: Sequence[Any]) -> Begun:
    """How a match of the sequence may begin."""
    found: Begun = {("", True)}
    for operator, argument in items:
        following = _step(str(operator), argument)
        longer = None if following is None else _joined(found, following)
        if longer is None or len(longer) > MOST:
            return {(text, False) for text, _ in found}
        found = longer
        if not any(further for _, further in found):
            break
    return found


def _joined(found: Begun, following: Begun) -> Begun:
    joined = {one for one in found if not one[1]}
    for text, further in found:
        if further:
            for more, on in following:
                whole = text + more
                joined.add((whole, on) if len(whole) <= LONGEST else (whole[:LONGEST], False))
    return joined


def _step(operator: str, argument: Any) -> Begun | None:
    """How one operator may begin; None where that is anything, or not known here."""
    if operator == "LITERAL":
        return {(chr(argument), True)}
    if operator == "IN":
        return _one_of(argument)
    if operator == "SUBPATTERN" and not (argument[1] or argument[2]):
        return _begun(argument[3])
    if operator == "BRANCH":
        return set().union(*(_begun(part) for part in argument[1]))
    if operator in _REPEATS:
        least, most, part = argument
        begun = _begun(part)
        if most != 1:
            begun = {(text, False) for text, _ in begun}
        return begun | ({("", True)} if least == 0 else set())
    return {("", True)} if operator in _NO_WIDTH else None


def _one_of(argument: Sequence[Any]) -> Begun | None:
    """The letters of a class, where it names few."""
    letters: Begun = set()
    for operator, value in argument:
        if str(operator) == "LITERAL":
            letters.add((chr(value), True))
        elif str(operator) == "RANGE" and value[1] - value[0] < _WIDE:
            letters |= {(chr(code), True) for code in range(value[0], value[1] + 1)}
        else:
            return None
    return letters
