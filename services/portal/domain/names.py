"""Watched names as codes: where a document's codes tell that it holds a name, no search reads its text for it.

Names are those of the watchlist's companies, their stock codes, and the words of its topics. One of three characters or
more, or of several words, is found by the codes of its parts, and all who have those would have to be verified:
thousands of texts for a name that is in the news. So the indexer verifies each document once, when it is indexed.
Names have numbers as facets do (field `name`), which grow and stay: a document that was
indexed when the last number was 40 tells all of the names 1 to 40.
"""

from collections.abc import Mapping, Set

from services.portal.domain.normalise import normalise
from services.portal.domain.patterns import compiled, is_exact, plain, tickers
from services.portal.domain.query import Term
from services.portal.domain.tokens import needed_codes, runs, stem
from shared.watch import Watchlist

FIELD = "name"
"""The facet of names; it is in the codes alone, and no page counts by it."""


def name_of(term: Term) -> str:
    """One spelling for all terms that are found in the same texts; of a stock code its five digits."""
    return term.ticker or " ".join(run.text if run.wide else stem(run.text) for run in term.runs)


def term_of(name: str) -> Term:
    """The term of such a spelling; digits alone are a stock code, since any other number is told by its own code."""
    ticker = name if name.isdigit() else None
    return Term(name, tuple(runs(stem(name) if ticker else name)), ticker=ticker, name=name)


def watched_names(watchlist: Watchlist) -> frozenset[str]:
    """The watched names that the codes of their parts do not tell for sure."""
    every = {word for topic in watchlist.topics for word in topic.words}
    for entity in watchlist.entities:
        every |= {entity.name.zh, entity.name.en, *(name for alias in entity.aliases for name in alias.names)}
    terms = (Term(name, tuple(runs(normalise(name)))) for name in every)
    found = {name_of(term) for term in terms if term.runs and not is_exact(term)}
    return frozenset(found | {entity.hong_kong_code for entity in watchlist.entities if entity.hong_kong_code})


class Names:
    """The names that have a number; looks for all of them in a text at once."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        """`numbers`: of names as `name_of` spells them."""
        self.last = max(numbers.values(), default=0)
        """The highest number."""
        self._numbers = numbers
        self._terms: dict[int, list[tuple[str, Term, frozenset[int]]]] = {}
        for name in numbers:
            term, needed = term_of(name), self.needed(name)
            self._terms.setdefault(min(needed), []).append((name, term, needed))

    @staticmethod
    def needed(name: str) -> frozenset[int]:
        """The codes that a text which holds the name must have."""
        return frozenset(code for run in term_of(name).runs for code in needed_codes(run))

    def later_than(self, number: int) -> dict[str, int]:
        """The names that have a higher number, and those."""
        return {name: own for name, own in self._numbers.items() if own > number}

    def held(self, words: str, codes: Set[int]) -> tuple[str, ...]:
        """The names that normalised words hold; `codes` are those of the words."""
        likely = (each for code in self._terms.keys() & codes for each in self._terms[code])
        return tuple(sorted(name for name, term, needed in likely if needed <= codes and _holds(words, term)))


def _holds(words: str, term: Term) -> bool:
    if term.ticker is not None:
        return next(tickers(term, words, 0, len(words)), None) is not None
    exact = plain(term)
    return exact in words if exact is not None else compiled(term).search(words) is not None


NONE = Names({})
