"""The summary of the chaos tests counts what was withstood: not what failed, and not what was left out."""

import json
from pathlib import Path
from typing import Literal

import pytest

from tests.chaos import strain
from tests.chaos.tally import COUNTS, FAULT, STRETCHED, Tally

pytestmark = pytest.mark.unit


def ran(
    tally: Tally, number: int, outcome: Literal["passed", "failed", "skipped"], *more: tuple[str, object], why: str = ""
) -> None:
    """A test of one fault as pytest reports it: called, and taken down with all its properties."""
    marked: list[tuple[str, object]] = [(FAULT, (number, f"fault {number}"))]
    told = ("test_x.py", 7, f"Skipped: {why}") if outcome == "skipped" else None
    for when, how, properties in (("call", outcome, marked), ("teardown", "passed", [*marked, *more])):
        longrepr = told if when == "call" else None
        tally.add(pytest.TestReport("x", ("x", 1, "x"), {}, how, longrepr, when, (), 1.5, user_properties=properties))  # type: ignore[arg-type]  # literals in a loop


def test_a_fault_whose_tests_were_not_all_run_is_skipped_with_the_reason_and_not_counted() -> None:
    tally = Tally()
    ran(tally, 1, "passed")
    ran(tally, 31, "passed")
    ran(tally, 31, "skipped", why="ss -K is not supported by this kernel")
    ran(tally, 40, "skipped", why="strace is not here")
    ran(tally, 41, "failed")
    ran(tally, 41, "passed")
    summary = tally.summary(7)
    assert summary["faults"] == 1
    assert {number: one["ok"] for number, one in summary["by_fault"].items()} == {
        "1": True, "31": False, "40": False, "41": False,
    }  # fmt: skip
    assert summary["by_fault"]["31"]["skipped"] == "ss -K is not supported by this kernel"
    assert "skipped" not in summary["by_fault"]["1"]
    lines = "\n".join(tally.lines())
    assert "31  skipped" in lines
    assert "(ss -K is not supported by this kernel)" in lines
    assert "41  FAILED" in lines
    assert "1 of 4 faults withstood" in lines


def test_a_test_in_which_the_process_ended_counts_against_its_fault() -> None:
    tally = Tally()
    ran(tally, 7, "passed")
    setup = pytest.TestReport(
        "ends", ("x", 1, "x"), {}, "passed", None, "setup", user_properties=[(FAULT, [7, "fault 7"])]
    )
    tally.add(setup)
    tally.add(pytest.TestReport("ends", ("x", None, "x"), {}, "failed", "worker crashed", "???"))  # type: ignore[arg-type]  # as pytest-xdist says it
    summary = tally.summary(1)
    assert not summary["by_fault"]["7"]["ok"]
    assert (summary["faults"], summary["failed"]) == (0, 1)


def test_a_test_of_no_fault_that_failed_is_told() -> None:
    tally = Tally()
    ran(tally, 1, "passed")
    tally.add(pytest.TestReport("checker", ("x", 1, "x"), {}, "failed", "wrong", "call"))
    assert (tally.summary(1)["faults"], tally.summary(1)["failed"]) == (1, 1)


def test_counts_add_up_once_a_test_and_the_largest_strain_is_told(tmp_path: Path) -> None:
    tally = Tally()
    ran(tally, 1, "passed", (COUNTS, {"went_in": 3, "came_out": 3}), (STRETCHED, (2.5, 0.4)))
    ran(tally, 2, "passed", (COUNTS, {"went_in": 4, "lost": 1}), (STRETCHED, [1.5, 1.2]))
    tally.write(tmp_path / "summary.json", 7)
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert (summary["went_in"], summary["came_out"], summary["lost"]) == (7, 3, 1)
    assert (summary["strain"], summary["longest_wait"]) == (2.5, 1.2)
    assert "limits stretched 2.5 times at most, the longest wait took 120% of its own" in tally.lines()[-1]


@pytest.mark.parametrize(("load", "factor"), [(0.0, 1.0), (4.0, 2.0), (7.0, 3.5), (400.0, strain.MOST)])
def test_limits_grow_with_the_load_up_to_a_cap(load: float, factor: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getloadavg", lambda: (load, 0.0, 0.0))
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    strain.stretched()
    assert strain.strain() == factor
    strain.took(30.0, 60.0)
    assert strain.stretched() == strain.Stretched(factor, 0.5)
    assert strain.stretched() == strain.Stretched(1.0, 0.0)
