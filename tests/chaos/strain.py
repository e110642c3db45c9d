"""How much longer things may take on a machine that has other things to do, and by how much that was made use of."""

import os
from dataclasses import dataclass

MOST = 4.0
"""Times that a limit is stretched at most: a wait that is promised in a minute is broken after four on any machine."""


@dataclass
class Stretched:
    """What became of the limits of one process since it was asked last."""

    allowed: float = 1.0
    """Largest factor by which a limit was stretched."""
    needed: float = 0.0
    """Longest wait as a share of its limit on a machine of its own; above 1 it was the stretching that let it pass."""


_since = Stretched()


def strain() -> float:
    """How many times longer things may take now: this machine's load a processor, from 1 to MOST."""
    factor = min(MOST, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)))
    _since.allowed = max(_since.allowed, factor)
    return factor


def took(seconds: float, limit: float) -> None:
    """Note a wait that ended, beside its limit on a machine of its own."""
    _since.needed = max(_since.needed, seconds / limit)


def stretched() -> Stretched:
    """What was noted since the last call."""
    found = Stretched(_since.allowed, _since.needed)
    _since.allowed, _since.needed = 1.0, 0.0
    return found
