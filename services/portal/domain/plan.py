"""What a query becomes for the index: codes, and what is to be verified on the text. Made of tokens alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.portal.domain import codes
from services.portal.domain.names import FIELD as NAME
from services.portal.domain.normalise import normalise
from services.portal.domain.patterns import BETWEEN, expression, is_exact, plain, tickers
from services.portal.domain.query import Query, Term
from services.portal.domain.tokens import needed_codes, runs, stem

MOST = 300
"""Candidates of each kind that are scored."""
EXACT = 10_000
"""Hits up to which a count is exact; facets count so many of the newest."""
Facet = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Split:
    """Two words near each other are there where one of the pieces between the first ones begins so.

    To cut a text and look at the beginnings takes a third of the time that the expression takes for the whole text.
    """

    first: str
    """The text is cut where this stands; what stands before the first place does not count."""
    beginning: str
    """An expression."""
    reach: int
    """Characters of a piece that it looks at."""


@dataclass(frozen=True, slots=True)
class Check:
    """Looked for in the words of a document that has the codes."""

    text: str | None
    """To be found as it stands; None: an expression decides."""
    expression: str
    literals: tuple[str, ...] = ()
    """Where one of these stands the expression is met: to look for them takes a twentieth of the time."""
    split: "Split | None" = None
    """A quicker way to find out; None: there is none."""
    ticker: Term | None = None
    """The stock code that the expression is of."""

    def held(self, words: str) -> bool:
        """Whether it is found."""
        if self.ticker is not None:
            return next(tickers(self.ticker, words, 0, len(words)), None) is not None
        return re.search(self.expression, words) is not None if self.text is None else self.text in words


@dataclass(frozen=True, slots=True)
class Excluded:
    """A document that has all codes, and passes the check where there is one, is no hit."""

    codes: tuple[int, ...]
    check: Check | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What the index is asked."""

    required: tuple[int, ...] = ()
    any_of: tuple[tuple[int, ...], ...] = ()
    """Of each group one code is needed."""
    none_of: tuple[int, ...] = ()
    checks: tuple[Check, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    title: tuple[int, ...] = ()
    """Codes of a title that holds every word."""
    entities: tuple[int, ...] = ()
    """Codes of the entities that words name."""
    since: datetime | None = None
    until: datetime | None = None
    after: tuple[datetime, str] | None = None
    """Only what follows this time and id, the newest first."""
    up_to: int | None = None
    """Documents of a higher number came after the first page was read; None on that page."""
    nothing: bool = False
    """A facet is asked for that no document has."""
    most: int = MOST
    exact: int = EXACT

    @property
    def filtered(self) -> bool:
        """Whether the index of codes narrows anything down."""
        return bool(self.required or self.any_of)

    def verified(self, words: str) -> bool:
        """Whether the words of a document that has the codes hold what was asked, as the database verifies it."""
        without = (one.check for one in self.excluded if one.check is not None)
        return all(check.held(words) for check in self.checks) and not any(check.held(words) for check in without)


def facets_of(query: Query) -> tuple[Facet, ...]:
    """Every facet whose number the plan needs."""
    wanted = [(one.field, one.value) for one in query.filters]
    wanted += [("event", f"{label}/{status}") for label, status in _events(query)]
    wanted += [("entity", term.entity) for term in query.terms if term.entity]
    wanted += [(NAME, term.name) for term in (*query.terms, *query.without) if term.name]
    return tuple(dict.fromkeys(wanted))


def plan_of(query: Query, numbers: Mapping[Facet, int], up_to: int | None = None) -> Plan:
    """The plan; `numbers` knows the facets that documents have, and of names those that every document tells of."""
    groups: list[tuple[int, ...]] = []
    events = _events(query)
    fields = [field for field in codes.FIELDS if query.values(field)]
    for field in fields:
        if not (events and field in ("label", "status")):
            groups.append(_coded(numbers, [(field, value) for value in query.values(field)]))
    if events:
        groups.append(_coded(numbers, [("event", f"{label}/{status}") for label, status in events]))
    required: set[int] = set()
    for term in query.terms:
        required |= _marked(term, numbers) or _codes(term)
    none_of = _coded(numbers, [(one.field, one.value) for one in query.filters if one.without])
    named = [("entity", term.entity) for term in query.terms if term.entity]
    return Plan(
        required=tuple(sorted(required | {group[0] for group in groups if len(group) == 1})),
        any_of=tuple(group for group in groups if len(group) > 1),
        none_of=none_of,
        checks=tuple(_check(term) for term in query.terms if not (is_exact(term) or _marked(term, numbers))),
        excluded=tuple(_excluded(term, numbers) for term in query.without),
        title=tuple(sorted({code for term in query.terms for code in _codes(term)})),
        entities=_coded(numbers, named),
        since=query.after,
        until=query.before,
        up_to=up_to,
        nothing=any(not group for group in groups),
    )


def _events(query: Query) -> list[tuple[str, str]]:
    """Label and status are asked of one and the same event."""
    return [(label, status) for label in query.values("label") for status in query.values("status")]


def _coded(numbers: Mapping[Facet, int], wanted: list[Facet]) -> tuple[int, ...]:
    known = ((field, value) for field, value in wanted if (field, value) in numbers)
    return tuple(sorted({codes.of_facet(field, numbers[field, value]) for field, value in known}))


def _codes(term: Term) -> set[int]:
    if term.ticker is not None:
        return {code for run in runs(stem(term.ticker)) for code in needed_codes(run)}
    return {code for run in term.runs for code in needed_codes(run)}


def _marked(term: Term, numbers: Mapping[Facet, int]) -> set[int]:
    """The code that says for sure that a document holds a watched name; none where the index does not tell."""
    known = numbers.get((NAME, term.name)) if term.name else None
    return {codes.of_facet(NAME, known)} if known else set()


def _excluded(term: Term, numbers: Mapping[Facet, int]) -> Excluded:
    marked = _marked(term, numbers)
    check = None if marked or is_exact(term) else _check(term)
    return Excluded(tuple(sorted(marked or _codes(term))), check)


def _check(term: Term) -> Check:
    found, text = expression(term), plain(term)
    if text is not None or term.ticker is not None or len(term.runs) != 2 or not all(run.wide for run in term.runs):
        return Check(text, found, ticker=term if term.ticker is not None else None)
    first, second = (run.text for run in term.runs)
    typed = normalise(term.text)
    literals = tuple(dict.fromkeys(each for each in (first + second, typed) if re.fullmatch(found, each)))
    if _meet(first, first[1:]) or _meet(first, second):
        return Check(None, found, literals)
    return Check(None, found, literals, Split(first, "^" + found.removeprefix(first), BETWEEN + len(second)))


def _meet(first: str, other: str) -> bool:
    """Whether a place of `first` may begin within `other`, so that cutting at it would cut that."""
    return any(first.startswith(other[at:]) or other[at:].startswith(first) for at in range(len(other)))
