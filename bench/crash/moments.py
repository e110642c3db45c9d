"""When the alerter is killed, and what it was at then. Pure but for the generator of random numbers it is given."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

At = Literal["start", "take-in", "on its way", "taken, not recorded", "at rest"]
AT: tuple[At, ...] = ("start", "take-in", "on its way", "taken, not recorded", "at rest")
"""start: nothing done in this life yet. take-in: documents waited. on its way: a send had begun, and no receiver had
the message. taken, not recorded: a receiver had it, and the ledger did not know. at rest: none of these."""

IN_START = 0.15
"""Share of the kills that are counted from the start of the process: before it works, or just as it begins to."""
LONGEST_AT_WORK = 1.2
"""Seconds from the first sign of work to the kill at most: what waits at its start keeps it busy about as long."""


@dataclass(frozen=True)
class Moment:
    """When one life ends."""

    from_start: bool
    """Counted from the start of the process, else from its first sign of work."""
    share: float
    """Of the longest wait, from 0 to 1."""

    def wait(self, start_takes: float) -> float:
        """Seconds, for a process that takes so many seconds from its start to its first sign of work."""
        return self.share * (start_takes * 1.1 if self.from_start else LONGEST_AT_WORK)


def moments(kills: int, seed: int) -> Iterator[Moment]:
    """So many moments, the same again for the same seed. The first is counted from work: how long a start takes is
    measured by then."""
    rng = random.Random(seed)  # noqa: S311  # nothing is secret about a moment
    for number in range(kills):
        yield Moment(number > 0 and rng.random() < IN_START, rng.random())


def what_at(worked: bool, sending: frozenset[str], arrived: frozenset[str], waiting: int) -> tuple[At, ...]:
    """What a life was at when it was killed.

    `worked`: it had done something. `sending`: keys that its ledger holds as on the wire. `arrived`: those that a
    receiver has. `waiting`: documents that were not taken in.
    """
    if not worked:
        return ("start",)
    found: list[At] = []
    if waiting:
        found.append("take-in")
    if sending - arrived:
        found.append("on its way")
    if sending & arrived:
        found.append("taken, not recorded")
    return tuple(found) or ("at rest",)
