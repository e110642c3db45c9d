"""Several messages in one transaction: the same comes of them as one by one, or nothing happens."""

from collections.abc import Sequence
from unittest.mock import create_autospec

import pytest

from services.alerter.application.interest import Condition
from services.alerter.application.ports import Incoming
from services.alerter.application.take_in import Outcome
from shared.errors import TransientError
from shared.messages.codec import encode
from tests.fakes.classified import classified, event
from tests.unit.alerter.test_take_in import BUYS, Alerter

SELLS = event("mergers_acquisitions", "denied", "ant_group", "haodf", quote="蚂蚁集团否认洽购好大夫在线")
STORY = (
    classified("one", "蚂蚁集团洽购好大夫在线", BUYS),
    classified("two", "蚂蚁集团据悉洽购好大夫在线", BUYS, importance=5),
    classified("three", "蚂蚁集团否认洽购好大夫在线", SELLS, importance=5),
    classified("one", "蚂蚁集团洽购好大夫在线（更正）", BUYS, revision=2),
)
RECORDS = [Incoming("classified", n % 2, n // 2, b"key", encode(document)) for n, document in enumerate(STORY)]
POISON = Incoming("classified", 1, 2, b"key", b"{}")


def together(alerter: Alerter, records: Sequence[Incoming]) -> Sequence[Outcome] | None:
    return alerter.take_in.together(records)


def test_the_same_comes_of_them_as_one_by_one() -> None:
    apart, at_once = Alerter(), Alerter()
    one_by_one = [apart.take_in(record) for record in RECORDS]
    assert together(at_once, RECORDS) == one_by_one
    assert [outcome.outcome for outcome in one_by_one] == ["alerted", "joined", "updated", "joined"]
    assert at_once.unit == apart.unit


@pytest.mark.parametrize("broken", [[*RECORDS, POISON], [POISON, *RECORDS]], ids=["last", "first"])
def test_one_that_breaks_the_rules_leaves_all_as_they_were(broken: list[Incoming]) -> None:
    alerter = Alerter()
    assert together(alerter, broken) is None
    assert alerter.unit == Alerter().unit


def test_some_that_were_read_before_leave_all_as_they_were() -> None:
    alerter, expected = Alerter(), Alerter()
    for one in (alerter, expected):
        one.take_in(RECORDS[0])
    assert together(alerter, RECORDS) is None
    assert alerter.unit == expected.unit


def test_where_a_condition_is_asked_nobody_waits_for_the_answers_of_others() -> None:
    alerter = Alerter()
    alerter.take_in._condition = create_autospec(Condition, side_effect=AssertionError("asked"))
    assert together(alerter, RECORDS) is None


def test_a_database_that_is_away_is_said() -> None:
    alerter = Alerter()

    def away(record: Incoming, last: Incoming | None = None) -> bool:
        raise TransientError("away")

    alerter.unit.__dict__["claim"] = away
    with pytest.raises(TransientError):
        together(alerter, RECORDS)
