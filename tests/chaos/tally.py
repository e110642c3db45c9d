"""Counts what the chaos tests found: which faults were withstood, and what went in, came out, was lost or doubled.

A test says its fault with `@pytest.mark.fault(number, "short name")` and its counts through the fixture `account`. Both
travel in the reports' `user_properties`, so that the tally is the same whether one process runs the tests or several.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

FAULT, COUNTS, STRETCHED = "fault", "counts", "stretched"
"""Names among a report's `user_properties`."""
COUNTED = ("went_in", "came_out", "lost", "twice", "twice_on_the_wire")
"""Expected deliveries (or other units of a test), those that arrived, and what became of the difference."""


class Account:
    """What one test counted; what it gives adds up over its calls."""

    def __init__(self, properties: list[tuple[str, object]]) -> None:
        self._properties = properties

    def counted(
        self, *, went_in: int = 0, came_out: int = 0, lost: int = 0, twice: int = 0, twice_on_the_wire: int = 0
    ) -> None:
        """Note counts before they are asserted, so that a test that fails for them is counted too."""
        values = (went_in, came_out, lost, twice, twice_on_the_wire)
        self._properties.append((COUNTS, dict(zip(COUNTED, values, strict=True))))


@dataclass
class Fault:
    """One fault of the table: how its tests ended."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: list[str] = field(default_factory=list)
    """Why tests did not run, or not to their end."""
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """All its tests ran and passed: what was left out is not withstood."""
        return self.passed > 0 and not self.failed and not self.skipped

    @property
    def reason(self) -> str:
        """Why not all of it ran; empty when all did."""
        return "; ".join(sorted(set(self.skipped)))

    @property
    def told(self) -> dict[str, Any]:
        """Its entry in the summary."""
        entry = {"name": self.name, "ok": self.ok, "seconds": round(self.seconds, 1)}
        return {**entry, "skipped": self.reason} if self.skipped else entry


@dataclass
class Tally:
    """All of one run."""

    faults: dict[int, Fault] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    """Tests that failed, those of no fault too: a fault is only as sound as what checks it."""
    counts: Counter[str] = field(default_factory=Counter)
    strain: float = 1.0
    """Largest factor by which a limit was stretched for the machine's load (strain.py)."""
    needed: float = 0.0
    """Longest wait as a share of its limit unstretched."""
    _marked: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    """Faults of each test seen: of one in which the whole process ended, pytest-xdist reports the name alone."""

    def add(self, report: pytest.TestReport) -> None:
        """Take in what pytest reports of one phase of one test."""
        found = _pairs([value for name, value in report.user_properties if name == FAULT])
        if report.failed:
            self.failed.add(report.nodeid)
        if found:
            self._marked[report.nodeid] = found
        for number, name in self._marked.get(report.nodeid, ()):
            fault = self.faults.setdefault(number, Fault(name))
            fault.seconds += report.duration
            fault.failed += report.failed
            if report.skipped:
                fault.skipped.append(_why(report))
            fault.passed += report.passed and report.when == "call"
        if report.when == "teardown":  # each phase carries all properties so far: the last has them all, once
            for name, value in report.user_properties:
                if name == COUNTS and isinstance(value, dict):
                    self.counts.update(value)
                if name == STRETCHED and isinstance(value, list | tuple):
                    self.strain, self.needed = max(self.strain, value[0]), max(self.needed, value[1])

    def summary(self, seed: int) -> dict[str, Any]:
        """What SUMMARY=file.json holds; `faults` is how many were withstood."""
        counted = {name: self.counts[name] for name in COUNTED}
        return {
            "faults": sum(one.ok for one in self.faults.values()), **counted, "failed": len(self.failed), "seed": seed,
            "strain": round(self.strain, 2), "longest_wait": round(self.needed, 2),
            "by_fault": {str(number): fault.told for number, fault in sorted(self.faults.items())},
        }  # fmt: skip

    def lines(self) -> list[str]:
        """The same for a person: a line a fault."""
        rows = [
            f"{number:4d}  {_verdict(fault):8}{fault.seconds:7.1f} s  {fault.name}{_aside(fault)}"
            for number, fault in sorted(self.faults.items())
        ]
        counted = ", ".join(f"{name.replace('_', ' ')} {self.counts[name]}" for name in COUNTED)
        held = sum(one.ok for one in self.faults.values())
        limits = f"limits stretched {self.strain:.1f} times at most, the longest wait took {self.needed:.0%} of its own"
        verdict = f"{held} of {len(self.faults)} faults withstood; {counted}; tests failed {len(self.failed)}"
        return [*rows, verdict, limits]

    def write(self, file: Path, seed: int) -> None:
        """Write the summary as JSON."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(self.summary(seed), ensure_ascii=False, indent=1) + "\n", "utf-8")


def _pairs(values: list[object]) -> list[tuple[int, str]]:
    """Number and name of each fault; a report that came from another process holds lists where there were tuples."""
    return [(int(value[0]), str(value[1])) for value in values if isinstance(value, list | tuple)]


def _why(report: pytest.TestReport) -> str:
    """The reason that a skipped test gave."""
    told: Any = report.longrepr  # file, line and reason, as a list where another process sent it
    return str(told[2] if isinstance(told, list | tuple) else told).removeprefix("Skipped: ")


def _aside(fault: Fault) -> str:
    return f" ({fault.reason})" if fault.skipped else ""


def _verdict(fault: Fault) -> str:
    if fault.ok:
        return "ok"
    return "FAILED" if fault.failed else "skipped"
