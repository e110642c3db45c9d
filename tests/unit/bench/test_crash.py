"""What the crash run counts as lost and as told twice, and when it kills."""

from itertools import islice
from pathlib import Path

import pytest

from bench.crash.comparison import compare
from bench.crash.documents import stories
from bench.crash.moments import AT, LONGEST_AT_WORK, Moment, moments, what_at
from shared.watch.watchlist import load_watchlist

pytestmark = pytest.mark.unit


def test_each_key_once_is_as_promised() -> None:
    found = compare({"a", "b"}, ["b", "a"], set(), {"a", "b"})
    assert found.held
    assert (found.expected, found.received) == (2, 2)
    assert (found.lost, found.twice, found.twice_on_the_wire, found.unexpected, found.unmarked) == ((), (), (), (), ())


def test_what_never_arrived_is_lost_wherever_it_was_lost() -> None:
    found = compare({"a", "b", "c"}, ["a"], set(), {"a", "b"})
    assert found.lost == ("b", "c")
    assert found.unmarked == ("c",)
    assert not found.held


def test_a_repeat_is_the_wires_only_where_the_ledger_says_so() -> None:
    found = compare({"a", "b"}, ["a", "a", "b", "b", "b"], {"b"})
    assert found.twice == ("a",)
    assert found.twice_on_the_wire == ("b", "b")
    assert not found.held
    assert compare({"b"}, ["b", "b"], {"b"}).held


def test_a_mark_without_a_repeat_counts_nothing() -> None:
    assert compare({"a"}, ["a"], {"a"}).twice_on_the_wire == ()


def test_what_nobody_should_hear_is_an_error_even_once() -> None:
    found = compare({"a"}, ["a", "stranger"], set())
    assert found.unexpected == ("stranger",)
    assert not found.held


def test_a_repeat_of_what_was_not_expected_counts_as_both() -> None:
    found = compare(set(), ["x", "x"], set())
    assert (found.unexpected, found.twice) == (("x",), ("x",))


def test_the_same_seed_kills_at_the_same_moments() -> None:
    first, again = list(moments(40, 7)), list(moments(40, 7))
    assert first == again != list(moments(40, 8))
    assert len(first) == 40
    assert not first[0].from_start
    assert 0 < sum(moment.from_start for moment in first) < 20
    assert all(0 <= moment.share <= 1 for moment in first)


def test_a_kill_in_the_start_falls_within_what_a_start_takes() -> None:
    assert Moment(True, 1.0).wait(2.0) == pytest.approx(2.2)
    assert Moment(False, 0.5).wait(2.0) == LONGEST_AT_WORK / 2


@pytest.mark.parametrize(
    ("worked", "sending", "arrived", "waiting", "expected"),
    [
        (False, {"a"}, {"a"}, 3, ("start",)),
        (True, set(), {"a"}, 0, ("at rest",)),
        (True, set(), set(), 2, ("take-in",)),
        (True, {"a"}, set(), 0, ("on its way",)),
        (True, {"a", "b"}, {"a"}, 1, ("take-in", "on its way", "taken, not recorded")),
    ],
)
def test_what_a_kill_met(
    worked: bool, sending: set[str], arrived: set[str], waiting: int, expected: tuple[str, ...]
) -> None:
    met = what_at(worked, frozenset(sending), frozenset(arrived), waiting)
    assert met == expected
    assert set(met) <= set(AT)


def test_the_halves_of_the_stories_share_no_entity_and_no_label(project_root: Path) -> None:
    watchlist = load_watchlist(project_root / "config" / "watchlist.yaml")
    told = list(islice(stories(watchlist, 3), 120))
    assert [one.document.title for one in told[7]] == [
        one.document.title for one in list(islice(stories(watchlist, 3), 8))[7]
    ]
    halves: dict[int, set[str]] = {0: set(), 1: set()}
    for story in told:
        for one in story:
            for event in one.document.events:
                halves[one.partition] |= {event.label, *event.entities}
    assert halves[0]
    assert halves[1]
    assert not halves[0] & halves[1]
    assert {one.document.revision for story in told for one in story} == {1, 2}
