"""When readers were here, so that a page can say what came since. Writer: portal. All may read."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from shared.store.base import instant


class PortalVisit(SQLModel, table=True):
    """The visits of one reader to one kind of page: one row, which says nothing of what was looked at."""

    __tablename__ = "portal_visits"

    reader: str = Field(primary_key=True)
    """Of the reader who asks: services/portal/web/reader.py."""
    page: str = Field(primary_key=True)
    """any | new: any page at all, or the page of what is new."""
    seen: datetime = instant()
    """The last request."""
    before: datetime | None = instant(default=None)
    """The last request of the visit before this one; None in the first visit."""
