"""The measuring loop: no fault of it stops the alerter, and a day is asked for at most every ten minutes."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from services.alerter.application import measure
from services.alerter.application.measure import Measure
from shared.errors import TransientError

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize("error", [TransientError("away"), RuntimeError("a defect")])
def test_what_fails_is_tried_again_and_ends_nothing(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "EVERY", 0.0)
    stop, calls = threading.Event(), list[str]()

    def shows() -> None:
        calls.append("shown")
        if len(calls) >= 3:
            stop.set()
        raise error

    beats = list[int]()
    Measure(lambda now, beat: None, shows, lambda: NOW).run(lambda: beats.append(1), stop)
    assert (len(calls), len(beats)) == (3, 3)


def test_a_day_is_looked_for_once_a_period_and_the_gauges_are_set_all_the_time() -> None:
    asked, shown = list[datetime](), list[int]()
    beats = list[int]()

    def once(now: datetime, beat: Callable[[], None]) -> None:
        asked.append(now)
        beat()

    loop = Measure(once, lambda: shown.append(1), lambda: NOW)
    loop.step(lambda: beats.append(1))
    loop.step(lambda: beats.append(1))
    assert beats == [1], "a long measurement is seen to go on"
    assert (asked, shown) == ([NOW], [1, 1])
