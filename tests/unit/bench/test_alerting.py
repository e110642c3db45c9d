"""The percentiles of the way from an event to its alert."""

import pytest

from bench.alerting.latency import by_second, latency, percentile, to_come
from bench.alerting.slack import pace_of

pytestmark = pytest.mark.unit


def test_a_percentile_is_a_value_that_was_measured() -> None:
    hundred = [float(number) for number in range(1, 101)]
    assert [percentile(hundred, share) for share in (0.5, 0.95, 0.99)] == [50.0, 95.0, 99.0]
    assert percentile([7.0], 0.99) == 7.0
    assert percentile([], 0.5) == 0.0


def test_the_first_arrival_counts_and_what_never_came_is_missing() -> None:
    found = latency({"a": 10.0, "b": 10.0, "c": 11.0}, {"a": [10.2, 10.1], "b": [10.4]})
    assert (found.alerts, found.missing, found.twice) == (2, 1, 1)
    assert found.p50 == pytest.approx(100.0)
    assert found.longest == pytest.approx(400.0)


def test_seconds_are_judged_one_by_one() -> None:
    sent = {"a": 5.0, "b": 5.5, "c": 6.1}
    assert by_second(sent, {"a": [5.1], "b": [5.7], "c": [6.4]}, 0.99) == pytest.approx([200.0, 300.0])


def test_the_most_within_any_second() -> None:
    assert pace_of([1.0, 1.5, 1.9, 2.4, 9.0]) == 3
    assert pace_of([]) == 0


def test_an_event_of_which_nothing_was_heard_is_missing_and_one_that_joined_is_not() -> None:
    sent, documents = {"1": 10.0, "2": 10.1, "3": 10.2}, {"1": "a", "2": "b", "3": "c"}
    wanted = to_come(sent, documents, {"b"})
    assert wanted == {"1": 10.0, "3": 10.2}
    assert latency(wanted, {"1": [10.1]}).missing == 1
