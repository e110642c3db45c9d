"""Measuring a day: each headline of the neutral index that is about a watched company, and whether it was told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from services.alerter.domain.recall import Cause, Headline, Judged, Recall, likest, measured, merged
from services.alerter.domain.recall_index import Day, Poll, faults


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of an address of the index; all empty where it became no document."""

    document_id: str = ""
    entities: tuple[str, ...] = ()
    """Companies and authorities that a relevant article is about, by the classifier."""
    told: bool = False
    story_told: bool = False
    """Another article of its story, or the one it repeats, was told."""


class Index(Protocol):
    """The neutral index, and what was told. Raises TransientError while the database is away."""

    def headlines(self, day: Day) -> Sequence[tuple[Headline, Known]]:
        """One for each address and day's headline."""
        ...

    def polls(self, day: Day) -> Sequence[Poll]:
        """Of the day and of the days before it that show what is usual."""
        ...

    def told_titles(self, day: Day) -> Mapping[str, str]:
        """Titles of told stories around the day, with their addresses."""
        ...


@dataclass(frozen=True)
class MeasureRecall:
    """The step."""

    index: Index
    companies: frozenset[str]
    """Identifiers of the watched companies."""
    named: Callable[[str], bool]
    """Whether a title names a watched company."""
    explain: Callable[[str], tuple[Cause, str]]
    """Where the way of an address ended, and why, in words."""

    def __call__(self, day: date, zone: str, span: Day, now: datetime) -> Recall:
        """Measure `day`, which lasts for `span` by the clock of `zone`."""
        found = self.index.headlines(span)
        known = {headline.addresses[0]: what for headline, what in found}
        about = [headline for headline, what in found if self._about(headline, what)]
        titles = self.index.told_titles(span)
        judged = [self._judged(headline, known, titles) for headline in merged(about)]
        return measured(day, zone, judged, faults(self.index.polls(span), span), now >= span.end)

    def _about(self, headline: Headline, known: Known) -> bool:
        return self.named(headline.title) or not self.companies.isdisjoint(known.entities)

    def _judged(self, headline: Headline, known: Mapping[str, Known], titles: Mapping[str, str]) -> Judged:
        places = [(address, known[address]) for address in headline.addresses]
        document = next((what.document_id for _, what in places if what.document_id), "")
        for address, what in places:
            if what.told:
                return Judged(headline, "told", f"told: {address}", what.document_id)
        ends = [self.explain(address) for address, _ in places]
        fate, words = next((end for end in ends if end[0] != "not_crawled"), ends[0])
        if fate == "told" or any(what.story_told for _, what in places):
            # Of a report that repeats another one: the one that it repeats was told.
            return Judged(headline, "story_told", words, document)
        if other := likest(headline.title, titles):
            return Judged(headline, "story_told", f"{words}; told by {other}, of the same title", document)
        return Judged(headline, fate, words, document)
