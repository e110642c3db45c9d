"""Which labels are said of news about any company: the surest, and those that are no echo of it."""

import pytest

from services.classifier.domain.any_company import FIRST, SHARE, said_of_any_company
from services.classifier.domain.events import LabelScore, Scored
from services.classifier.domain.reading import Candidate, Span
from services.classifier.domain.triggers import TriggerHit

pytestmark = pytest.mark.unit
CURRENT, BACKGROUND = 0.40, 0.42


def label(name: str, current: float, background: float = 0.0, sentence: int = 0) -> LabelScore:
    told = Scored(
        Candidate(name, Span(sentence, 1, 0, 9), (TriggerHit(name, "strong", "a rule", 0, 2),)), {}, current, background
    )
    return LabelScore(name, current, background, (told,), {})


def said(*labels: LabelScore) -> list[str]:
    """The labels that are said with the cuts that come back."""
    left, current, background = said_of_any_company(list(labels), CURRENT, BACKGROUND)
    return [one.label for one in left if one.current >= current or one.background >= background]


def test_of_labels_under_the_cuts_the_surest_is_said_from_its_own() -> None:
    assert said(label("partnership", FIRST + 0.01), label("leadership", FIRST + 0.05)) == ["leadership"]
    assert said(label("partnership", FIRST - 0.01)) == []
    assert said() == []


def test_a_weaker_label_of_the_same_sentence_is_an_echo() -> None:
    assert said(label("mergers_acquisitions", 0.9), label("partnership", 0.9 * SHARE - 0.01)) == [
        "mergers_acquisitions"
    ]
    assert said(label("mergers_acquisitions", 0.6), label("partnership", 0.5)) == [
        "mergers_acquisitions",
        "partnership",
    ]


def test_a_weaker_label_of_another_sentence_is_an_event_of_its_own() -> None:
    assert said(label("mergers_acquisitions", 0.9), label("partnership", 0.5, sentence=1)) == [
        "mergers_acquisitions",
        "partnership",
    ]


def test_what_is_told_as_history_counts_by_its_own_probability() -> None:
    assert said(label("mergers_acquisitions", 0.1, 0.8), label("partnership", 0.45)) == ["mergers_acquisitions"]


def test_a_label_under_the_cut_is_not_said_beside_a_sure_one() -> None:
    assert said(label("mergers_acquisitions", 0.41), label("partnership", 0.39)) == ["mergers_acquisitions"]
