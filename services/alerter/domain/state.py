"""A thread: all reports of one event and its follow-ups."""

from datetime import datetime
from functools import cached_property

from pydantic import Field

from services.alerter.domain.profile import Profile, profile
from services.alerter.domain.report import Report
from shared.messages.classified import Status
from shared.messages.common import Frozen

COMPARED = 12
"""Reports that keep their text and are compared with later ones: the first three and the newest."""
_FIRST = 3


class ThreadState(Frozen):
    """What a thread knows. Everything is derived from its reports, so that a corrected one can replace its own."""

    thread_id: str
    fact_version: int = Field(default=1, ge=1)
    members: tuple[Report, ...] = Field(min_length=1)
    """In the order of arrival."""

    @property
    def title(self) -> str:
        """The first report's."""
        return self.members[0].title

    @property
    def latest(self) -> datetime:
        """When its newest report was published, or first seen."""
        return max(member.when for member in self.members)

    @cached_property
    def compared(self) -> tuple[Profile, ...]:
        """The reports that still have their text."""
        return tuple(profile(member) for member in self.members if member.lead or member.title)

    @property
    def keys(self) -> tuple[str, ...]:
        """By what a candidate is looked up: entities that act and labels."""
        entities = {entity for member in self.members for entity in member.entities}
        labels = {event.label for member in self.members for event in member.current}
        return tuple(sorted((entities - {"other"}) | labels))

    def statuses(self, label: str) -> dict[Status, datetime]:
        """Every current status that was told of `label`, and when first."""
        found: dict[Status, datetime] = {}
        for member in self.members:
            for event in member.current:
                if event.label == label:
                    found[event.status] = min(member.when, found.get(event.status, member.when))
        return found

    def member(self, document_id: str) -> Report | None:
        """The report of that document."""
        return next((member for member in self.members if member.document_id == document_id), None)

    def without(self, document_id: str) -> tuple[Report, ...]:
        """The other documents' reports."""
        return tuple(member for member in self.members if member.document_id != document_id)

    def with_report(self, report: Report, new_fact: bool) -> "ThreadState":
        """The thread after `report`, which replaces an earlier revision of the same document in its place."""
        if self.member(report.document_id):
            members = tuple(report if m.document_id == report.document_id else m for m in self.members)
        else:
            members = (*self.members, report)
        return ThreadState(
            thread_id=self.thread_id,
            fact_version=self.fact_version + new_fact,
            members=_shortened(members),
        )


def _shortened(members: tuple[Report, ...]) -> tuple[Report, ...]:
    newest = len(members) - (COMPARED - _FIRST)
    return tuple(
        member.model_copy(update={"lead": "", "title": ""}) if _FIRST <= place < newest else member
        for place, member in enumerate(members)
    )
