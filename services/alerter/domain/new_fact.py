"""A new fact as a value, and its sides in words that need no language."""

from typing import Literal

from services.alerter.domain import figures
from services.alerter.domain.report import Told
from shared.messages.common import Frozen

MANY_FIGURES = frozenset({"financial_results"})
"""Labels whose reports each pick other figures (revenue, profit): no amount of theirs is a fact in a named role."""


class NewFact(Frozen):
    """One thing that the thread did not know."""

    kind: Literal["status", "label", "amount", "counterparty", "regulator", "effective_date", "correction"]
    label: str
    before: str | None = None
    after: str
    quote: str


def of_one_kind_once(found: list[NewFact]) -> tuple[NewFact, ...]:
    """Without the sums and dates that a second label of the same report repeats."""
    kept: dict[tuple[str, ...], NewFact] = {}
    for fact in found:
        alone = fact.kind in ("amount", "effective_date")
        kept.setdefault((fact.kind, fact.after) if alone else (fact.kind, fact.label, fact.after), fact)
    return tuple(kept.values())


def told_words(told: Told) -> str:
    """A fact as it stands in an alert: `450,000 CNY`, a name, a day."""
    if told.kind != "amount":
        return told.value + (told.unit or "")
    amount = amount_of(told)
    return amount_words(amount) if amount else f"{told.value} {told.unit or ''}".strip()


def amount_words(amount: figures.Amount) -> str:
    """`450,000 CNY`."""
    return f"{amount.value:,.0f} {amount.unit or ''}".strip()


def amount_of(told: Told) -> figures.Amount | None:
    """The sum that a fact tells, with all its digits; None where its value is no number."""
    try:
        return figures.Amount(float(told.value), told.unit)
    except ValueError:
        return None
