"""What a report is about besides its parties: the names that stand in its title and come again in its text.

Two deals of one firm are told in much the same words, and one deal over a year in quite different ones; what stays is
the name of the object. A name is made of words that hardly any document has, so the watched companies are none.
"""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from services.alerter.domain.likeness import Likeness
from services.alerter.domain.profile import REMEMBERED, Profile
from services.alerter.domain.profile import words as words_of
from shared.watch.fold import fold

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
_CAPITAL = re.compile(r"\b[A-Z][A-Za-z-]{3,}")
_LEAST_HAN = 3
"""Characters of a Chinese name at least; a pair of them stands in too many texts by chance."""
_NUMERALS = frozenset("一二三四五六七八九十百千万亿两零")
_PAIRS = 2
"""Rare pairs of characters of a Chinese name that must come again: one pair may do so by chance."""
NAMED = frozenset({
    "mergers_acquisitions", "investment_financing", "partnership", "litigation_antitrust", "enforcement_penalty",
    "investigation", "license_approval", "product_safety", "product_launch",
})  # fmt: skip
"""Labels whose events have an object with a name."""
REPORTED_WITHIN = 14.0
"""Days within which outlets report one event, each with its own names and phrases; the same span as for repetitions."""


def same_name(a: Profile, b: Profile, likeness: Likeness) -> str | None:
    """A name of one that stands in the other, in words; None where there is none or the scripts differ."""
    if a.script != b.script:
        return None
    for one, other in ((a, b), (b, a)):
        shared = names_in(one, likeness) & other.words.keys()
        if len(shared) >= (_PAIRS if one.script == "zh" else 1):
            return " ".join(sorted(shared)[:3])
    return None


def other_name(a: Profile, b: Profile, likeness: Likeness) -> bool:
    """Both name an object of one kind of event, and neither knows the other's."""
    if a.script != b.script or not a.labels & b.labels & NAMED:
        return False
    gap = a.report.days_from(b.report)
    if gap is None or gap <= REPORTED_WITHIN or a.document_numbers & b.document_numbers:
        return False
    mine, theirs = names_in(a, likeness), names_in(b, likeness)
    enough = _PAIRS if a.script == "zh" else 1
    if len(mine) < enough or len(theirs) < enough:
        return False
    return not mine & b.words.keys() and not theirs & a.words.keys()


def names_in(one: Profile, likeness: Likeness) -> frozenset[str]:
    """Rare words of the names in its title that its text repeats: pairs of Chinese characters, stems of others."""
    return _names(one, likeness)


@lru_cache(maxsize=REMEMBERED)
def _names(one: Profile, likeness: Likeness) -> frozenset[str]:
    known = likeness.weights.document_frequency
    if one.script == "zh":
        repeated = _repeated(fold(one.report.title), fold(one.report.lead))
        return frozenset(pair for name in repeated for pair in _rare_runs(name, known))
    capitals = set(_CAPITAL.findall(one.report.title)) & set(_CAPITAL.findall(one.report.lead))
    return frozenset(stem for name in capitals for stem in words_of(name) if stem not in known)


def _rare_runs(name: str, known: Collection[str]) -> Iterator[str]:
    """The rare pairs of characters that overlap with another rare one: where two known words meet, one stands alone."""
    rare = [name[at : at + 2] not in known and name[at] not in _NUMERALS for at in range(len(name) - 1)]
    for at, here in enumerate(rare):
        if here and (any(rare[max(at - 1, 0) : at]) or any(rare[at + 1 : at + 2])):
            yield name[at : at + 2]


def _repeated(title: str, lead: str) -> set[str]:
    """The longest parts of the title, three characters at least, that stand in the text."""
    found = set()
    for run in _HAN.findall(title):
        start = 0
        while start <= len(run) - _LEAST_HAN:
            end = start + _LEAST_HAN
            if run[start:end] not in lead:
                start += 1
                continue
            while end < len(run) and run[start : end + 1] in lead:
                end += 1
            found.add(run[start:end])
            start = end - _LEAST_HAN + 2
    return found
