"""The second reader's steps: unsure? → may it be sent? → known? → breaker, budget → ask → what of it is believed.

Whatever fails here, the first reader's judgement stands: an article never becomes a dead letter for want of a second
opinion.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from services.classifier.application.ports import Judges, SecondCounts, SecondReader
from services.classifier.domain.article import Article, Judgement
from services.classifier.domain.second_answer import Opinion, opinion_of
from services.classifier.domain.second_opinion import merged
from services.classifier.domain.second_question import Band, Prompt, question_of, worded
from services.classifier.domain.second_refusal import NoAnswer, Refused, WrongAnswer
from shared.messages.classified import EntityFound
from shared.messages.common import Rights
from shared.reader.limits import Breaker, Budget, Cache
from shared.reader.settings import may_receive
from shared.runtime.logs import get_logger

log = get_logger(__name__)

LONGEST_WAIT = 3.0
"""Seconds: a busy endpoint that asks for a longer pause (Retry-After) is not asked again for this article."""
LEAST_LEFT = 1.0
"""Seconds that must be left for a second try."""

Named = Callable[[Article], tuple[EntityFound, ...]]
"""Everything watched that an article names."""


@dataclass(frozen=True)
class Policy:
    """When the second reader is asked, and for how long. `seconds` are those of one article, a second try included."""

    band: Band
    may_receive: Rights
    gist: bool
    seconds: float


@dataclass
class Limits:
    """What is spent and known of one endpoint."""

    budget: Budget
    breaker: Breaker = field(default_factory=Breaker)
    cache: Cache[Opinion] = field(default_factory=lambda: Cache[Opinion]())


@dataclass(frozen=True)
class Watch:
    """The time in UTC, seconds that only grow, and a way to wait; tests have their own."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class SecondReading:
    """Judges as the first reader, and asks the second where the first is unsure. One article at a time."""

    def __init__(
        self,
        first: Judges,
        reader: SecondReader,
        named: Named,
        policy: Policy,
        limits: Limits,
        counts: SecondCounts,
        watch: Watch,
    ) -> None:
        self._first = first
        self._reader = reader
        self._named = named
        self._policy = policy
        self._limits = limits
        self._counts = counts
        self._watch = watch
        self._said: Refused | None = None

    def judge(self, article: Article) -> Judgement:
        """The judgement, settled where it was unsure. Raises what the first reader raises."""
        judgement, policy = self._first.judge(article), self._policy
        if article.any_company or not question_of(article, judgement, policy.band, (), policy.gist):
            return judgement
        question = question_of(article, judgement, policy.band, self._named(article), policy.gist)
        if question is None or not may_receive(article.rights, policy.may_receive):
            self._counts.refused("rights")
            return judgement
        opinion = self._opinion(worded(question))
        if opinion is None:
            return judgement
        settled, dropped = merged(judgement, question, opinion, self._reader.name)
        for reason in dropped:
            self._counts.dropped(reason)
        return settled

    def _opinion(self, prompt: Prompt) -> Opinion | None:
        """The answer, known or asked for; None with the reason counted and logged."""
        key = hashlib.sha256(f"{self._reader.name}\0{prompt.system}\0{prompt.user}".encode()).hexdigest()
        known = self._limits.cache.get(key)
        if known is not None:
            self._counts.remembered()
            return known
        try:
            opinion = self._ask_twice(prompt)
        except (NoAnswer, WrongAnswer) as error:
            self._counts.dropped(error.reason)
            opened = self._limits.breaker.fail(self._watch.now())
            log.warning("second reader: no answer", reason=error.reason, error=str(error), breaker_open=opened)
            return None
        if opinion is not None:
            self._limits.breaker.succeed()
            self._limits.cache.keep(key, opinion)
            self._counts.answered()
        return opinion

    def _ask_twice(self, prompt: Prompt) -> Opinion | None:
        """Ask; once more where the endpoint is busy and says that it soon will not be, and time is left."""
        end = self._watch.monotonic() + self._policy.seconds
        try:
            return self._ask(prompt, self._policy.seconds)
        except NoAnswer as error:
            wait = error.retry_after
            left = end - self._watch.monotonic()
            if error.reason != "busy" or wait is None or wait > LONGEST_WAIT or left - wait < LEAST_LEFT:
                raise
            self._watch.sleep(wait)
            again = self._ask(prompt, end - self._watch.monotonic())
            if again is None:  # the day's budget ended with the first try
                raise
            return again

    def _ask(self, prompt: Prompt, seconds: float) -> Opinion | None:
        """One request; None where breaker or budget refuse it. Raises NoAnswer or WrongAnswer."""
        limits, now = self._limits, self._watch.now()
        refused: Refused | None = "breaker" if not limits.breaker.lets(now) else None
        refused = refused or limits.budget.refuses(now, prompt.characters)
        if refused is not None:
            self._refuse(refused)
            return None
        self._said = None
        limits.budget.ask(now, prompt.characters)
        self._counts.asked()
        answer = self._reader.ask(prompt, seconds)
        limits.budget.receive(self._watch.now(), len(answer))
        return opinion_of(answer)

    def _refuse(self, by: Refused) -> None:
        self._counts.refused(by)
        if by != self._said:  # said once until something is asked again: a spent budget lasts for hundreds of articles
            log.warning("second reader: not asked for now", refused_by=by)
            self._said = by
