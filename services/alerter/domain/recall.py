"""What was told, against a neutral index: each headline about a watched company, and what became of it here. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from shared.watch.fold import fold

Cause = Literal[
    "told", "not_crawled", "not_matched", "failed", "waiting", "joined", "not_delivered", "duplicate",
    "no_event", "market_note", "background", "below_importance", "not_wanted", "suppressed",
]  # fmt: skip
"""Where the way of an article ended. not_crawled: no source that may alert brought it. not_matched: read, and taken for
nothing watched. failed: a dead letter. joined: part of a story, with nothing new. not_delivered: no channel is known to
have taken it. duplicate: of an article that has no decision. The last six are left out by rule: what the article is, or
that nobody asks for it."""
Fate = Cause | Literal["story_told"]
"""story_told: not the article itself, but another report of its story."""
FATES: tuple[Fate, ...] = ("story_told", *get_args(Cause))
TOLD: frozenset[Fate] = frozenset({"told", "story_told"})
BY_RULE: frozenset[Fate] = frozenset(
    {"no_event", "market_note", "background", "below_importance", "not_wanted", "suppressed"}
)
ALIKE = 0.75
"""Share of two titles' pairs of letters from which they are one headline (Dice): outlets that reprint change a word
or two; two events of one company share its name, a third or half of the pairs."""


@dataclass(frozen=True, slots=True)
class Headline:
    """One headline of the index, with the places that list it."""

    title: str
    addresses: tuple[str, ...]
    sources: tuple[str, ...]
    outlet: str
    dated: datetime


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a headline, and why, in the words of `explain`."""

    headline: Headline
    fate: Fate
    words: str
    document_id: str = ""


@dataclass(frozen=True, slots=True)
class Recall:
    """A day, measured or not."""

    day: date
    zone: str
    headlines: tuple[Judged, ...]
    sources: Mapping[str, str]
    """The index's sources: why each could not measure the day, empty where it could."""
    why: str
    """Why the day is not measured; empty when it is."""

    @property
    def counts(self) -> Mapping[Fate, int]:
        """Headlines by fate, those without any too."""
        found = Counter(one.fate for one in self.headlines)
        return {fate: found[fate] for fate in FATES}

    @property
    def ratio(self) -> float | None:
        """Share of all headlines that was told, as article or as story; None when not measured."""
        return None if self.why else self._told / len(self.headlines)

    @property
    def wanted_ratio(self) -> float | None:
        """The same without what is left out by rule; None when not measured, or nothing is left."""
        wanted = sum(one.fate not in BY_RULE for one in self.headlines)
        return None if self.why or not wanted else self._told / wanted

    @property
    def _told(self) -> int:
        return sum(one.fate in TOLD for one in self.headlines)


def measured(day: date, zone: str, judged: Sequence[Judged], sources: Mapping[str, str], over: bool) -> Recall:
    """The day's recall. A day that is not over, or that the index did not see whole, is not measured."""
    ill = [f"{source} {fault}" for source, fault in sources.items() if fault]
    if not over:
        why = "the day is not over"
    elif not sources:
        why = "no source of the neutral index was asked"
    elif ill:
        why = "; ".join(ill)
    else:
        why = "" if judged else "the index lists no headline about a watched company"
    return Recall(day, zone, tuple(judged), sources, why)


def merged(headlines: Iterable[Headline]) -> tuple[Headline, ...]:
    """Each title once, as its first place has it, with all its addresses and sources; in the order of time."""
    found: dict[str, Headline] = {}
    for one in sorted(headlines, key=lambda headline: (headline.dated, headline.addresses)):
        key = _letters(one.title) or one.addresses[0]
        known = found.get(key, one)
        addresses = tuple(dict.fromkeys((*known.addresses, *one.addresses)))
        sources = tuple(sorted({*known.sources, *one.sources}))
        found[key] = Headline(known.title, addresses, sources, known.outlet, known.dated)
    return tuple(found.values())


def likest(title: str, told: Mapping[str, str]) -> str | None:
    """Of told titles (with their addresses) the address of the one that is the same headline, if any."""
    mine = _pairs(title)
    best, score = None, ALIKE
    for other, address in told.items():
        theirs = _pairs(other)
        alike = 2 * len(mine & theirs) / max(1, len(mine) + len(theirs))
        if alike >= score:
            best, score = address, alike
    return best


def _letters(title: str) -> str:
    return "".join(letter for letter in fold(title) if letter.isalnum())


def _pairs(title: str) -> frozenset[str]:
    letters = _letters(title)
    return frozenset(letters[at : at + 2] for at in range(len(letters) - 1))
