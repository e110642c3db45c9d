"""Conditions in plain words, asked of the language model behind SECOND_READER_URL.

Whatever fails here, the document is told: an alert is never lost for want of an answer.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from services.alerter.domain.condition import Answer
from services.alerter.domain.condition_question import asked_of, believed, read_answer
from shared.messages import DocumentClassified
from shared.messages.common import Rights
from shared.reader.asking import Asking, Counts
from shared.reader.question import NoAnswer, NotAsked, WrongAnswer
from shared.reader.settings import may_receive

LEAST = 0.5
"""Seconds that must be left of a document's to ask about it once more; no model answers sooner."""


@dataclass(frozen=True)
class Policy:
    """What may be sent, and for how long one document may hold up those behind it, all its conditions together."""

    may_receive: Rights
    seconds: float


class ConditionReader:
    """Answers conditions; a port of the step that takes in documents, and called from its thread alone."""

    def __init__(
        self, asking: Asking, policy: Policy, counts: Counts, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`clock` gives seconds that only grow."""
        self._asking = asking
        self._policy = policy
        self._counts = counts
        self._clock = clock
        self._about: tuple[str, int] | None = None
        self._spent = 0.0

    def ask(self, condition: str, document: DocumentClassified) -> Answer:
        """The answer, or why there is none. Raises Closed, a TransientError, only when the alerter ends."""
        if not may_receive(document.rights, self._policy.may_receive):
            self._counts.refused("rights")
            return _unanswered(f"its source allows {document.rights}, which the second reader may not receive")
        asked = asked_of(condition, document)
        left = self._left(document)
        if left < LEAST:
            self._counts.refused("time")
            return _unanswered(f"the {self._policy.seconds:g} s for one document are over")
        began = self._clock()
        try:
            said = self._asking.ask(asked.question, left, read_answer)
        except (NoAnswer, WrongAnswer, NotAsked) as error:
            return _unanswered(str(error))
        finally:
            self._spent += self._clock() - began
        answer = believed(said, asked.texts)
        if answer is None:
            # Not the endpoint's failure: the breaker would let one hostile article switch it off for the others.
            self._counts.dropped("invented_quote")
            return _unanswered("its quote does not stand in the text")
        return answer

    def _left(self, document: DocumentClassified) -> float:
        """Seconds that may still be spent on the document; a document that is taken in again keeps what it spent."""
        about = document.document_id, document.revision
        if about != self._about:
            self._about, self._spent = about, 0.0
        return self._policy.seconds - self._spent


def _unanswered(why: str) -> Answer:
    return Answer(holds=True, unanswered=why)
