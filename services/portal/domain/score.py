"""One score orders the candidates: how much a document is about the words, and how fresh it is.

Of each word: whether the title holds it, how often the text does (up to a point, less in long texts), whether the
beginning does; more where the title holds all of them. Then whether the entity that was named acts in it, how much it
matters, how old it is. Of a word with many hits the newest are its news and stand before older ones that only mention
it more often: so the best of all are among the newest and those that a title or entity speaks for. A copy of another
document counts less than its original. The weights were chosen on bench/portal/queries.jsonl.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from services.portal.domain.entry import EARLIER
from services.portal.domain.patterns import compiled, plain, sure, tickers
from services.portal.domain.query import Query, Term

TITLE, ALL, OFTEN, LEAD = 0.5, 1.1, 0.8, 0.3
"""A word in the title, every word in the title, often in the text, in its beginning."""
ENTITY, MATTERS, COPY = 0.4, 0.1, -0.3
RECENT = 1.0
"""For the newest hits, where there are more than are scored."""
FRESH, HALF_LIFE = 0.6, 180.0
"""Most that freshness adds; days after which it adds half of that."""
ENOUGH = 12
"""Places of a word in a text that are counted."""
USUAL = 1_000
"""Characters of a usual article."""
BEGINNING = 200
"""Characters of the text that count as its beginning."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is scored of a document."""

    document_id: str
    at: datetime
    words: str
    """As SearchDocument.words."""
    importance: int
    repeats: bool
    thread_id: str | None
    about: bool = False
    """It is about an entity that the words name."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate without its words."""

    document_id: str
    at: datetime
    thread_id: str | None
    worth: float
    """What stays of its score while it grows older."""


class Scale:
    """Weighs candidates of one query."""

    def __init__(self, query: Query) -> None:
        weights = [_weight(term) for term in query.terms]
        self._terms = [
            (_counter(term), TITLE * weight / sum(weights), weight / sum(weights))
            for term, weight in zip(query.terms, weights, strict=True)
        ]

    def __call__(self, candidate: Candidate) -> Weighed:
        """One without its words."""
        return Weighed(candidate.document_id, candidate.at, candidate.thread_id, self._worth(candidate))

    def _worth(self, candidate: Candidate) -> float:
        found = MATTERS * max(0, candidate.importance - 1) / 4 + COPY * candidate.repeats + ENTITY * candidate.about
        if not self._terms:
            return found
        words = candidate.words
        begin, end = words.find("\n") + 1, words.find(EARLIER)
        if not begin:
            begin = len(words)
        end = max(begin, end if end >= 0 else len(words))
        most, titled = 1.5 * (0.5 + 0.5 * (end - begin) / USUAL), True
        for count, title, weight in self._terms:
            if count(words, 0, max(0, begin - 1), 1):
                found += title
            else:
                titled = False
            often = count(words, begin, end, ENOUGH)
            if often:
                lead = LEAD * count(words, begin, min(end, begin + BEGINNING), 1)
                found += weight * (OFTEN * often / (often + most) + lead)
        return found + ALL * titled


def score(candidate: Candidate, query: Query, now: datetime, horizon: datetime | None = None) -> float:
    """The score of one candidate: the higher the earlier it stands on the page."""
    return _aged(Scale(query)(candidate), now.timestamp(), horizon)


def _aged(one: Weighed, now: float, horizon: datetime | None) -> float:
    days = max(0.0, (now - one.at.timestamp()) / 86_400)
    found = one.worth + FRESH / (1 + days / HALF_LIFE)
    return found + RECENT if horizon is not None and one.at >= horizon else found


def _weight(term: Term) -> float:
    """Longer words are rarer, so they say more."""
    return math.log2(1 + sum(len(run.text) * (1 if not run.wide else 2.5) for run in term.runs))


Counter = Callable[[str, int, int, int], int]
"""Gives how often a term stands in a text from one place to another, at most so many times."""


def _counter(term: Term) -> Counter:
    exact = plain(term)
    if exact is not None:
        return lambda text, begin, end, most: min(most, text.count(exact, begin, end))
    if term.ticker is not None:
        return lambda text, begin, end, most: sum(1 for _ in islice(tickers(term, text, begin, end), most))
    pattern, letters = compiled(term), sure(term)

    def count(text: str, begin: int, end: int, most: int) -> int:
        if text.find(letters, begin, end) < 0:
            return 0
        # Cut out, since the expression looks at what stands before a word.
        return sum(1 for _ in islice(pattern.finditer(text[begin:end]), most))

    return count


def ordered(candidates: Sequence[Weighed], now: datetime, horizon: datetime | None = None) -> list[Weighed]:
    """The best first; of equal ones the newer, then by id, so that two runs give one order.

    What is older than `horizon` is none of the newest hits.
    """
    moment = now.timestamp()
    return sorted(candidates, key=lambda one: (-_aged(one, moment, horizon), -one.at.timestamp(), one.document_id))
