"""What a revision of an article changes or adds in its facts: told again. What it only words otherwise is not.

An article that is written on is the usual form in English (UPDATE 2): what no report of the thread had, its earlier
text included, is as new in it as in another outlet's report. A value that stood in the text before, a name that is
spelt otherwise, a sum that is rounded or converted and a list in another order are no news.
"""

import difflib
from collections.abc import Collection, Iterator

from services.alerter.domain import figures
from services.alerter.domain.new_fact import (
    MANY_FIGURES,
    NewFact,
    amount_of,
    amount_words,
    of_one_kind_once,
    told_words,
)
from services.alerter.domain.profile import amounts_of
from services.alerter.domain.report import Report, ReportEvent, Told
from services.alerter.domain.state import ThreadState
from shared.messages.classified import FactKind
from shared.watch.fold import fold

_IN_ROLES: tuple[FactKind, ...] = (
    "amount",
    "percentage",
    "counterparty",
    "regulator",
    "document_number",
    "effective_date",
)
_NAMES = ("counterparty", "regulator", "document_number")
_ADDED: tuple[FactKind, ...] = ("amount", "counterparty", "regulator", "effective_date")
_OF_A_STEP: tuple[FactKind, ...] = ("amount", "effective_date")
"""What a label that is new in the article tells beside itself, as a step of a status does."""
_Part = tuple[Report, list[ReportEvent]]
"""A revision, and its events of one label."""
_LONG_WORD, _ONE_LETTER = 8, 0.87
"""Letters of a Latin word from which one other letter is a slip of the pen (2 × 7 ÷ 16 = .875 of it is the same): two
provinces differ by one letter, but their names are shorter. A Chinese character makes another name."""


def revised(before: Report, after: Report, thread: ThreadState) -> tuple[NewFact, ...]:
    """What `after`, a later revision of `before`, makes new in `thread`, unless another outlet had told it already."""
    others = thread.without(after.document_id)
    found: list[NewFact] = []
    added: list[NewFact] = []
    for label in dict.fromkeys(event.label for event in after.current):
        was, now = ([event for event in one.current if event.label == label] for one in (before, after))
        found += _changed_statuses(was, now, others)
        changed = dict(_changed_facts((before, was), (after, now), others))
        found += changed.values() or _changed_sums((before, was), (after, now))
        kinds = [kind for kind in (_ADDED if was else _OF_A_STEP) if kind not in changed]
        added += [fact for event in now for fact in _added(event, kinds, (before, after), others)]
    told = {fact.after for fact in found}
    return of_one_kind_once([*found, *(fact for fact in added if fact.after not in told)])


def _changed_statuses(was: list[ReportEvent], now: list[ReportEvent], others: tuple[Report, ...]) -> Iterator[NewFact]:
    known = {(event.label, event.status) for member in others for event in member.current}
    known |= {(event.label, event.status) for event in was}
    for event in now:
        if (event.label, event.status) not in known:
            old = was[0].status if was else None
            yield NewFact(kind="correction", label=event.label, before=old, after=event.status, quote=event.quote)


def _changed_facts(old: _Part, new: _Part, others: tuple[Report, ...]) -> Iterator[tuple[FactKind, NewFact]]:
    """A fact in a role that is another one now; not where both stand in both texts, in another order."""
    (before, was), (after, now) = old, new
    elsewhere = [told for member in others for event in member.events for told in event.facts]
    for kind in _IN_ROLES:
        had, has = ([told for event in events for told in event.facts if told.kind == kind] for events in (was, now))
        gone = [told for told in had if not _among(told, has)]
        come = [told for told in has if not _among(told, [*had, *elsewhere])]
        if not gone or not come:
            continue
        if all(_in_words(told, before) for told in come) and all(_in_words(told, after) for told in gone):
            continue
        left, right = (min(side, key=lambda told: told.value) for side in (gone, come))
        event = next(event for event in now if right in event.facts)
        sides = {"before": told_words(left), "after": told_words(right)}
        yield kind, NewFact(kind="correction", label=event.label, quote=event.quote, **sides)


def _changed_sums(old: _Part, new: _Part) -> Iterator[NewFact]:
    """Sums in the evidence of events without a fact; not where they only changed places."""
    (before, was), (after, now) = old, new
    had = {amount for event in was for amount in amounts_of(event)}
    for event in now:
        has = amounts_of(event) if not event.facts else frozenset()
        gone, come = had - has, has - had
        if not gone or not come or (come <= figures.amounts(_text(before)) and gone <= figures.amounts(_text(after))):
            continue
        sides = [amount_words(max(side, key=lambda amount: amount.value)) for side in (had, has)]
        yield NewFact(kind="correction", label=event.label, before=sides[0], after=sides[1], quote=event.quote)


def _added(
    event: ReportEvent, kinds: Collection[FactKind], revisions: tuple[Report, Report], others: tuple[Report, ...]
) -> Iterator[NewFact]:
    """Facts of these kinds that neither the article had nor another report, as facts or in their texts."""
    before, after = revisions
    if not before.title and not before.lead:
        return  # of a long thread's middle no text is kept: nobody can say what is new in it
    if event.quote not in [one.quote for one in before.events] and fold(event.quote) in fold(_text(before)):
        return  # an old sentence is the evidence now
    known = (before, *others)
    foreign = any(one.language.startswith("zh") != after.language.startswith("zh") for one in known)
    for told in event.facts:
        if told.kind not in kinds or (told.kind == "amount" and event.label in MANY_FIGURES):
            continue
        if foreign and told.kind in _NAMES:
            continue  # a name in the other script cannot be told from a new one
        if not any(_known_to(told, one) for one in known):
            fact = {"kind": told.kind, "label": event.label, "after": told_words(told), "quote": event.quote}
            yield NewFact.model_validate(fact)


def _known_to(told: Told, report: Report) -> bool:
    """Whether a report has the fact, for whatever event, or names it in what is kept of its words."""
    if told.value in report.entities or _in_words(told, report):
        return True
    if _among(told, [other for event in report.events for other in event.facts]):
        return True
    amount = amount_of(told) if told.kind == "amount" else None
    if amount is None:
        return False
    text = _text(report)
    near = any(amount.same_as(other) for other in figures.amounts(text))
    return near or float(f"{amount.value:.3g}") in figures.numbers(text)


def _in_words(told: Told, report: Report) -> bool:
    """Whether what is kept of a report's words says just this."""
    text = _text(report)
    if told.kind == "effective_date":
        return figures.month_and_day(told.value) in figures.dates(text)
    amount = amount_of(told) if told.kind == "amount" else None
    if amount is None:
        return fold(told.value) in fold(text)
    value = float(f"{amount.value:.3g}")
    return any(other.value == value and amount.unit in (None, other.unit) for other in figures.amounts(text))


def _text(report: Report) -> str:
    return "\n".join([report.title, report.lead, *(event.quote for event in report.events)])


def _among(told: Told, others: Collection[Told]) -> bool:
    """Whether one of them tells the same, perhaps worded otherwise."""
    return any(told.kind == other.kind and _same(told, other) for other in others)


def _same(a: Told, b: Told) -> bool:
    if (a.value, a.unit) == (b.value, b.unit):
        return True
    if a.kind == "amount":
        mine, theirs = amount_of(a), amount_of(b)
        return mine is not None and theirs is not None and _same_sum(mine, theirs)
    return a.kind in _NAMES and _same_name(fold(a.value), fold(b.value))


def _same_sum(a: figures.Amount, b: figures.Amount) -> bool:
    """One sum in two currencies, or rounded; any other small change is a correction, and so is the currency alone."""
    if not a.same_as(b):
        return False
    if a.unit != b.unit:
        return a.value != b.value or None in (a.unit, b.unit)
    digits = min(len(f"{one.value:.15g}".replace(".", "").strip("0")) for one in (a, b))
    return any(float(f"{one.value:.{digits}g}") == other.value for one, other in ((a, b), (b, a)))


def _same_name(a: str, b: str) -> bool:
    """One stands in the other, or they differ in one letter of a long Latin word."""
    if a in b or b in a:
        return True
    mine, theirs = a.split(), b.split()
    apart = [pair for pair in zip(mine, theirs, strict=False) if pair[0] != pair[1]]
    return len(mine) == len(theirs) and len(apart) == 1 and _slip(*apart[0])


def _slip(a: str, b: str) -> bool:
    long = min(len(a), len(b)) >= _LONG_WORD and a.isascii() and b.isascii()
    return long and difflib.SequenceMatcher(None, a, b, autojunk=False).ratio() >= _ONE_LETTER
