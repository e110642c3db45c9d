"""What people do with what waits: see it, let it go, drop it; pause and resume. As a port, and its values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

RELEASED = "released by "
"""Begins what a delivery's reason keeps to its end of who let it go before its time, and why."""
EVERYWHERE = ""
"""The channel of a pause that stops all sends."""


@dataclass(frozen=True)
class Chosen:
    """Which of the waiting deliveries: those of the channel, or those with the numbers; without both all that wait."""

    channel: str | None = None
    """A kind (`slack`) or one channel (`slack:#name`)."""
    ids: Sequence[int] = field(default_factory=tuple)


@dataclass(frozen=True)
class Waiting:
    """One delivery that waits, and why. Times have a timezone."""

    id: int
    state: str
    """held, digest, or due on a channel that is paused."""
    channel: str
    subscription: str
    title: str
    importance: int
    decided: datetime
    until: datetime | None
    """None where nobody knows: it waits for a digest, or for a pause to end."""
    why: str


@dataclass(frozen=True)
class Paused:
    """Sends that are stopped."""

    channel: str
    """Empty for all."""
    who: str
    reason: str
    since: datetime


class Desk(Protocol):
    """Where it is done; every call is one committed transaction, with who did it in the audit
    log. All raise TransientError.
    """

    def waiting(self) -> Sequence[Waiting]:
        """All that waits, in the order of its decision."""

    def release(self, chosen: Chosen, reason: str, who: str) -> int:
        """Let held ones go now, what goes to one channel as one message; with their numbers also those of a digest.

        How many. Who and why stays with each of them. What a pause holds goes when it is resumed.
        """

    def drop(self, chosen: Chosen, reason: str, who: str) -> int:
        """End what waits as suppressed; what is on the wire is not touched. How many."""

    def pause(self, channel: str, reason: str, who: str) -> bool:
        """No delivery of the channel is begun any more, by any alerter; False when it was paused already."""

    def resume(self, channel: str, who: str) -> bool:
        """Begin again; False when there was no such pause."""

    def pauses(self) -> Sequence[Paused]:
        """What is paused."""
