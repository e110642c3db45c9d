"""The second reader's steps: unsure? → may it be sent? → ask within the limits → what of it is believed.

Whatever fails here, the first reader's judgement stands: an article never becomes a dead letter for want of a second
opinion.
"""

from collections.abc import Callable
from dataclasses import dataclass

from services.classifier.application.ports import Judges, SecondCounts
from services.classifier.domain.article import Article, Judgement
from services.classifier.domain.second_answer import Opinion, opinion_of
from services.classifier.domain.second_opinion import merged
from services.classifier.domain.second_question import Band, question_of, worded
from shared.messages.classified import EntityFound
from shared.messages.common import Rights
from shared.reader.asking import Asking
from shared.reader.question import Closed, NoAnswer, NotAsked, WrongAnswer
from shared.reader.question import Question as Prompt
from shared.reader.settings import may_receive
from shared.runtime.logs import get_logger

log = get_logger(__name__)

Named = Callable[[Article], tuple[EntityFound, ...]]
"""Everything watched that an article names."""


@dataclass(frozen=True)
class Policy:
    """When the second reader is asked, and for how long. `seconds` are those of one article, a second try included."""

    band: Band
    may_receive: Rights
    gist: bool
    seconds: float


class SecondReading:
    """Judges as the first reader, and asks the second where the first is unsure. One article at a time."""

    def __init__(
        self, first: Judges, reader: str, asking: Asking, named: Named, policy: Policy, counts: SecondCounts
    ) -> None:
        """`reader` is the model's name, as it is marked in what it changed."""
        self._first = first
        self._reader = reader
        self._asking = asking
        self._named = named
        self._policy = policy
        self._counts = counts

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
        settled, dropped = merged(judgement, question, opinion, self._reader)
        for reason in dropped:
            self._counts.dropped(reason)
        return settled

    def _opinion(self, prompt: Prompt) -> Opinion | None:
        """The answer, known or asked for; None with the reason counted and logged."""
        try:
            return self._asking.ask(prompt, self._policy.seconds, opinion_of)
        except (NotAsked, NoAnswer, WrongAnswer):
            return None  # counted and logged where it was asked
        except Closed as error:  # the classifier ends: what it still judges, it judges alone
            self._counts.dropped("unreachable")
            log.warning("second reader: no answer", reason="unreachable", error=str(error), breaker_open=False)
            return None
