"""Making a brief: read the topic, search the narrowest way that finds something, gather the threads' other documents,
make the points, and let the second reader word them where one is set."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Protocol

from services.portal.application.ports import SearchIndex
from services.portal.application.search import MOST, Request, Search
from services.portal.domain import moments
from services.portal.domain.brief import Brief
from services.portal.domain.brief_made import Made, Material, make
from services.portal.domain.brief_names import Names
from services.portal.domain.brief_topic import Topic, Way, topic_of
from services.portal.domain.page import SearchPage, Stored
from services.portal.domain.parse import LONGEST
from services.portal.domain.query import Problem, Query

READ = 200
"""Documents that a brief reads: the best of the search, and those of their threads."""
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
        way, query, page = found
        steps(1, 4)
        stored, pruned = self._stored(page, query)
        steps(2, 4)
        material = Material(topic, way, query, since, now, request.chinese, stored, page.total, pruned + page.gone)
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

    def _found(
        self, request: BriefRequest, topic: Topic, since: datetime | None, now: datetime
    ) -> tuple[Way, Query, SearchPage] | Problem:
        """The first way that finds something, or the narrowest where none does."""
        first: tuple[Way, Query, SearchPage] | Problem | None = None
        for way in topic.ways()[:WAYS]:
            text = f"{way.query} after:{request.since.strip()}" if since is not None else way.query
            page = self._search(Request(text, "relevance", MOST, None, request.zone), now)
            if isinstance(page, Problem):
                first = first or page
                continue
            if page.results or page.gone:
                return way, page.query, page
            if first is None:
                first = way, page.query, page
        return first or Problem("there is no word in the query", "write a topic or a question that names one")

    def _stored(self, page: SearchPage, query: Query) -> tuple[list[Stored], int]:
        """The documents found and, where words were looked for, those of their threads; how many are gone."""
        wanted = dict.fromkeys(result.document_id for result in page.results)
        threads = list(dict.fromkeys(result.thread.thread_id for result in page.results if result.thread))
        members = self._threads.members(threads, query.after, query.before) if threads else Members((), 0)
        if query.terms and not query.without and not query.filters:
            wanted |= dict.fromkeys(members.there)
        ids = list(wanted)[:READ]
        with self._index.read() as reader:
            held = reader.stored(ids)
        return [held[each] for each in ids if each in held], members.gone
