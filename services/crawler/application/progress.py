"""Whether the process gets on: each loop says that it turned, each work when it began."""

import threading
import time

TURN = 60.0
"""Seconds within which every loop turns, also while the database is away."""
SILENT = 12.0
"""Seconds after which a database that neither answers nor refuses counts as away: leases are renewed every 5, a lock is
waited for 5 at most."""
WORK = 300.0
"""Seconds after which a poll or a look has no hope: all their waits are bounded far below."""


class Progress:
    """Turns of loops and works begun; may be told and asked from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: dict[str, float] = {}
        self._works: dict[str, float] = {}

    def turned(self, loop: str) -> None:
        """The loop goes round."""
        with self._lock:
            self._turns[loop] = time.monotonic()

    def began(self, work: str) -> None:
        """A work is in hand."""
        with self._lock:
            self._works[work] = time.monotonic()

    def ended(self, work: str) -> None:
        """It is done."""
        with self._lock:
            self._works.pop(work, None)

    def silent(self) -> str:
        """Why the database counts as away though it refused nothing: a session that hangs raises nothing."""
        now = time.monotonic()
        with self._lock:
            still = now - self._turns.get("leases", now)
        return f"has not answered for {still:.0f} s" if still > SILENT else ""

    def stuck(self) -> str:
        """What does not get on, in plain words; empty when all does."""
        now = time.monotonic()
        with self._lock:
            loops = [f"{loop} stands still" for loop, at in self._turns.items() if now - at > TURN]
            works = [f"{work} does not end" for work, at in self._works.items() if now - at > WORK]
        return "; ".join((loops + works)[:3])
