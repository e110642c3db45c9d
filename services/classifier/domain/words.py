"""The entries of config/taxonomy.yaml as regular expressions: read, checked, Chinese and Latin apart."""

import re
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import Any

from shared.config_hints import Misfit
from shared.watch.scanner import Rule

syntax: Any = import_module("re._parser")
"""The library's own reader of expressions; the type stubs do not always know it."""
HAN = re.compile(r"[\u3040-\u9fff]")
"""A letter of a Chinese text, or of a Japanese one."""
_REPEATS = frozenset(("MAX_REPEAT", "MIN_REPEAT"))
_MANY = 20
"""Repetitions from which one inside another is refused: 20 times 20 is already more ways than a text has letters."""
_PLAIN = re.compile(r"[^.^$*+?{}\[\]\\|()~]+")
"""A word without any sign of an expression: it needs no check."""
_BEFORE, _AFTER = r"(?<![a-z0-9])", r"(?![a-z])"


def check(place: tuple[int | str, ...], words: Sequence[str]) -> None:
    """Raises Misfit for what is no regular expression, matches the empty text or may take for ever."""
    for index, word in enumerate(words):
        if _PLAIN.fullmatch(word) and word.strip():
            continue
        here = (*place, index)
        try:
            compiled = re.compile(_expression(word))
        except (re.error, RecursionError, OverflowError) as error:
            raise Misfit(here, f"{word!r} is no regular expression: {error}", "see the head of the file") from error
        if compiled.match("") or not word.strip():
            raise Misfit(here, f"{word!r} matches where nothing stands", "a word that must stand there")
        if _repeats_repeats(syntax.parse(_expression(word)), False):
            right = "repeat once: (a)+ in place of (a+)+, or say how often at most: {0,10}"
            raise Misfit(here, f"{word!r} repeats a repetition without end: a text may take for ever", right)


def _repeats_repeats(parsed: Any, inside: bool) -> bool:
    """Whether a repetition without end stands inside another one: tried in exponentially many ways on some texts."""
    for operator, argument in parsed:
        inner = inside
        if str(operator) in _REPEATS:
            endless = int(argument[1]) >= _MANY
            if endless and inside:
                return True
            inner = inside or endless
        if any(_repeats_repeats(part, inner) for part in _parts(argument)):
            return True
    return False


def _parts(argument: Any) -> Iterator[Any]:
    """The expressions inside an operator's argument: groups, alternatives, look-arounds."""
    if isinstance(argument, syntax.SubPattern):
        yield argument
    elif isinstance(argument, tuple | list):
        for one in argument:
            yield from _parts(one)


def _expression(word: str) -> str:
    """The regular expression that an entry stands for (`~12` and `word*` are the file's own signs)."""
    spread = re.sub(r"~(\d+)", r"[^。!?;\\n]{0,\1}?", word).replace("~", r"[^。!?;\n]{0,10}?")
    return re.sub(r"(?<=[a-z])\*", "[a-z]*", spread)


def in_chinese(words: Iterable[str]) -> Rule | None:
    """The entries that hold a Chinese letter, as one rule; None where there are none."""
    han = tuple(_expression(word) for word in words if HAN.search(word))
    return Rule(re.compile("|".join(f"(?:{word})" for word in han)), han) if han else None


def in_latin(words: Iterable[str]) -> Rule | None:
    """English words are found whole only."""
    latin = tuple(_expression(word) for word in words if not HAN.search(word))
    if not latin:
        return None
    return Rule(re.compile(f"{_BEFORE}(?:{'|'.join(latin)}){_AFTER}"), latin, _BEFORE, _AFTER)
