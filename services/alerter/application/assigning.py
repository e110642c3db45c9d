"""How a document finds its thread: by likeness when it arrives; a replay of history may remember instead."""

from collections.abc import Sequence
from typing import Protocol

from services.alerter.domain.likeness import Likeness
from services.alerter.domain.report import Report
from services.alerter.domain.state import ThreadState
from services.alerter.domain.threads import Decision, Taken, assign, take


class Assigning(Protocol):
    """Says which thread a report belongs to, and what it adds."""

    def assign(self, report: Report, candidates: Sequence[ThreadState]) -> Decision:
        """The thread of `candidates` that it belongs to, or none."""

    def take(self, report: Report, decision: Decision) -> Taken:
        """The thread with the report in it, and what is new."""


class ByLikeness:
    """What the alerter goes by."""

    def __init__(self, likeness: Likeness) -> None:
        self._likeness = likeness

    def assign(self, report: Report, candidates: Sequence[ThreadState]) -> Decision:
        """See domain/threads.py."""
        return assign(report, candidates, self._likeness)

    def take(self, report: Report, decision: Decision) -> Taken:
        """See domain/threads.py."""
        return take(report, decision)
