"""How fast a channel takes messages. Pure: the clock is an argument, in seconds from any fixed moment."""

from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Pace:
    """At most so many messages in so many seconds, to one target."""

    messages: int
    seconds: float

    def __str__(self) -> str:
        """For tables: `20 in 60 s`."""
        return f"{self.messages} in {self.seconds:g} s"


@dataclass
class Paces:
    """What was sent lately to each target of one channel, counted in this process.

    Several alerters do not know of each other here: what goes over the service's limit all the same is answered by it
    with the time to wait, which then holds for everything that waits for that target.
    """

    pace: Pace | None
    _sent: dict[str, deque[float]] = field(default_factory=dict)

    def wait(self, target: str, now: float) -> float:
        """Seconds until one more message may go to `target`; 0 for at once."""
        if self.pace is None:
            return 0.0
        sent = self._recent(target, now)
        return max(0.0, sent[0] + self.pace.seconds - now) if len(sent) >= self.pace.messages else 0.0

    def sent(self, target: str, now: float) -> None:
        """One more goes on the wire, whatever comes of it."""
        if self.pace is not None:
            self._recent(target, now).append(now)

    def _recent(self, target: str, now: float) -> deque[float]:
        sent = self._sent.setdefault(target, deque())
        while self.pace is not None and sent and now - sent[0] >= self.pace.seconds:
            sent.popleft()
        return sent
