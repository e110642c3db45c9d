"""The words of config/taxonomy.yaml, checked and compiled, and where they stand in a text.

Chinese and Latin words are compiled apart, so that a text of one script is scanned once. All work on folded text.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import Field, field_validator

from shared.config_file import ConfigModel, load_config
from shared.config_hints import Misfit
from shared.watch.scanner import Rule, Scans, Span, scanner_of
from shared.watch.taxonomy import LABELS

syntax: Any = import_module("re._parser")
"""The library's own reader of expressions; the type stubs do not always know it."""
Tier = Literal["strong", "wide", "encoder"]
"""How sure a hit is by itself; `encoder`: no word of the taxonomy, but the encoder takes the sentence for an event."""
CUES = (
    "negation",
    "denial",
    "rumour",
    "plan",
    "complete",
    "official",
    "history",
    "obligation",
    "howto",
    "deputies",
    "price",
    "today",
)
"""The signs that the features name; each must stand in config/taxonomy.yaml."""
_REPEATS = frozenset(("MAX_REPEAT", "MIN_REPEAT"))
_MANY = 20
"""Repetitions from which one inside another is refused: 20 times 20 is already more ways than a text has letters."""
_HAN = re.compile(r"[\u3040-\u9fff]")
_LATIN = re.compile(r"[a-z]{3,}")
_PLAIN = re.compile(r"[^.^$*+?{}\[\]\\|()~]+")
"""A word without any sign of an expression: it needs no check."""
_BEFORE, _AFTER = r"(?<![a-z0-9])", r"(?![a-z])"


class Tiers(ConfigModel):
    """The rules of one label: name of a rule to its words."""

    strong: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    wide: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @field_validator("strong", "wide")
    @classmethod
    def _expressions(cls, rules: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for name, words in rules.items():
            _check((name,), words)
        return rules


class Taxonomy(ConfigModel):
    """All of config/taxonomy.yaml."""

    labels: dict[str, Tiers]
    cues: dict[str, tuple[str, ...]]

    @field_validator("labels")
    @classmethod
    def _known(cls, labels: dict[str, Tiers]) -> dict[str, Tiers]:
        for name in labels:
            if name not in LABELS:
                raise Misfit((name,), f"{name} is no label", f"one of {', '.join(LABELS)}")
        missing = [name for name in LABELS if name not in labels]
        if missing:
            raise ValueError(f"no words for {', '.join(missing)}")
        return labels

    @field_validator("cues")
    @classmethod
    def _complete(cls, cues: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        missing = [name for name in CUES if name not in cues]
        if missing:
            raise ValueError(f"no words for {', '.join(missing)}")
        for name, words in cues.items():
            _check((name,), words)
        return cues


def load_taxonomy(path: Path) -> Taxonomy:
    """The taxonomy in `path`. Raises ConfigError with the line when it does not fit."""
    return load_config(path, Taxonomy)


def _check(place: tuple[int | str, ...], words: Sequence[str]) -> None:
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


def _in_chinese(words: Iterable[str]) -> Rule | None:
    han = tuple(_expression(word) for word in words if _HAN.search(word))
    return Rule(re.compile("|".join(f"(?:{word})" for word in han)), han) if han else None


def _in_latin(words: Iterable[str]) -> Rule | None:
    """English words are found whole only."""
    latin = tuple(_expression(word) for word in words if not _HAN.search(word))
    if not latin:
        return None
    return Rule(re.compile(f"{_BEFORE}(?:{'|'.join(latin)}){_AFTER}"), latin, _BEFORE, _AFTER)


class TriggerHit(NamedTuple):
    """One place where a rule of a label fired; offsets in the joined text."""

    label: str
    tier: Tier
    rule: str
    start: int
    end: int


class Cues:
    """Where the signs stand, ready to be asked for a stretch of text."""

    def __init__(self, places: dict[str, list[tuple[int, int]]]) -> None:
        self._starts = {name: sorted(start for start, _ in spans) for name, spans in places.items()}

    def count(self, name: str, start: int, end: int) -> int:
        """How many signs of that name begin in [start, end)."""
        starts = self._starts.get(name, [])
        return bisect_left(starts, end) - bisect_left(starts, start)


class Triggers:
    """A taxonomy, compiled."""

    def __init__(self, taxonomy: Taxonomy, scanner: Callable[[Sequence[Rule]], Scans] = scanner_of) -> None:
        """`scanner` makes what looks for the rules in a text."""
        rules: list[tuple[str, Tier, str, Sequence[str]]] = []
        for label, tiers in taxonomy.labels.items():
            rules += [(label, "strong", name, words) for name, words in tiers.strong.items()]
            rules += [(label, "wide", name, words) for name, words in tiers.wide.items()]
        self._names = [(label, tier, rule) for label, tier, rule, _ in rules]
        self._cues = list(taxonomy.cues)
        entries = [words for *_, words in rules] + list(taxonomy.cues.values())
        both = [(entry, _in_chinese(words), _in_latin(words)) for entry, words in enumerate(entries)]
        self._han = [entry for entry, han, _ in both if han]
        self._latin = [entry for entry, _, latin in both if latin]
        self._scanner = scanner([han for _, han, _ in both if han] + [latin for *_, latin in both if latin])

    def scan(self, folded: str) -> tuple[list[TriggerHit], Cues]:
        """Every hit of every rule, and where the cues stand."""
        places = self._places(folded)
        hits = [
            TriggerHit(label, tier, rule, start, end)
            for entry, (label, tier, rule) in enumerate(self._names)
            if entry in places
            for start, end in places[entry]
        ]
        first = len(self._names)
        return hits, Cues({name: places.get(first + number, []) for number, name in enumerate(self._cues)})

    def _places(self, folded: str) -> dict[int, list[Span]]:
        """Where each entry stands; rules of a script that the text does not have are left out."""
        has_han, has_latin = bool(_HAN.search(folded)), bool(_LATIN.search(folded))
        found: dict[int, list[Span]] = {}
        chinese = len(self._han)
        for number, spans in sorted(self._scanner.scan(folded).items()):
            latin = number >= chinese
            if has_latin if latin else has_han:
                entry = self._latin[number - chinese] if latin else self._han[number]
                found[entry] = found.get(entry, []) + spans
        return found
