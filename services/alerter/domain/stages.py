"""Stages of long stories that the labels alone do not tell: a case through offices and courts, a listing."""

import re
from typing import Final

from services.alerter.domain.profile import Profile
from shared.watch.fold import fold

LISTING: Final = "investment_financing"
_CASE: Final[dict[str, frozenset[str]]] = {
    "investigation": frozenset({"enforcement_penalty", "litigation_antitrust"}),
    "data_privacy": frozenset({"enforcement_penalty", "litigation_antitrust"}),
    "product_safety": frozenset({"enforcement_penalty", "litigation_antitrust"}),
    "enforcement_penalty": frozenset({"litigation_antitrust"}),
}
"""Label → labels by which its case goes on: the probe to the fine, the fine to the court."""
_ANY_LISTING: Final = re.compile(
    r"上市|招股|聆讯|递表|挂牌|公开募股|(?<![a-z])(?:ipo|listing|initial public offering|debut|float)(?![a-z])"
)
_STAGES: Final = (
    re.compile(r"递表|递交|递呈|呈交|招股书|上市申请|(?<![a-z])fil(?:e|es|ed|ing)(?![a-z])|prospectus"),
    re.compile(r"聆讯|(?<![a-z])hearing"),
    re.compile(r"挂牌|敲钟|敲锣|首日|(?<![a-z])debut|starts? trading|first (?:day|trades)"),
)
"""Application, hearing, first day."""
_AGAIN: Final = re.compile(r"再|二度|二次|三度|第[二三]次|重新|(?<![a-z])again|refile|second time|third time")
_GOING: Final = frozenset({"announced", "completed"})
_LISTING_WITHIN: Final = 200.0
"""Days between a rumour or plan and the application; it is renewed every half year, and so are the rumours."""
_INSTRUMENTS: Final = {
    "convertible": re.compile(r"可转债|可换股债|可转换债|convertible"),
    "buyback": re.compile(r"回购|购回|buyback|buy-back|repurchas"),
    "rights": re.compile(r"供股|rights issue"),
    "placing": re.compile(r"配售|先旧后新|placing|placement|top-up"),
    "holdings": re.compile(r"减持|增持|(?:trim|pare|rais|lift)\w* .{0,16}(?:stake|holding)"),
    "round": re.compile(r"轮融资|[a-f]\+?轮|series [a-f](?![a-z])|funding round"),
    "listing": _ANY_LISTING,
}


def next_of_case(earlier: Profile, later: Profile) -> str | None:
    """The label by which `later` goes on with a case that `earlier` tells of."""
    for label in sorted(later.labels):
        if label not in earlier.labels and any(label in _CASE.get(known, ()) for known in earlier.labels):
            return label
    return None


def one_listing(a: Profile, b: Profile) -> bool:
    """Whether both titles tell of one listing: the later one goes a stage further and its text recalls the earlier one.

    A plan or rumour needs no recalling by the application; that listings are rumoured year after year joins nothing.
    """
    if LISTING not in a.labels & b.labels or not instruments(a) == instruments(b) == {"listing"}:
        return False
    earlier, later = (a, b) if a.report.when <= b.report.when else (b, a)
    gap = a.report.days_from(b.report)
    if gap is None or not _statuses(later) & _GOING:
        return False
    if not _statuses(earlier) & _GOING:
        return gap <= _LISTING_WITHIN
    before, now = _stage(_title(earlier)), _stage(_title(later))
    if before is None or now is None or now < before or (now == before and not _AGAIN.search(_title(later))):
        return False
    return bool(_STAGES[before].search(fold(later.report.lead)))


def _stage(title: str) -> int | None:
    """The furthest stage that a folded title names."""
    found = [number for number, words in enumerate(_STAGES) if words.search(title)]
    return max(found) if found else None


def _statuses(one: Profile) -> set[str]:
    return {event.status for event in one.report.current if event.label == LISTING}


def _title(one: Profile) -> str:
    return fold(one.report.title)


def instruments(one: Profile) -> frozenset[str]:
    """The ways of raising or spending capital that the title names."""
    title = _title(one)
    return frozenset(name for name, words in _INSTRUMENTS.items() if words.search(title))
