"""Reading single documents and threads: what is stored, as a page with no more than may be shown."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeVar

from services.portal.domain.article import ArticlePage, StoredArticle
from services.portal.domain.article_shown import article_page
from services.portal.domain.audience import NOBODY, Audience
from services.portal.domain.query import Query
from services.portal.domain.story import StoredStory, StoryPage, story_page
from services.portal.domain.story_cursor import Place


@dataclass(frozen=True, slots=True)
class Gone:
    """It was here, and its text was deleted."""

    why: str
    """pruned | erased"""
    at: datetime | None = None
    """When, where that is known."""


class Shelf(Protocol):
    """Where documents and threads are stored."""

    def article(self, document_id: str) -> StoredArticle | Gone | None:
        """The document; None where it never was. Raises TransientError when the database is away."""
        ...

    def story(self, thread_id: str, before: Place | None = None) -> StoredStory | None:
        """The thread with its newest reports, or those before a place; None where there is none.

        Raises TransientError when the database is away.
        """
        ...


class Library:
    """Gives pages."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def article(
        self, document_id: str, query: Query | None = None, audience: Audience = NOBODY
    ) -> ArticlePage | Gone | None:
        """The page of a document, with the words of `query` marked, for those readers. Raises TransientError."""
        found = self._shelf.article(document_id)
        return article_page(_for(audience, found), query) if isinstance(found, StoredArticle) else found

    def story(self, thread_id: str, audience: Audience = NOBODY, before: Place | None = None) -> StoryPage | None:
        """The page of a thread, for those readers: its newest reports, or those before a place.

        Raises TransientError.
        """
        found = self._shelf.story(thread_id, before)
        return story_page(_for(audience, found)) if found is not None else None


Stored = TypeVar("Stored", StoredArticle, StoredStory)


def _for(audience: Audience, found: Stored) -> Stored:
    """Without what other teams were told."""
    return replace(
        found, decisions=audience.decisions(found.decisions), deliveries=audience.deliveries(found.deliveries)
    )
