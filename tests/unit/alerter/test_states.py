"""What an alerter remembers of threads between messages: the newest of each, and no more reports than it may hold."""

from services.alerter.adapters.store import States
from services.alerter.domain.report import report_of
from services.alerter.domain.state import ThreadState
from tests.fakes.classified import classified


def state(name: str, reports: int) -> ThreadState:
    members = tuple(report_of(classified(f"{name}-{number}", "标题")) for number in range(reports))
    return ThreadState(thread_id=name, members=members)


def test_a_changed_thread_takes_the_place_of_what_it_was() -> None:
    states = States(most=10)
    for changes in range(50):
        states.put(("a", changes), state("a", 3))
    states.put(("b", 0), state("b", 7))
    assert states.get(("a", 49)) is not None
    assert states.get(("b", 0)) is not None
    assert states.get(("a", 48)) is None


def test_the_least_used_goes_when_there_are_too_many_reports() -> None:
    states = States(most=10)
    for name in ("a", "b", "c"):
        states.put((name, 0), state(name, 3))
    states.get(("a", 0))
    states.put(("d", 0), state("d", 3))
    assert [name for name in "abcd" if states.get((name, 0))] == ["a", "c", "d"]


def test_a_thread_with_more_reports_than_that_is_remembered_alone() -> None:
    states = States(most=10)
    states.put(("a", 0), state("a", 3))
    states.put(("b", 0), state("b", 12))
    assert states.get(("a", 0)) is None
    assert states.get(("b", 0)) is not None
