"""Points worded by the language model behind SECOND_READER_URL.

Whatever fails here, the articles' own sentences stand. A brief waits for at most so many seconds in all, and no two
briefs ask at once: the client and its breaker are of one thread at a time.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from services.portal.domain.brief import Brief
from services.portal.domain.brief_made import Made
from services.portal.domain.brief_names import Names
from services.portal.domain.brief_question import AT_ONCE, Sentence, answer_of, question_of
from services.portal.domain.brief_wording import without, worded
from services.portal.domain.normalise import normalise
from shared.messages.common import Rights
from shared.reader.asking import Asking
from shared.reader.question import Closed, NoAnswer, NotAsked, NotAskedFor, WrongAnswer
from shared.reader.settings import may_receive

LEAST = 0.5
"""Seconds that must be left to ask once more; no model answers sooner."""


class Counts(Protocol):
    """Who counts."""

    def dropped(self, reason: str) -> None:
        """A sentence of an answer was dropped."""

    def refused(self, by: NotAskedFor) -> None:
        """Nothing was asked."""


@dataclass(frozen=True)
class Policy:
    """What may be sent, and for how long one brief may wait."""

    may_receive: Rights
    seconds: float


class BriefReader:
    """Words points; several threads may call."""

    def __init__(
        self,
        asking: Asking,
        policy: Policy,
        counts: Counts,
        names: Names,
        called: Mapping[str, tuple[str, str]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`called`: identifier of a watched entity to its names; `clock` gives seconds that only grow."""
        self._asking = asking
        self._policy = policy
        self._counts = counts
        self._names = names
        self._called = called
        self._clock = clock
        self._lock = threading.Lock()

    def word(self, made: Made, chinese: bool) -> Brief:
        """As Words'."""
        end = self._clock() + self._policy.seconds
        points = self._sendable(made)
        if not points:
            self._counts.refused("rights")
            return without(made, "no text that it may receive")
        if not self._lock.acquire(timeout=self._policy.seconds):
            self._counts.refused("time")
            return without(made, "another brief is being worded")
        try:
            said, failed = self._ask(made, points, chinese, end)
        finally:
            self._lock.release()
        brief = worded(made, said, self._names, chinese)
        for why, count in (brief.wording.dropped or {}).items():
            for _ in range(count):
                self._counts.dropped(why)
        return replace(brief, wording=replace(brief.wording, failed=failed))

    def _sendable(self, made: Made) -> list[tuple[int, str]]:
        """Points in articles' words whose every document may be sent."""
        found = []
        for number, (_, point, speaker) in enumerate(made.chosen.points, 1):
            if not speaker.own and may_receive(speaker.story.stored.rights, self._policy.may_receive):
                found.append((number, point.text))
        return found

    def _ask(self, made: Made, points: list[tuple[int, str]], chinese: bool, end: float) -> tuple[list[Sentence], str]:
        """Sentences of as many questions as there is time for, and why there are no more."""
        said: list[Sentence] = []
        for first in range(0, len(points), AT_ONCE):
            held = points[first : first + AT_ONCE]
            left = end - self._clock()
            if left < LEAST:
                self._counts.refused("time")
                return said, f"the {self._policy.seconds:g} s for one brief are over"
            named = {key.partition("/")[0] for _, text in held for key in self._names.named(normalise(text))}
            names = [self._called[key] for key in sorted(named) if key in self._called]
            asked = question_of(made.brief.heading, held, names, chinese)
            try:
                answer = self._asking.ask(asked, left, answer_of)
            except (NoAnswer, WrongAnswer, NotAsked, Closed) as error:
                return said, str(error)
            sent = {number for number, _ in held}
            said += [
                one if set(one.points) <= sent else one.model_copy(update={"points": []}) for one in answer.sentences
            ]
        return said, ""
