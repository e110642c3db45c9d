"""Inhibition: a weightier alert that was just told makes a lesser one of the same matter superfluous. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import Field, field_validator

from services.alerter.domain.durations import Duration, in_words
from services.alerter.domain.spelling import nearest
from shared.config_file import ConfigModel
from shared.config_hints import Misfit
from shared.messages.classified import Status
from shared.watch.taxonomy import LABELS


@dataclass(frozen=True)
class Gist:
    """What an alert is about, as far as inhibition compares."""

    thread_id: str
    entities: frozenset[str]
    events: frozenset[tuple[str, str]]
    """Label and status of each event."""
    importance: int


class _Events(ConfigModel):
    """Some alerts, by their events; an empty key takes every event, both keys must hold for one and the same."""

    labels: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()

    @field_validator("labels")
    @classmethod
    def _known(cls, labels: tuple[str, ...]) -> tuple[str, ...]:
        for place, label in enumerate(labels):
            if label not in LABELS:
                raise Misfit((place,), f"no label is called {label}", nearest(label, LABELS))
        return labels

    def takes(self, label: str, status: str) -> bool:
        """Whether an event is one of these."""
        return (not self.labels or label in self.labels) and (not self.statuses or status in self.statuses)


class Weightier(_Events):
    """What must have been told: one event of it is enough."""

    importance: int = Field(default=1, ge=1, le=5, description="at least")

    def holds(self, gist: Gist) -> bool:
        """Whether an alert is one of these."""
        return gist.importance >= self.importance and any(self.takes(*event) for event in gist.events)


class Lesser(_Events):
    """What need not be told after it: every event of it must fit, so that nothing else is lost with it."""

    importance: int = Field(default=4, ge=1, le=4, description="at most; what is of importance 5 is always told")

    def holds(self, gist: Gist) -> bool:
        """Whether an alert is one of these."""
        return gist.importance <= self.importance and all(self.takes(*event) for event in gist.events)


class Inhibition(ConfigModel):
    """One rule."""

    told: Weightier = Weightier()
    same: Literal["thread", "entity", "label"] = Field(description="what both alerts must have in common")
    within: Duration = Field(description="for so long after it was told")
    suppress: Lesser

    def same_matter(self, one: Gist, other: Gist) -> bool:
        """Whether both are about the same thread, entity or label."""
        if self.same == "thread":
            return one.thread_id == other.thread_id
        if self.same == "entity":
            return bool(one.entities & other.entities)
        return bool({label for label, _ in one.events} & {label for label, _ in other.events})


def inhibited(rules: Sequence[Inhibition], gist: Gist, told: Collection[tuple[datetime, Gist]], now: datetime) -> str:
    """Why the alert need not be told after those that were; empty when it is to be told."""
    for rule in rules:
        if not rule.suppress.holds(gist):
            continue
        for when, other in told:
            if now - rule.within < when <= now and rule.told.holds(other) and rule.same_matter(gist, other):
                what = ", ".join(sorted(f"{label}/{status}" for label, status in other.events))
                return (
                    f"inhibited for {in_words(rule.within)}: {what} of importance {other.importance} was told of the"
                    f" same {rule.same} ({other.thread_id}) at {when:%Y-%m-%d %H:%M %Z}"
                )
    return ""
