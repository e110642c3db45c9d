"""One score orders the candidates: how much a document is about the words, and how fresh it is.

Of each word: whether the title holds it, how often the text does (up to a point, less in long texts), whether the
beginning does; more where the title holds all of them. Then whether the entity that was named acts in it, how much it
matters, how old it is. Of a word with many hits the newest are its news and stand before older ones that only mention
it more often: so the best of all are among the newest and those that a title or entity speaks for. A copy of another
document counts less than its original. The weights were chosen on bench/portal/queries.jsonl.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.portal.domain.entry import EARLIER
from services.portal.domain.patterns import compiled, plain, sure
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


def score(candidate: Candidate, query: Query, now: datetime, horizon: datetime | None = None) -> float:
    """The higher the earlier it stands on the page; what is older than `horizon` is none of the newest hits."""
    days = max(0.0, (now - candidate.at).total_seconds() / 86_400)
    found = FRESH / (1 + days / HALF_LIFE) + MATTERS * max(0, candidate.importance - 1) / 4
    found += COPY * candidate.repeats + ENTITY * candidate.about
    if horizon is not None and candidate.at >= horizon:
        found += RECENT
    if not query.terms:
        return found
    title, _, rest = candidate.words.partition("\n")
    body = rest.partition(EARLIER)[0]
    weights = [_weight(term) for term in query.terms]
    titled = [_count(term, title, 1) for term in query.terms]
    of_terms = (TITLE * held + _of_body(term, body) for term, held in zip(query.terms, titled, strict=True))
    found += sum(weight * value for weight, value in zip(weights, of_terms, strict=True)) / sum(weights)
    return found + ALL * all(titled)


def _weight(term: Term) -> float:
    """Longer words are rarer, so they say more."""
    return math.log2(1 + sum(len(run.text) * (1 if not run.wide else 2.5) for run in term.runs))


def _of_body(term: Term, body: str) -> float:
    often = _count(term, body, ENOUGH)
    long = 0.5 + 0.5 * len(body) / USUAL
    return OFTEN * often / (often + 1.5 * long) + LEAD * (often and _count(term, body[:BEGINNING], 1))


def _count(term: Term, text: str, most: int) -> int:
    exact = plain(term)
    if exact is not None:
        return min(most, text.count(exact)) if most > 1 else int(exact in text)
    if sure(term) not in text:
        return 0
    found = 0
    for _ in compiled(term).finditer(text):
        found += 1
        if found == most:
            break
    return found


def ordered(
    candidates: Sequence[Candidate], query: Query, now: datetime, horizon: datetime | None = None
) -> list[Candidate]:
    """The best first; of equal ones the newer, then by id, so that two runs give one order."""
    scored = {candidate.document_id: score(candidate, query, now, horizon) for candidate in candidates}
    return sorted(candidates, key=lambda one: (-scored[one.document_id], -one.at.timestamp(), one.document_id))
