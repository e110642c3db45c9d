"""A report read for comparison: words, figures, dates, names. Derived anew whenever it is needed, never stored."""

import re
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache

from services.alerter.domain import figures, names
from services.alerter.domain.report import Report, ReportEvent
from shared.watch.fold import fold

_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
_WORD = re.compile(r"[a-z][a-z'-]+|[\u0400-\u04ff]{3,}|[\u3040-\u30ff]{2,}|[\uac00-\ud7af]{2,}")
_ENDING = re.compile(r"(?:'s|ing|ed|es|s)$")
_TOKEN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[a-z][a-z'-]*|\d[\d.,]*")
REGULATOR = "regulator_"
_ONE_HOUSE = {"alipay_health": "ant_group"}
"""Either of the two is named as the owner of the same products (Ant Group's health business)."""
_TITLE_COUNTS = 2
"""A word of the title counts as two of the lead."""


def words(text: str) -> Counter[str]:
    """Pairs of Chinese characters and stems of other words, folded, with their counts.

    Each is one object in memory, however many reports have it.
    """
    folded = fold(text)
    found: Counter[str] = Counter()
    for run in _RUN.findall(folded):
        found.update(sys.intern(run[start : start + 2]) for start in range(len(run) - 1))
    found.update(sys.intern(_ENDING.sub("", word)) for word in _WORD.findall(folded) if len(word) > 2)
    return found


def _houses(entities: frozenset[str]) -> frozenset[str]:
    return frozenset(_ONE_HOUSE.get(entity, entity) for entity in entities if not entity.startswith(REGULATOR))


@dataclass(frozen=True, eq=False)
class Profile:
    """What two reports are compared by; each part is worked out when it is first asked for. Equal only to itself."""

    report: Report

    @property
    def text(self) -> str:
        """Title and lead."""
        return f"{self.report.title}\n{self.report.lead}"

    @property
    def script(self) -> str:
        """`zh` or the language: words are compared within one script only."""
        return self.report.language.split("-")[0]

    @cached_property
    def words(self) -> Counter[str]:
        """Words of title (twice) and lead."""
        counted = words(self.report.lead)
        for word, count in words(self.report.title).items():
            counted[word] += _TITLE_COUNTS * count
        return counted

    @cached_property
    def title_words(self) -> frozenset[str]:
        """Words of the title."""
        return frozenset(words(self.report.title))

    @cached_property
    def title_tokens(self) -> tuple[str, ...]:
        """The title's characters, words and numbers, folded, in their order."""
        return tuple(_TOKEN.findall(fold(self.report.title)))

    @cached_property
    def parties(self) -> frozenset[str]:
        """Who acts."""
        return self.report.parties

    @cached_property
    def entities(self) -> frozenset[str]:
        """Identified entities (`other` is nobody)."""
        return frozenset(self.report.entities) - {"other"}

    @cached_property
    def companies(self) -> frozenset[str]:
        """The companies among its entities, those of one house as one."""
        return _houses(self.entities)

    @cached_property
    def acting_companies(self) -> frozenset[str]:
        """The companies among its parties, those of one house as one."""
        return _houses(self.parties)

    @cached_property
    def labels(self) -> frozenset[str]:
        """Labels with a current status."""
        return frozenset(event.label for event in self.report.current)

    @cached_property
    def all_labels(self) -> frozenset[str]:
        """Labels with any status."""
        return frozenset(event.label for event in self.report.events)

    @cached_property
    def amounts(self) -> frozenset[figures.Amount]:
        """Sums of money in the events: their facts, or else their quotes."""
        return frozenset(amount for event in self.report.events for amount in amounts_of(event))

    @cached_property
    def numbers(self) -> frozenset[float]:
        """Figures in title and lead."""
        return figures.numbers(self.text)

    @cached_property
    def dates(self) -> frozenset[tuple[int, int]]:
        """Full dates in title and lead."""
        return figures.dates(self.text)

    @cached_property
    def effective_days(self) -> frozenset[tuple[int, int]]:
        """(month, day) of the dates of effect in the events."""
        return frozenset(day for value in self.told("effective_date") if (day := figures.month_and_day(value)))

    @cached_property
    def document_numbers(self) -> frozenset[str]:
        """Official numbers and titles of rules."""
        return figures.document_numbers(self.text)

    @cached_property
    def rules(self) -> frozenset[str]:
        """Rules whose names stand in the evidence of a current policy event, or in the title beside one."""
        quotes = [event.quote for event in self.report.current if event.label == "policy_guidance"]
        return figures.document_numbers("\n".join([self.report.title, *quotes])) if quotes else frozenset()

    @cached_property
    def batches(self) -> frozenset[int]:
        """N of 第N批."""
        return figures.batches(self.text)

    @cached_property
    def periods(self) -> frozenset[str]:
        """Halves and quarters in the title, or else in the lead."""
        return figures.periods(self.report.title) or figures.periods(self.report.lead)

    @cached_property
    def years(self) -> frozenset[int]:
        """Years in the title."""
        return figures.years(self.report.title)

    @cached_property
    def business_years(self) -> tuple[frozenset[int], frozenset[int]]:
        """Business years by their name, and the years that reported periods end in."""
        return figures.named_years(self.text), figures.ending_years(self.text)

    @cached_property
    def romanised(self) -> frozenset[str]:
        """Chinese names as an English text writes them."""
        return names.romanised(self.text) if self.report.language in ("en", "other") else frozenset()

    @cached_property
    def pinyin(self) -> names.Sounds:
        """How the runs of a Chinese text sound."""
        return names.Sounds(names.pinyin_grams(self.text) if self.report.language.startswith("zh") else ())

    @cached_property
    def sounds(self) -> frozenset[str]:
        """Chinese names in title and evidence, by their sound, in a text of either language."""
        head = "\n".join([self.report.title, *(event.quote for event in self.report.current)])
        return names.pinyin_grams(head) if self.report.language.startswith("zh") else names.romanised(head)

    @cached_property
    def _told(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for event in self.report.events:
            for told in event.facts:
                found.setdefault(told.kind, set()).add(fold(told.value))
        return {kind: frozenset(values) for kind, values in found.items()}

    def told(self, kind: str) -> frozenset[str]:
        """Folded values of the facts of that kind."""
        return self._told.get(kind, frozenset())


def common_names(a: Profile, b: Profile) -> frozenset[str]:
    """Chinese names that one report writes and the other romanises."""
    return b.pinyin.among(a.romanised) | a.pinyin.among(b.romanised)


def amounts_of(event: ReportEvent) -> frozenset[figures.Amount]:
    """Sums of money of one event: its facts, or else those in its quote."""
    facts = set()
    for told in event.facts:
        if told.kind == "amount":
            try:
                facts.add(figures.Amount(float(f"{float(told.value):.3g}"), told.unit))
            except ValueError:
                continue  # a value that is no number is no sum; the quote may hold one
    return frozenset(facts) or figures.amounts(event.quote)


REMEMBERED = 3_000
"""Reports that an alerter has at hand, for what it compares one with: 11 KB each where the lead has 480 characters."""


@lru_cache(maxsize=REMEMBERED)
def profile(report: Report) -> Profile:
    """The profile of `report`; the same one while it is in memory."""
    return Profile(report)
