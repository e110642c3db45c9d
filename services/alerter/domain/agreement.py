"""How many independent outlets tell the same of an event, and how reliable the best source among them is.

A reprint is no second witness: a report whose text is mostly that of another one of the thread speaks with its voice,
and where a page names the outlet that it has its text from, that outlet counts (the crawler puts it in `outlet`; what
repeats another document as a whole it sends on to nobody). Outlets of one house count once. An outlet that is not named
may be any of the others, so it adds nobody to them.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from pydantic import Field

from services.alerter.domain.publishers import house_of
from services.alerter.domain.report import Report
from services.alerter.domain.state import ThreadState
from shared.messages.common import Frozen, Reliability
from shared.watch.fold import fold

_WIDE = 8
"""Letters of a piece of text that is looked for in another one, signs and blanks left out."""
_REPRINT = 0.5
"""Share of the shorter text's pieces that stand in the other one, from which one is printed from the other. Two
outlets' own reports of one event share at most 0.23 (110 pairs of labelled items in both languages, half of them less
than 0.02)."""
_HAPPENED = frozenset({"announced", "completed"})
"""Outlets of one day differ in which of the two they call an event."""
_NO_SIGNS = re.compile(r"[\W_]+")


class Agreement(Frozen):
    """Who tells the same."""

    outlets: int = Field(ge=1)
    """Independent ones; 1 where no outlet is known by name."""
    best: Reliability
    """The most reliable source's letter, reprints included: who prints a report vouches for it."""
    names: tuple[str, ...] = ()
    """The outlets that are counted, in the order in which they came; none where none is known."""


def agreement_on(report: Report, thread: ThreadState) -> Agreement:
    """Who of the thread tells of one of `report`'s events with the same status. `report` is a member of it."""
    mine = _told(report)
    agreeing = [member for member in thread.members if member.document_id == report.document_id or mine & _told(member)]
    return agreement(agreeing)


def agreement(reports: Sequence[Report]) -> Agreement:
    """Who speaks in reports that tell the same, at least one, in the order of their arrival."""
    voices: dict[str, list[Report]] = {}
    for report in reports:
        voices.setdefault(report.repeats or report.document_id, []).append(report)
    outlets: dict[str, str] = {}
    for printed in voices.values():
        # Of several that print one text, the most reliable is taken for its author, else the one that came first.
        author = min(printed, key=lambda one: (house_of(one.outlet) is None, letter_of(one)))
        if author.outlet and (house := house_of(author.outlet)):
            outlets.setdefault(house, author.outlet)
    return Agreement(
        outlets=max(1, len(outlets)),
        best=min((letter_of(report) for report in reports), default="F"),
        names=tuple(outlets.values()),
    )


def repeated_by(report: Report, thread: ThreadState) -> str | None:
    """The document of the thread whose text `report` prints, the first of those that do; None when it is its own."""
    others = thread.without(report.document_id)
    if any(member.repeats == report.document_id for member in others):
        return None  # the others print this one
    for member in others:
        if same_text(report.lead, member.lead):
            return member.repeats or member.document_id
    return None


def same_text(a: str, b: str) -> bool:
    """Whether one is printed from the other, in whichever script; empty texts are nobody's."""
    mine, theirs = _pieces(a), _pieces(b)
    shorter = min(len(mine), len(theirs))
    return bool(shorter) and len(mine & theirs) / shorter >= _REPRINT


def letter_of(report: Report) -> Reliability:
    """Its source's letter; F where an earlier writer gave none."""
    return report.reliability or "F"


def _told(report: Report) -> set[tuple[str, str]]:
    return {(event.label, "happened" if event.status in _HAPPENED else event.status) for event in report.current}


@lru_cache(maxsize=128)
def _pieces(text: str) -> frozenset[int]:
    """As hashes, a third of the memory; two of one text's meet once in 10¹³ texts."""
    letters = _NO_SIGNS.sub("", fold(text))
    return frozenset(hash(letters[at : at + _WIDE]) for at in range(max(1, len(letters) - _WIDE + 1)) if letters)
