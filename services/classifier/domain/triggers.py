"""The words of config/taxonomy.yaml, checked and compiled, and where they stand in a text.

Chinese and Latin words are compiled apart, so that a text of one script is scanned once. All work on folded text.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field, field_validator

from services.classifier.domain.words import HAN, check, in_chinese, in_latin
from shared.config_file import ConfigModel, load_config
from shared.config_hints import Misfit
from shared.watch.scanner import Rule, Scans, Span, scanner_of
from shared.watch.taxonomy import LABELS

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
TOLD = ("announced", "completed", "planned", "rumoured", "denied")
"""The statuses of what is news, for which the taxonomy may have words of their own."""
ANY = "any"
"""Scope of the words of a status that hold for every label."""
_LATIN = re.compile(r"[a-z]{3,}")


class Tiers(ConfigModel):
    """The rules of one label: name of a rule to its words."""

    strong: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    wide: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @field_validator("strong", "wide")
    @classmethod
    def _expressions(cls, rules: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for name, words in rules.items():
            check((name,), words)
        return rules


class Taxonomy(ConfigModel):
    """All of config/taxonomy.yaml."""

    labels: dict[str, Tiers]
    cues: dict[str, tuple[str, ...]]
    statuses: dict[str, dict[str, tuple[str, ...]]] = Field(default_factory=dict)
    """Status to scope (ANY or a label) to words."""

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
            check((name,), words)
        return cues

    @field_validator("statuses")
    @classmethod
    def _scoped(cls, statuses: dict[str, dict[str, tuple[str, ...]]]) -> dict[str, dict[str, tuple[str, ...]]]:
        for status, scopes in statuses.items():
            if status not in TOLD:
                raise Misfit((status,), f"{status} is no status of news", f"one of {', '.join(TOLD)}")
            for scope, words in scopes.items():
                if scope != ANY and scope not in LABELS:
                    raise Misfit((status, scope), f"{scope} is no label", f"{ANY}, or one of {', '.join(LABELS)}")
                check((status, scope), words)
        return statuses


def load_taxonomy(path: Path) -> Taxonomy:
    """The taxonomy in `path`. Raises ConfigError with the line when it does not fit."""
    return load_config(path, Taxonomy)


class TriggerHit(NamedTuple):
    """One place where a rule of a label fired; offsets in the joined text."""

    label: str
    tier: Tier
    rule: str
    start: int
    end: int


class Cues:
    """Where the signs stand, ready to be asked for a stretch of text."""

    def __init__(
        self, places: dict[str, list[Span]], statuses: Callable[[], dict[tuple[str, str], list[Span]]] = dict
    ) -> None:
        """`statuses` looks for the words of the statuses: (status, scope) to where they stand."""
        self._starts = {name: sorted([start for start, _ in spans]) for name, spans in places.items() if spans}
        self._statuses = statuses

    def count(self, name: str, start: int, end: int) -> int:
        """How many signs of that name begin in [start, end)."""
        starts = self._starts.get(name)
        return bisect_left(starts, end) - bisect_left(starts, start) if starts else 0

    def tells(self, status: str, scope: str, start: int, end: int) -> list[int]:
        """Where words of that status begin in [start, end)."""
        starts = self._told.get((status, scope), [])
        return starts[bisect_left(starts, start) : bisect_left(starts, end)]

    @cached_property
    def _told(self) -> dict[tuple[str, str], list[int]]:
        """Looked for when first asked: only of what is news the status is asked."""
        return {entry: sorted(start for start, _ in spans) for entry, spans in self._statuses().items()}


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
        self._words = _Words([words for *_, words in rules] + list(taxonomy.cues.values()), scanner)
        self._told = [(status, scope) for status, scopes in taxonomy.statuses.items() for scope in scopes]
        self._telling = _Words([words for scopes in taxonomy.statuses.values() for words in scopes.values()], scanner)

    def scan(self, folded: str) -> tuple[list[TriggerHit], Cues]:
        """Every hit of every rule, and where the cues stand."""
        places = self._words.places(folded)
        first = len(self._names)
        hits = [
            TriggerHit(*self._names[entry], start, end)
            for entry in sorted(places)
            if entry < first
            for start, end in places[entry]
        ]
        cues = {name: places.get(first + number, []) for number, name in enumerate(self._cues)}
        return hits, Cues(cues, partial(self._statuses, folded))

    def _statuses(self, folded: str) -> dict[tuple[str, str], list[Span]]:
        """Where the words of each status stand."""
        return {self._told[entry]: spans for entry, spans in self._telling.places(folded).items()}


class _Words:
    """Entries of the taxonomy, Chinese and Latin words apart, looked for together."""

    def __init__(self, entries: Sequence[Sequence[str]], scanner: Callable[[Sequence[Rule]], Scans]) -> None:
        both = [(entry, in_chinese(words), in_latin(words)) for entry, words in enumerate(entries)]
        self._han = [entry for entry, han, _ in both if han]
        self._latin = [entry for entry, _, latin in both if latin]
        self._scanner = scanner([han for _, han, _ in both if han] + [latin for *_, latin in both if latin])

    def places(self, folded: str) -> dict[int, list[Span]]:
        """Where each entry stands; rules of a script that the text does not have are left out."""
        has_han, has_latin = bool(HAN.search(folded)), bool(_LATIN.search(folded))
        found: dict[int, list[Span]] = {}
        chinese = len(self._han)
        for number, spans in sorted(self._scanner.scan(folded).items()):
            latin = number >= chinese
            if has_latin if latin else has_han:
                entry = self._latin[number - chinese] if latin else self._han[number]
                found[entry] = found.get(entry, []) + spans
        return found
