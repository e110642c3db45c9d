"""Whether the stream makes progress: judged against what waits, not by being alive.

A consumer can stand still with a live process (faust-streaming#175, #523, #532): then messages wait and the committed
offsets do not move. A worker without partitions is judged by the whole group: a spare worker may rightly have none.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

PATIENCE = 90.0
"""Seconds without progress while messages wait: three times what a client needs to go on after a broker's SIGKILL."""


@dataclass(frozen=True)
class Offsets:
    """Of each partition: the next offset to be read by the group, and the offset of the next message to be written."""

    committed: Mapping[int, int]
    end: Mapping[int, int]
    first: Mapping[int, int] = field(default_factory=dict)
    """The oldest message that is still there."""

    def lag(self, partitions: Set[int] | None = None) -> int:
        """Messages that wait in these partitions; in all of them without an argument."""
        chosen = self.end.keys() if partitions is None else partitions
        return sum(max(0, self.end[each] - self.committed.get(each, 0)) for each in chosen if each in self.end)

    def deleted(self) -> int:
        """Messages that were deleted before the group read them."""
        return sum(max(0, first - self.committed.get(each, first)) for each, first in self.first.items())

    def made_anew_since(self, before: "Offsets") -> bool:
        """The topic ends sooner than it did: it is another one of the same name."""
        return any(self.end.get(each, end) < end for each, end in before.end.items())


@dataclass
class Progress:
    """Looks at offsets again and again. `patience` in seconds."""

    patience: float = PATIENCE
    _since: float | None = field(default=None, init=False)
    _seen: dict[int, int] = field(default_factory=dict, init=False)

    def look(self, now: float, offsets: Offsets, mine: Set[int]) -> str:
        """Why the stream is ill at `now` (monotonic seconds), or nothing. `mine`: the partitions of this worker."""
        judged = set(mine) or set(offsets.end)
        committed = {each: offsets.committed.get(each, 0) for each in judged}
        moved = any(committed[each] != self._seen.get(each) for each in judged)
        self._seen = committed
        waiting = offsets.lag(judged)
        if not waiting or moved or self._since is None:
            self._since = now
            return ""
        still = now - self._since
        return f"{waiting} messages wait and none was committed for {still:.0f} s" if still >= self.patience else ""

    def pause(self, now: float) -> None:
        """The broker does not answer, so nobody can make progress: patience begins anew."""
        self._since = now
