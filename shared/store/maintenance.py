"""The tables of maintenance. Writers: maintenance, and the crawler for an address that leads to what was erased."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from shared.store.base import instant


class Tombstone(SQLModel, table=True):
    """What was erased and is not to come back. It holds no text and no address, so that it gives nothing away."""

    __tablename__ = "tombstones"

    key: str = Field(primary_key=True)
    """`document:` and the document_id, or `address:` and the SHA-256 of an address as it was listed."""
    document_id: str = Field(index=True)
    erased: datetime = instant()
    who: str
    """Who had it erased."""
    reason: str
    """Why, in words that hold no personal data: a number of a request."""
