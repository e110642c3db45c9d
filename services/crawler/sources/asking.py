"""What sources in code have in common: one question for each word or code, rows of the answer, paging into the past.

A source of this form says how a question is asked, where the rows stand and what one row says; the rest is here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from services.crawler.domain.source import MAX_LISTED, Listed, Parsed, Request, SourcePage, State
from services.crawler.sources.answers import NoRows, json_of, list_at
from services.crawler.sources.paging import TAIL, wanted
from shared.errors import PermanentError

Ask = Callable[[str, str, datetime], Request]
"""The question for a word, at a page or cursor (empty: the first), at a time (UTC)."""
Read = Callable[[Any, SourcePage], Listed | None]
"""What one row says; None for one without a usable link, or that is about something else."""
Rows = Callable[[SourcePage], Sequence[Any]]
Onward = Callable[[SourcePage, Sequence[Any]], str]
"""The page or cursor after this one; empty where there is none."""

MOST_PAGES = 50
"""Pages of one word that history reads on."""


def json_rows(path: str) -> Rows:
    """Rows that stand at a dotted path of a JSON or JSONP answer."""
    return lambda page: list_at(json_of(page), path)


def numbered(first: int = 1) -> Onward:
    """Pages that are counted from `first`."""
    return lambda page, rows: str(int(page.request.carry.get("cursor") or first) + 1)


PAGES = numbered()


def no_further(page: SourcePage, rows: Sequence[Any]) -> str:
    """One page is all there is."""
    return ""


@dataclass(frozen=True)
class Asked:
    """An interface that is asked once for each of `words`."""

    words: tuple[str, ...]
    ask: Ask
    rows: Rows
    read: Read
    step: str = ""
    most: int = field(default=200, kw_only=True)
    """Items of one answer."""
    strict: bool = field(default=True, kw_only=True)
    """Whether rows of which none could be read mean that the answer has changed; not so where rows are chosen from."""

    def start(self, state: State, now: datetime) -> Sequence[Request]:
        """The newest page for each word."""
        return tuple(self.question(word, "", now) for word in self.words)

    def parse(self, page: SourcePage) -> Parsed:
        """The rows in the answer's order. Raises PermanentError when the answer has another shape."""
        return self.listed(page, self.rows(page))

    def listed(self, page: SourcePage, rows: Sequence[Any]) -> Parsed:
        """What the rows say. Raises PermanentError when none of them can be read though each should."""
        most = min(self.most, MAX_LISTED)
        found = [self.read(row, page) for row in rows[:most]]
        good = tuple(item for item in found if item is not None)
        if rows and not good and self.strict:
            raise PermanentError(f"none of {len(rows)} items has a link: the answer has changed")
        # A row that is chosen out is no row that could not be read.
        dropped = len(rows) - len(good) if self.strict else len(rows[most:])
        return Parsed(items=good, dropped=dropped)

    def question(
        self, word: str, cursor: str, now: datetime, since: datetime | None = None, number: int = 1
    ) -> Request:
        """One question, with what `parse` needs to know of it again."""
        asked = self.ask(word, cursor, now)
        carry: Mapping[str, str] = {**asked.carry, "word": word, "cursor": cursor, "number": str(number)}
        # `Not modified` since the last poll says nothing of the past.
        fresh = asked.conditional and since is None
        return replace(asked, step=asked.step or self.step, carry=carry, since=since, conditional=fresh)


@dataclass(frozen=True)
class AskedBack(Asked):
    """One whose lists go back page by page."""

    onward: Onward = PAGES

    def history(self, since: datetime, now: datetime) -> Sequence[Request]:
        """The newest page for each word; `parse` asks on while what it reads is newer than `since` (UTC)."""
        return tuple(self.question(word, "", now, since) for word in self.words)

    def parse(self, page: SourcePage) -> Parsed:
        """The rows, and the next page where the past is read. Raises PermanentError for another shape."""
        try:
            rows = self.rows(page)
        except NoRows:
            if page.request.carry.get("number", "1") == "1":
                raise
            return Parsed()  # past the end of the list
        parsed = self.listed(page, rows)
        since = page.request.since
        if since is None:
            return parsed
        return replace(parsed, items=wanted(parsed.items, since), requests=self._further(page, rows, parsed, since))

    def _further(self, page: SourcePage, rows: Sequence[Any], parsed: Parsed, since: datetime) -> tuple[Request, ...]:
        """The next page, where there is one and this one is not wholly too old."""
        carry, number = page.request.carry, int(page.request.carry.get("number", "1"))
        # The last item, since sites pin the same article to the top of every page.
        tail = parsed.items[-1].address if parsed.items else ""
        if not rows or number >= MOST_PAGES or (tail and tail == carry.get(TAIL)):
            return ()  # past their end many sites give the last page again
        dated = [item for item in parsed.items if item.published]
        # One old item does not end the way back, since sites pin old articles to the top; nothing but old ones does.
        if dated and not wanted(dated, since):
            return ()
        cursor = self.onward(page, rows)
        if not cursor or cursor == carry.get("cursor"):
            return ()
        asked = self.question(carry.get("word", ""), cursor, page.fetched, since, number + 1)
        return (replace(asked, carry={**asked.carry, TAIL: tail}),)
