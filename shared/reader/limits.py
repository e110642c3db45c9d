"""What keeps a language model from costing too much or standing in the way: a day's budget, a breaker, a cache.

All of it is in memory and of one process: a restart begins a new budget, and each replica has its own.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Generic, Literal, TypeVar

FAILURES = 5
"""Failures in a row after which nothing is asked for a while: one or two are a busy moment."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=30)
"""How long nothing is asked after that; doubled each time that the try after it fails too."""
KEPT = 2_000
"""Answers that are kept: some days of questions, at most some megabytes."""


@dataclass
class Budget:
    """Requests and characters (sent and received) that one day in UTC may have."""

    requests: int
    characters: int
    _day: date = date.min
    _asked: int = 0
    _spent: int = 0

    def refuses(self, now: datetime, characters: int) -> Literal["requests", "characters"] | None:
        """What a request of so many characters would exceed; None where it fits. `now` has a timezone."""
        self._turn(now)
        if self._asked >= self.requests:
            return "requests"
        return "characters" if self._spent + characters > self.characters else None

    def ask(self, now: datetime, characters: int) -> None:
        """A request of so many characters is sent."""
        self._turn(now)
        self._asked += 1
        self._spent += characters

    def receive(self, now: datetime, characters: int) -> None:
        """An answer of so many characters came; it may exceed the day's, and then nothing more is asked."""
        self._turn(now)
        self._spent += characters

    def _turn(self, now: datetime) -> None:
        day = now.astimezone(UTC).date()
        if day > self._day:  # a clock that is set back begins no second budget
            self._day, self._asked, self._spent = day, 0, 0


@dataclass
class Breaker:
    """Closed: all may ask. Open after failures in a row: none until the pause is over, then one (half open).

    One question is asked at a time, so a half-open breaker lets one request through by itself.
    """

    failures: int = FAILURES
    _failed: int = 0
    _pause: timedelta = FIRST_PAUSE
    _open_until: datetime | None = None

    def lets(self, now: datetime) -> bool:
        """Whether a request may be sent now."""
        return self._open_until is None or now >= self._open_until

    def succeed(self) -> None:
        """A request was answered well."""
        self._failed, self._pause, self._open_until = 0, FIRST_PAUSE, None

    def fail(self, now: datetime) -> bool:
        """A request failed; whether nothing is asked from now on for a while."""
        self._failed += 1
        if self._failed < self.failures:
            return False
        if self._open_until is not None:
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
        self._open_until = now + self._pause
        return True


V = TypeVar("V")


@dataclass
class Cache(Generic[V]):
    """The latest answers by the hash of what was asked; the one not used for longest goes first."""

    size: int = KEPT
    _kept: "OrderedDict[str, V]" = field(default_factory=OrderedDict)

    def get(self, key: str) -> V | None:
        """The answer, if it is kept."""
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def keep(self, key: str, value: V) -> None:
        """Keep an answer."""
        self._kept[key] = value
        self._kept.move_to_end(key)
        while len(self._kept) > self.size:
            self._kept.popitem(last=False)
