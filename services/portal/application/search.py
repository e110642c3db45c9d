"""Searching: the newest stretches of time first, until enough verified candidates are there to be scored."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from services.portal.application.gather import Gathered, beyond, gather
from services.portal.application.ports import SearchIndex, SearchReader
from services.portal.domain import cursor as cursors
from services.portal.domain.cursor import SORTS, Cursor, Sort
from services.portal.domain.page import Count, FacetValue, Result, SearchPage
from services.portal.domain.parse import parse
from services.portal.domain.plan import Plan, facets_of, plan_of
from services.portal.domain.query import Problem, Query
from services.portal.domain.score import Weighed, ordered
from services.portal.domain.vocabulary import Vocabulary

MOST = 100
"""Results of one page."""
FACETS = ("entity", "label", "status", "source", "kind", "language")
VALUES = 12
"""Values of one facet that a page offers."""
Place = tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class Request:
    """What a reader asks."""

    text: str
    sort: Sort = "relevance"
    limit: int = 20
    cursor: str | None = None
    zone: tzinfo = UTC
    """The reader's timezone: what `after:` and `before:` are counted by."""


class Search:
    """Answers searches; holds nothing of the one before."""

    def __init__(self, index: SearchIndex, vocabulary: Callable[[], Vocabulary]) -> None:
        """`vocabulary` gives the names that fields know at the moment."""
        self._index = index
        self._vocabulary = vocabulary

    def read(self, text: str, now: datetime, zone: tzinfo) -> Query | Problem:
        """What a query asks, without asking it. Raises TransientError where the names of sources cannot be read."""
        return parse(text, self._vocabulary(), now, zone)

    def __call__(self, request: Request, now: datetime) -> SearchPage | Problem:
        """One page, or why there is none. Raises TransientError when the database is away or too slow."""
        if request.sort not in SORTS:
            return Problem(f"there is no order {str(request.sort)[:40]}", f"use {' or '.join(SORTS)}")
        if not 1 <= request.limit <= MOST:
            return Problem(f"a page cannot have {request.limit} results", f"ask for 1 to {MOST}")
        asked = cursors.digest(request.text, request.sort)
        cursor = cursors.read(request.cursor, asked) if request.cursor else None
        if isinstance(cursor, Problem):
            return cursor
        now = cursor.now if cursor else now
        query = parse(request.text, self._vocabulary(), now, request.zone)
        if isinstance(query, Problem):
            return query
        with self._index.read() as reader:
            return _page(reader, request, query, cursor, Cursor(asked, now, 0))


def _page(reader: SearchReader, request: Request, query: Query, given: Cursor | None, first: Cursor) -> SearchPage:
    """The page that `given` leads to, else the first one."""
    plan = plan_of(query, reader.facet_numbers(facets_of(query)), given.up_to if given else None)
    if plan.nothing:
        return SearchPage(request.text, query, request.sort, (), Count(0, exact=True))
    if query.threads and not query.terms:
        # Without words no text is read: all that are counted can be candidates, and stories are counted exactly, too.
        plan = replace(plan, most=plan.exact)
    found = gather(reader, plan, ranked=request.sort == "relevance" or query.threads)
    cursor = given or replace(first, up_to=found.up_to)
    total, shown, following = _chosen(reader, plan, found, request, query, cursor)
    made = reader.results([document for _, document in shown], query)
    results = tuple(made[document] for _, document in shown if document in made)
    return SearchPage(
        text=request.text,
        query=query,
        sort=request.sort,
        results=results,
        total=total,
        facets=_facets(reader, query, found),
        cursor=cursors.write(following) if following else None,
        gone=len(shown) - len(results),
    )


def _chosen(
    reader: SearchReader, plan: Plan, found: Gathered, request: Request, query: Query, cursor: Cursor
) -> tuple[Count, Sequence[Place], Cursor | None]:
    """How many there are, which stand on this page, and where the next one begins."""
    limit = request.limit
    if query.threads:
        best = _one_a_thread(reader, plan, found, query, cursor.now)
        upper = cursor.passed + limit
        following = _moved(cursor, passed=upper) if upper < len(best) else None
        return Count(len(best), found.complete), best[cursor.passed : upper], following
    ranked: list[Place] = []
    if request.sort == "relevance":
        ranked = [
            (one.at, one.document_id)
            for one in ordered(_weighed(reader, plan, found, query), cursor.now, found.horizon)
        ]
    shown = ranked[cursor.passed : cursor.passed + limit] if cursor.after is None else []
    passed = cursor.passed + len(shown)
    if len(shown) == limit and passed < len(ranked):
        return found.total, shown, _moved(cursor, passed=passed)
    after = cursor.after or (found.newest[-1] if ranked and found.newest else None)
    if found.complete and ranked:
        return found.total, shown, None
    wanted = limit - len(shown) + 1
    if after is None and len(found.newest) >= min(wanted, found.total.value):
        tail = found.newest[:wanted]
    else:
        tail = beyond(reader, plan, after, wanted, set(ranked))
    more = len(shown) + len(tail) > limit
    rest = tail[: limit - len(shown)]
    end = rest[-1] if rest else after
    return found.total, [*shown, *rest], _moved(cursor, passed=passed, after=end) if more and end else None


def _moved(cursor: Cursor, passed: int, after: Place | None = None) -> Cursor:
    return Cursor(cursor.asked, cursor.now, cursor.up_to, passed, after)


def _one_a_thread(reader: SearchReader, plan: Plan, found: Gathered, query: Query, now: datetime) -> list[Place]:
    """The best document of each story, the best story first."""
    best: dict[str, Place] = {}
    for one in ordered(_weighed(reader, plan, found, query), now, found.horizon):
        if one.thread_id is not None:
            best.setdefault(one.thread_id, (one.at, one.document_id))
    return list(best.values())


def _weighed(reader: SearchReader, plan: Plan, found: Gathered, query: Query) -> Sequence[Weighed]:
    """What is to be ordered; those that only a title or entity spoke for are verified here."""
    verified = frozenset(document for _, document in found.newest)
    return reader.weighed(plan, query, found.places, verified)


def _facets(reader: SearchReader, query: Query, found: Gathered) -> dict[str, tuple[FacetValue, ...]]:
    """The most frequent values, and those that are chosen, with their counts."""
    kept: dict[str, list[tuple[int, int]]] = {}
    for field in FACETS:
        kept[field] = Counter(found.facets.get(field, {})).most_common(VALUES)
    names = reader.facet_values([(field, number) for field, held in kept.items() for number, _ in held])
    shown: dict[str, tuple[FacetValue, ...]] = {}
    for field, held in kept.items():
        chosen = query.values(field)
        values = [(names[field, number], count) for number, count in held if (field, number) in names]
        values += [(value, 0) for value in chosen if value not in dict(values)]
        shown[field] = tuple(FacetValue(value, count, value in chosen) for value, count in values)
    return shown


__all__ = ["Request", "Result", "Search", "SearchPage"]
