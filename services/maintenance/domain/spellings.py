"""A name in whatever way its letters are written: simplified or traditional, of any width and case.

What counts as one letter is what matching counts as one (shared/watch/fold.py), so that a name is erased wherever a
search would find it. A pattern reads alike in Python and PostgreSQL: alternatives alone, no classes, no options.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from shared.watch.fold import fold

_DOTS = "·•‧∙⋅・･"
"""Between the parts of a foreign name that is written in Chinese; each outlet has its own."""
_LAST = 0x323AF
"""The last Chinese character of Unicode 15."""
_SURROGATES = range(0xD800, 0xE000)


@dataclass(frozen=True)
class Sought:
    """What is looked for: texts letter by letter, and a name however its letters are written."""

    texts: tuple[str, ...] = ()
    person: str = ""

    def __bool__(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.texts or self.person)


def pattern(name: str) -> str:
    """A regular expression that is met where a text holds the name. Raises ValueError for a name without a letter."""
    return _pattern(name, _escaped)


def hex_pattern(name: str) -> str:
    """The same for bytes of UTF-8 in the form in which PostgreSQL shows them: two digits each, from 0 to f."""
    return _pattern(name, lambda letter: letter.encode().hex())


def _pattern(name: str, shown: Callable[[str], str]) -> str:
    words = unicodedata.normalize("NFC", name).split()
    if not words:
        raise ValueError("every text holds an empty name")
    blanks = f"{_any((*_written()[' '], chr(10)), shown)}+"
    return blanks.join("".join(_any(_variants(letter), shown) for letter in word) for word in words)


def _any(letters: tuple[str, ...], shown: Callable[[str], str]) -> str:
    return f"(?:{'|'.join(map(shown, letters))})"


def _escaped(letter: str) -> str:
    """Signs of ASCII mean something in a pattern; behind a backslash they mean themselves."""
    return f"\\{letter}" if letter.isascii() and not letter.isalnum() else letter


def _variants(letter: str) -> tuple[str, ...]:
    return _written().get(_one(letter), (letter,))


def _one(letter: str) -> str:
    return "·" if letter in _DOTS else fold(letter)


@cache
def _written() -> Mapping[str, tuple[str, ...]]:
    """Folded letter to all that are written for it. Takes about a second."""
    found: dict[str, list[str]] = {}
    for code in range(1, _LAST + 1):
        if code not in _SURROGATES:
            found.setdefault(_one(chr(code)), []).append(chr(code))
    return {folded: tuple(letters) for folded, letters in found.items()}
