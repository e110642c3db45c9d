"""Pairs of reports in one thread against pairs of reports in one story: precision, recall, F1 and how sure they are."""

import itertools
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.threads.reports import Stories, Told

Pair = frozenset[str]
ROUNDS = 1_000
"""Resamplings of an interval."""
SEED = 7
UNJUDGED_WITHIN = 21.0
"""Days: reports of one event in two parts of a corpus lie closer."""


@dataclass(frozen=True)
class Counted:
    """Pairs found and right, found, and right."""

    hit: float = 0
    said: float = 0
    gold: float = 0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(self.hit + other.hit, self.said + other.said, self.gold + other.gold)

    @property
    def precision(self) -> float:
        """Share of the pairs found that are right; 1 where none is found."""
        return self.hit / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        """Share of the right pairs that are found."""
        return self.hit / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return 2 * self.hit / (self.said + self.gold) if self.said + self.gold else 1.0


@dataclass(frozen=True)
class Scored:
    """The pairs of one or more sets, each with the units (stories, or reports that have none) of its two reports."""

    counted: Counted
    true: tuple[tuple[str, bool], ...]
    """Story of each right pair, and whether it was found."""
    false: tuple[tuple[str, str], ...]
    """Units of each pair that was wrongly found."""
    units: tuple[str, ...]
    wrong: tuple[Pair, ...] = ()
    missed: tuple[Pair, ...] = ()

    def __add__(self, other: "Scored") -> "Scored":
        return Scored(
            self.counted + other.counted,
            self.true + other.true,
            self.false + other.false,
            self.units + other.units,
            self.wrong + other.wrong,
            self.missed + other.missed,
        )

    def interval(self) -> tuple[float, float]:
        """95 % of the F1 when stories are drawn anew, with their pairs."""
        chance = random.Random(SEED)  # noqa: S311  a resampling, no secret
        found = sorted(self._resampled(chance) for _ in range(ROUNDS))
        return found[int(0.025 * ROUNDS)], found[int(0.975 * ROUNDS) - 1]

    def _resampled(self, chance: random.Random) -> float:
        times: dict[str, int] = dict.fromkeys(self.units, 0)
        for unit in chance.choices(self.units, k=len(self.units)):
            times[unit] += 1
        gold = sum(times[unit] for unit, _ in self.true)
        hit = sum(times[unit] for unit, found in self.true if found)
        false = sum(times[a] * times[b] for a, b in self.false)
        return Counted(hit, hit + false, gold).f1


def pairs_of(groups: Iterable[Sequence[str]]) -> set[Pair]:
    """Every two that stand in one group."""
    return {frozenset(pair) for group in groups for pair in itertools.combinations(sorted(group), 2)}


def grouped(thread_of: Mapping[str, str]) -> list[list[str]]:
    """The documents of each thread."""
    groups: dict[str, list[str]] = {}
    for document, thread in thread_of.items():
        groups.setdefault(thread, []).append(document)
    return list(groups.values())


def judged(a: Told, b: Told) -> bool:
    """Whether it is known if both tell of one event: grouped by one reader, no label in common, or weeks apart.

    Stories were grouped within one part of a corpus (`mix` of mix-010), so that two parts may tell of one event.
    """
    if a.reader == b.reader:
        return True
    if not {event.label for event in a.report.events} & {event.label for event in b.report.events}:
        return True
    gap = a.report.days_from(b.report)
    return gap is not None and gap > UNJUDGED_WITHIN


def score(
    stories: Stories, thread_of: Mapping[str, str], counts: Callable[[Told, Told], bool] = lambda a, b: True
) -> Scored:
    """The threads of one set against its stories; pairs for which `counts` is false are left out."""
    known = {each.report.document_id: each for each in stories.told}
    story = stories.story_of
    true = {p for p in pairs_of(grouped(story)) if counts(*(known[one] for one in sorted(p)))}
    said = {p for p in pairs_of(grouped(thread_of)) if counts(*(known[one] for one in sorted(p)))}

    def unit(document: str) -> str:
        return f"{stories.name}/{story.get(document) or document}"

    wrong, missed = sorted(said - true, key=sorted), sorted(true - said, key=sorted)
    return Scored(
        Counted(len(said & true), len(said), len(true)),
        tuple((unit(min(pair)), pair in said) for pair in sorted(true, key=sorted)),
        tuple((unit(min(pair)), unit(max(pair))) for pair in wrong),
        tuple(sorted({unit(document) for document in known})),
        tuple(wrong),
        tuple(missed),
    )
