"""Rules of status beside the model: what closes an event, and what a broker expects. Invented reports."""

from pathlib import Path

import numpy as np
import pytest

from services.classifier.domain.article import Article
from services.classifier.domain.events import Scored
from services.classifier.domain.features import candidate_features
from services.classifier.domain.model import Logistic
from services.classifier.domain.reading import read
from services.classifier.domain.status import CURRENT_STATUSES, status_odds
from services.classifier.domain.triggers import Triggers, load_taxonomy
from shared.messages.classified import Status
from shared.watch import Watcher, load_watchlist

pytestmark = pytest.mark.unit
CONFIG = Path(__file__).resolve().parents[3] / "config"
UNDECIDED = Logistic(tuple(CURRENT_STATUSES), {}, np.zeros(len(CURRENT_STATUSES)))
"""A model that knows nothing, so that only the rules speak."""


@pytest.fixture(scope="module")
def watcher() -> Watcher:
    return Watcher(load_watchlist(CONFIG / "watchlist.yaml"))


@pytest.fixture(scope="module")
def triggers() -> Triggers:
    return Triggers(load_taxonomy(CONFIG / "taxonomy.yaml"))


def odds(watcher: Watcher, triggers: Triggers, label: str, text: str) -> dict[Status, float]:
    """The odds of the first sentence with a trigger of the label."""
    reading = read(Article("", (text,), "en" if text.isascii() else "zh-Hans", None, None), watcher, triggers)
    candidate = next(one for one in reading.candidates if one.label == label)
    return status_odds(reading, Scored(candidate, candidate_features(reading, candidate), 1.0, 0.0), UNDECIDED)


CLOSED = [
    ("investigation", "京东健康因网售处方药被约谈。"),
    ("investigation", "Regulators summoned JD Health over prescription sales."),
    ("litigation_antitrust", "法院驳回原告对京东健康的起诉,判决生效。"),
    ("litigation_antitrust", "A court ruled against JD Health in the trademark lawsuit."),
    ("investment_financing", "京东健康正式在港交所挂牌上市。"),
    ("investment_financing", "The over-allotment option of the IPO of JD Health was exercised in full."),
]


@pytest.mark.parametrize(("label", "text"), CLOSED)
def test_what_has_taken_place_is_completed(watcher: Watcher, triggers: Triggers, label: str, text: str) -> None:
    found = odds(watcher, triggers, label, text)
    assert max(found, key=lambda status: found[status]) == "completed"


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("investigation", "监管部门将对京东健康启动调查。"),
        ("litigation_antitrust", "一家药房起诉京东健康,要求赔偿。"),
        ("investment_financing", "京东健康计划正式挂牌上市。"),
    ],
)
def test_what_is_to_come_is_not(watcher: Watcher, triggers: Triggers, label: str, text: str) -> None:
    found = odds(watcher, triggers, label, text)
    assert found["completed"] == pytest.approx(1 / len(CURRENT_STATUSES))


def test_results_that_a_broker_expects_are_talk_of_the_market(watcher: Watcher, triggers: Triggers) -> None:
    expected = odds(watcher, triggers, "financial_results", "券商预计京东健康全年净利润增长三成。")
    reported = odds(watcher, triggers, "financial_results", "京东健康公布全年净利润增长三成。")
    assert expected["rumoured"] > 0.5 > reported["rumoured"]
