"""Making a brief: read the topic, search the narrowest way that finds something, gather the threads' other documents,
make the points, and let the second reader word them where one is set."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from itertools import zip_longest
from typing import Protocol

from services.portal.application.ports import SearchIndex
from services.portal.application.search import MOST, Request, Search
from services.portal.domain import moments
from services.portal.domain.brief import Brief
from services.portal.domain.brief_made import Made, Material, make
from services.portal.domain.brief_names import Names
from services.portal.domain.brief_topic import Topic, Way, topic_of
from services.portal.domain.page import Count, SearchPage, Stored
from services.portal.domain.parse import LONGEST
from services.portal.domain.query import Problem, Query

READ = 200
"""Documents that a brief reads: the best of the search, and those of their threads."""
ENOUGH = 5
"""Documents from which no broader query is tried: fewer make no brief."""
BROAD = 20
"""Documents from which a broader query adds none: what was asked for is not to drown in what is near it."""
WAYS = 6
"""Queries that are tried for one topic."""


@dataclass(frozen=True, slots=True)
class BriefRequest:
    """What a reader asks."""

    text: str
    since: str = ""
    """As `after:` takes it: 2y, 30d, 2025-06; empty for all times."""
    chinese: bool = True
    """The language of the brief; sentences of articles stay as they are."""
    zone: tzinfo = UTC
    worded: bool = False
    """The second reader may word the points."""


@dataclass(frozen=True, slots=True)
class Members:
    """The documents of threads."""

    there: Sequence[str]
    gone: int
    """Those whose text was deleted."""


class ThreadMembers(Protocol):
    """Who else tells a story."""

    def members(self, threads: Sequence[str], after: datetime | None, before: datetime | None) -> Members:
        """The documents of threads between two moments, the newest first. Raises TransientError."""
        ...


class Words(Protocol):
    """The second reader."""

    def word(self, made: Made, chinese: bool) -> Brief:
        """The brief with better words where they hold; the extractive one where anything fails."""
        ...


Steps = Callable[[int, int], None]
"""Told how many steps are done, and of how many."""


class BriefMaker:
    """Makes briefs; holds nothing of the one before."""

    def __init__(
        self, search: Search, index: SearchIndex, threads: ThreadMembers, names: Names, words: Words | None = None
    ) -> None:
        """Without `words` there is no second reader."""
        self._search = search
        self._index = index
        self._threads = threads
        self._names = names
        self._words = words

    @property
    def can_word(self) -> bool:
        """Whether a second reader is set."""
        return self._words is not None

    def __call__(self, request: BriefRequest, now: datetime, steps: Steps = lambda done, of: None) -> Brief | Problem:
        """The brief, which has no document where nothing was found. Raises TransientError."""
        asked = self._read(request, now)
        if isinstance(asked, Problem):
            return asked
        topic, since = asked
        steps(0, 4)
        found = self._found(request, topic, since, now)
        if isinstance(found, Problem):
            return found
        steps(1, 4)
        stored, pruned = self._stored(found)
        steps(2, 4)
        total = Count(max(found.most, len(found.documents)), found.exact)
        material = Material(
            topic, tuple(found.queries), found.left_out, found.read, since, now, request.chinese, stored, total,
            found.gone + pruned, sum(one.document_id not in found.documents for one in stored),
        )  # fmt: skip
        made = make(material, self._names)
        steps(3, 4)
        worded = request.worded and self._words is not None and made.brief.points > 0
        brief = self._words.word(made, request.chinese) if worded and self._words else made.brief
        steps(4, 4)
        return brief

    def _read(self, request: BriefRequest, now: datetime) -> tuple[Topic, datetime | None] | Problem:
        if len(request.text) > LONGEST:
            wrong = f"the query has {len(request.text):,} characters, and at most {LONGEST:,} can be asked"
            return Problem(wrong, "leave words out", LONGEST)
        since = moments.moment(request.since.strip(), now, request.zone) if request.since.strip() else None
        if request.since.strip() and since is None:
            return Problem(f"since: cannot read the date {request.since[:40]}", f"write {moments.WRITTEN}")
        if since is not None and since > now:
            return Problem(f"since: {request.since[:40]} is in the future", "name a day that has passed, or a span: 2y")
        topic = topic_of(request.text, self._names)
        if not topic.words and not topic.filters:
            return Problem("there is no word in the query", "write a topic or a question that names one")
        return topic, since

    def _found(self, request: BriefRequest, topic: Topic, since: datetime | None, now: datetime) -> "_Found | Problem":
        """From the narrowest way on until enough is found."""
        found = _Found()
        problem: Problem | None = None
        for way in topic.ways()[:WAYS]:
            before = len(found.documents)
            pages: list[SearchPage] = []
            for query in way.queries:
                text = f"{query} after:{request.since.strip()}" if since is not None else query
                page = self._search(Request(text, "relevance", MOST, None, request.zone), now)
                if isinstance(page, Problem):
                    problem = problem or page
                else:
                    pages.append(page)
            found.take(way, pages)
            if len(found.documents) > before:
                found.left_out = way.left_out
            if len(found.documents) >= ENOUGH:
                break
        return problem if problem is not None and not found.read else found

    def _stored(self, found: "_Found") -> tuple[list[Stored], int]:
        """The documents found and, where words were looked for, those of their threads; how many are gone."""
        wanted = dict.fromkeys(found.documents)
        threads = list(dict.fromkeys(found.threads))
        first = found.read[0]
        members = self._threads.members(threads, first.after, first.before) if threads else Members((), 0)
        if not any(query.without or (query.filters and not query.terms) for query in found.read[:1]):
            wanted |= dict.fromkeys(members.there)
        ids = list(wanted)[:READ]
        with self._index.read() as reader:
            held = reader.stored(ids)
        return [held[each] for each in ids if each in held], members.gone


@dataclass
class _Found:
    """What the queries found so far."""

    documents: dict[str, None] = field(default_factory=dict)
    """The best first: of several queries the first of each, then the second."""
    threads: list[str] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    read: list[Query] = field(default_factory=list)
    left_out: tuple[str, ...] = ()
    most: int = 0
    exact: bool = True
    gone: int = 0

    def take(self, way: Way, pages: Sequence[SearchPage]) -> None:
        """Take in what one way found."""
        for results in zip_longest(*(page.results for page in pages)):
            for one in (each for each in results if each is not None):
                if way.left_out and len(self.documents) >= BROAD:
                    continue
                self.documents[one.document_id] = None
                self.threads += [one.thread.thread_id] if one.thread else []
        self.queries += way.queries if any(page.results for page in pages) or not self.queries else ()
        self.read += [page.query for page in pages]
        self.most = max([self.most, *(page.total.value for page in pages)])
        self.exact = self.exact and all(page.total.exact for page in pages)
        self.gone = max([self.gone, *(page.gone for page in pages)])
