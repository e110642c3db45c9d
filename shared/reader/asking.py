"""One question at a time within the limits: known? → breaker, budget → ask → what the answer says."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from shared.reader.limits import Breaker, Budget, Cache
from shared.reader.question import Dropped, NoAnswer, NotAsked, NotAskedFor, Question, WrongAnswer
from shared.runtime.logs import get_logger

log = get_logger(__name__)

V = TypeVar("V")
_SAID: dict[NotAskedFor, str] = {
    "breaker": "paused after failures in a row",
    "requests": "the day's requests are used up",
    "characters": "the day's characters are used up",
}


class Answers(Protocol):
    """Who answers: the client of the endpoint."""

    @property
    def name(self) -> str:
        """Of the model."""

    def ask(self, question: Question, seconds: float) -> str:
        """The answer's content. Raises NoAnswer, WrongAnswer, or Closed when the program ends."""


class Counts(Protocol):
    """Who counts."""

    def asked(self) -> None:
        """A request is sent."""

    def answered(self) -> None:
        """It was answered by the schema."""

    def remembered(self) -> None:
        """The answer was known from before; nothing was sent."""

    def dropped(self, reason: Dropped) -> None:
        """An answer was dropped."""

    def refused(self, by: NotAskedFor) -> None:
        """Nothing was asked."""


@dataclass
class Limits:
    """What is spent and known of one endpoint, in this process."""

    budget: Budget
    breaker: Breaker = field(default_factory=Breaker)
    cache: Cache[str] = field(default_factory=lambda: Cache[str]())


class Asking:
    """Asks one endpoint; from one thread at a time."""

    def __init__(self, reader: Answers, limits: Limits, counts: Counts, now: Callable[[], datetime]) -> None:
        """`now` has a timezone."""
        self._reader = reader
        self._limits = limits
        self._counts = counts
        self._now = now
        self._said: NotAskedFor | None = None

    def ask(self, question: Question, seconds: float, read: Callable[[str], V]) -> V:
        """What `read` makes of the answer's content; it raises WrongAnswer for one that is not of the schema.

        Raises NotAsked, NoAnswer or WrongAnswer, each counted and logged; Closed when the program ends.
        """
        key = hashlib.sha256(f"{self._reader.name}\0{question.system}\0{question.user}".encode()).hexdigest()
        known = self._limits.cache.get(key)
        if known is not None:
            self._counts.remembered()
            return read(known)
        self._allow(question)
        try:
            self._counts.asked()
            content = self._reader.ask(question, seconds)
            self._limits.budget.receive(self._now(), len(content))
            value = read(content)
        except (NoAnswer, WrongAnswer) as error:
            self._counts.dropped(error.reason)
            opened = self._limits.breaker.fail(self._now())
            log.warning("second reader: no answer", reason=error.reason, error=str(error), breaker_open=opened)
            raise
        self._limits.breaker.succeed()
        self._limits.cache.keep(key, content)
        self._counts.answered()
        return value

    def _allow(self, question: Question) -> None:
        """Take the question from the day's budget. Raises NotAsked where breaker or budget refuse it."""
        limits, now = self._limits, self._now()
        refused: NotAskedFor | None = "breaker" if not limits.breaker.lets(now) else None
        refused = refused or limits.budget.refuses(now, question.characters)
        if refused is None:
            self._said = None
            limits.budget.ask(now, question.characters)
            return
        self._counts.refused(refused)
        if refused != self._said:  # said once until something is asked again: a spent budget lasts for hundreds
            log.warning("second reader: not asked for now", refused_by=refused)
            self._said = refused
        raise NotAsked(refused, _SAID[refused])
