"""The truth: every document is read and scored, and nothing is left out."""

import heapq
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import psycopg

from services.portal.domain.patterns import compiled, plain
from services.portal.domain.plan import MOST
from services.portal.domain.query import Query, Term
from services.portal.domain.score import RECENT, Candidate, score

KEPT = 10
"""Of the newest and of the best."""
Hit = tuple[datetime, str, float]
"""Time, id, and score without what the newest get."""


@dataclass
class Truth:
    """What a full scan finds for one query."""

    query: Query
    count: int = 0
    _newest: list[Hit] = field(default_factory=list)
    _best: list[tuple[float, datetime, str]] = field(default_factory=list)

    def take(self, candidate: Candidate, now: datetime) -> None:
        """One hit."""
        self.count += 1
        value = score(candidate, self.query, now)
        _push(self._newest, (candidate.at, candidate.document_id, value), MOST)
        _push(self._best, (value, candidate.at, candidate.document_id), KEPT)

    @property
    def newest(self) -> list[str]:
        """The newest ten."""
        return [document for _, document, _ in sorted(self._newest, reverse=True)[:KEPT]]

    @property
    def best(self) -> list[str]:
        """The best ten by the whole score."""
        more = RECENT if self.count > MOST else 0.0
        every = {document: (value, at) for value, at, document in self._best}
        every |= {document: (value + more, at) for at, document, value in self._newest}
        return sorted(every, key=lambda one: (-every[one][0], -every[one][1].timestamp(), one))[:KEPT]


def _push(heap: list[Any], one: Any, most: int) -> None:
    (heapq.heappush if len(heap) < most else heapq.heappushpop)(heap, one)


def scan(url: str, asked: dict[str, Query], now: datetime) -> dict[str, Truth]:
    """The truth of every query, in one pass over the documents."""
    truths = {text: Truth(query) for text, query in asked.items()}
    with psycopg.connect(url) as connection, connection.cursor(name="scan") as cursor:
        known = connection.execute("select field, value, number from search_facets")
        facets = {(row[0], row[2]): row[1] for row in known}
        cursor.itersize = 2_000
        cursor.execute(
            "select document_id, at, words, importance, repeats, thread_id, entities, labels, statuses, source, kind,"
            " c.message->'events' from search_documents s join classifications c using (document_id)"
        )
        for row in cursor:
            _look(row, facets, truths, now)
    return truths


def _look(row: tuple[Any, ...], facets: dict[tuple[str, int], str], truths: dict[str, Truth], now: datetime) -> None:
    candidate = Candidate(*row[:6])
    values = {
        "entity": {facets["entity", each] for each in row[6]},
        "label": {facets["label", each] for each in row[7]},
        "status": {facets["status", each] for each in row[8]},
        "source": {facets["source", row[9]]},
        "kind": {facets["kind", row[10]]},
    }
    events = {(each["label"], each["status"]) for each in row[11]}
    for truth in truths.values():
        query = truth.query
        if _fits(candidate, query, values, events):
            about = any(term.entity in values["entity"] for term in query.terms if term.entity)
            truth.take(replace(candidate, about=about), now)


def _fits(candidate: Candidate, query: Query, values: dict[str, set[str]], events: set[tuple[str, str]]) -> bool:
    if (query.after and candidate.at < query.after) or (query.before and candidate.at >= query.before):
        return False
    if not all(_holds(candidate.words, term) for term in query.terms):
        return False
    labels, statuses = query.values("label"), query.values("status")
    if labels and statuses and not any((label, status) in events for label in labels for status in statuses):
        return False
    fields = ("entity", "source", "kind", *(() if labels and statuses else ("label", "status")))
    if not all(set(query.values(name)) & values[name] for name in fields if query.values(name)):
        return False
    return not any(_holds(candidate.words, term) for term in query.without)


def _holds(words: str, term: Term) -> bool:
    exact = plain(term)
    return exact in words if exact is not None else compiled(term).search(words) is not None
