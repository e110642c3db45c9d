"""Which labels are said of news about any company, which no gate has found relevant."""

from services.classifier.domain.events import CURRENT, LabelScore

FIRST = 0.30
"""Probability from which the surest label is said where none reaches the usual cuts: who asks about any company has
chosen the text, and mostly for an event."""
SHARE = 0.75
"""What a label must reach of a surer one that the same sentence tells: words of one event lie near another's (shares
are sold `in cooperation`, a suit cites a `notice`). Either half of 2,525 sentences about listed companies would choose
it (bench/label.py with --any-company)."""


def said_of_any_company(
    labels: list[LabelScore], current: float, background: float
) -> tuple[list[LabelScore], float, float]:
    """The labels that may be said, and the cuts they are said from, given the usual ones."""
    said = [one for one in labels if one.current >= current or one.background >= background]
    if not said:
        return sorted(labels, key=_sure)[-1:], FIRST, FIRST
    surest: dict[int, float] = {}
    for one in said:
        surest[_sentence(one)] = max(surest.get(_sentence(one), 0.0), _sure(one))
    return [one for one in said if _sure(one) >= SHARE * surest[_sentence(one)]], current, background


def _sure(score: LabelScore) -> float:
    """How probable the label is, as news or as history."""
    return max(score.current, score.background)


def _sentence(score: LabelScore) -> int:
    """The sentence that tells it best."""
    return score.best(CURRENT).candidate.span.number
