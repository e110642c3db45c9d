"""Says rarely what happens often: at once when it begins, then once in a while how often it happened since."""

from dataclasses import dataclass, field


@dataclass
class Rarely:
    """Counts what happens between two lines of the log, at least `every` seconds apart."""

    every: float
    _said: float | None = field(default=None, init=False)
    _since: int = field(default=0, init=False)

    def count(self, now: float) -> int:
        """It happened at `now` (monotonic seconds); how often since the last line, 0 where it is too early for one."""
        self._since += 1
        if self._said is not None and now - self._said < self.every:
            return 0
        self._said = now
        many, self._since = self._since, 0
        return many
