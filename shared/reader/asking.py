"""One question at a time within the limits: known? → breaker, budget → ask → what the answer says."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from shared.reader.limits import Breaker, Budget, Cache
from shared.reader.question import Dropped, NoAnswer, NotAsked, NotAskedFor, Question, WrongAnswer
from shared.runtime.logs import get_logger

log = get_logger(__name__)

LONGEST_WAIT = 3.0
"""Seconds: a busy endpoint that asks for a longer pause (Retry-After) is not asked this question again."""
LEAST_LEFT = 1.0
"""Seconds that must be left for a second try."""

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


@dataclass(frozen=True)
class Retry:
    """Ask a busy endpoint once more where it says that it soon will not be: seconds that only grow, a way to wait."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Asking:
    """Asks one endpoint; from one thread at a time."""

    def __init__(
        self,
        reader: Answers,
        limits: Limits,
        counts: Counts,
        now: Callable[[], datetime],
        retry: Retry | None = None,
    ) -> None:
        """`now` has a timezone; without `retry` each question is asked once."""
        self._reader = reader
        self._limits = limits
        self._counts = counts
        self._now = now
        self._retry = retry
        self._said: NotAskedFor | None = None

    def ask(self, question: Question, seconds: float, read: Callable[[str], V]) -> V:
        """What `read` makes of the answer's content; it raises WrongAnswer for one that is not of the schema.

        `seconds` are those of the question, a second try included.

        Raises NotAsked, NoAnswer or WrongAnswer, each counted and logged; Closed when the program ends.
        """
        key = hashlib.sha256(f"{self._reader.name}\0{question.system}\0{question.user}".encode()).hexdigest()
        known = self._limits.cache.get(key)
        if known is not None:
            self._counts.remembered()
            return read(known)
        try:
            content = self._within(question, seconds)
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

    def _within(self, question: Question, seconds: float) -> str:
        """The answer's content, of a second try where there is one. Raises NotAsked, NoAnswer, WrongAnswer, Closed."""
        retry = self._retry
        if retry is None:
            return self._once(question, seconds)
        end = retry.monotonic() + seconds
        try:
            return self._once(question, seconds)
        except NoAnswer as error:
            wait, left = error.retry_after, end - retry.monotonic()
            if error.reason != "busy" or wait is None or wait > LONGEST_WAIT or left - wait < LEAST_LEFT:
                raise
            retry.sleep(wait)
            try:
                return self._once(question, end - retry.monotonic())
            except NotAsked:  # the day's budget ended with the first try, and that one was no answer
                raise error from None

    def _once(self, question: Question, seconds: float) -> str:
        """One request within breaker and budget."""
        self._allow(question)
        self._counts.asked()
        content = self._reader.ask(question, seconds)
        self._limits.budget.receive(self._now(), len(content))
        return content

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
