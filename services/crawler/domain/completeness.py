"""Which share of a source's pages gave a title, a date and a text, lately and in the long run."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import comb
from typing import Any, Literal

Field = Literal["title", "date", "body"]
FIELDS: tuple[Field, ...] = ("title", "date", "body")

RECENT = 30
"""Pages that count as lately."""
LEAST = 10
"""Pages without which nothing is said: three odd ones in a row are no change of the site."""
FORGET = 0.998
"""What a page of the long run counts after each further one: half after about 350."""
CHANCE = 1e-4
"""A share as low as this by chance, were the long run still true, is a drop."""
DROP = 0.25
"""And it has to be lower by this: a site of thousands of pages shows drops too small to matter."""
USELESS = 0.2
"""Titles or texts on fewer pages than this need no long run: the source cannot be read."""
WORDS: Mapping[Field, str] = {"title": "a title", "date": "a date", "body": "a text"}


@dataclass(frozen=True, slots=True)
class Shares:
    """One field of one source: `recent` has a 1 or 0 for each of the last pages, the newest last."""

    recent: str = ""
    had: float = 0.0
    seen: float = 0.0
    """Pages of the long run, those of `recent` not among them, with and all."""

    @property
    def lately(self) -> float | None:
        """The share of the last pages; None while there are too few."""
        return self.recent.count("1") / len(self.recent) if len(self.recent) >= LEAST else None

    @property
    def long_run(self) -> float | None:
        """The share of the pages before those; None while there are too few."""
        return self.had / self.seen if self.seen >= LEAST else None


def shares_of(kept: Mapping[str, Any]) -> dict[Field, Shares]:
    """What `as_json` made; nothing known for what is missing or of another shape."""
    found: dict[Field, Shares] = {}
    for name in FIELDS:
        match kept.get(name):
            case [str(recent), int() | float() as had, int() | float() as seen]:
                found[name] = Shares(recent[-RECENT:], float(had), float(seen))
            case _:
                found[name] = Shares()
    return found


def as_json(shares: Mapping[Field, Shares]) -> dict[str, Any]:
    """For the database."""
    return {name: [one.recent, round(one.had, 3), round(one.seen, 3)] for name, one in shares.items()}


def looked(shares: Mapping[Field, Shares], had: Mapping[Field, bool]) -> dict[Field, Shares]:
    """The shares after one more page, which had these fields."""
    return {**shares, **{name: _looked(shares[name], had[name]) for name in had}}


def _looked(one: Shares, had: bool) -> Shares:
    recent = one.recent + ("1" if had else "0")
    if len(recent) <= RECENT:
        return Shares(recent, one.had, one.seen)
    return Shares(recent[1:], one.had * FORGET + (recent[0] == "1"), one.seen * FORGET + 1.0)


def dropped(shares: Mapping[Field, Shares], what: str = "pages", may_lack: tuple[Field, ...] = ("date",)) -> str:
    """What the pages lack of late, in words; empty when they are as they were.

    `may_lack`: fields that many sources never give, so that only a drop tells of a fault.
    """
    return "; ".join(filter(None, (_dropped(name, shares[name], what, name in may_lack) for name in FIELDS)))


def _dropped(name: Field, one: Shares, what: str, may_lack: bool) -> str:
    lately, before = one.lately, one.long_run
    if lately is None:
        return ""
    count, pages = one.recent.count("1"), len(one.recent)
    if not may_lack and lately < USELESS:
        return f"{count} of the last {pages} {what} gave {WORDS[name]}"
    if before is None or before - lately < DROP:
        return ""
    share = (one.had + 1.0) / (one.seen + 2.0)  # of a beta posterior: a long run of ones is not certainty
    if at_most(count, pages, share) > CHANCE:
        return ""
    return f"{count} of the last {pages} {what} gave {WORDS[name]}, where {before:.0%} did before"


def at_most(count: int, pages: int, share: float) -> float:
    """The chance of `count` or fewer among `pages`, each with the chance `share` (binomial)."""
    return sum(comb(pages, k) * share**k * (1 - share) ** (pages - k) for k in range(count + 1))
