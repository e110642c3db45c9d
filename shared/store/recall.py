"""The tables of the neutral index, against which what was told is measured. Writers: crawler (headlines and polls),
alerter (days). All may read.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, SQLModel

from shared.store.base import document_json, instant


class RecallHeadline(SQLModel, table=True):
    """One headline of a source of `role: recall`, as it listed it first: whoever else lists the address too."""

    __tablename__ = "recall_headlines"
    __table_args__ = (Index("recall_headlines_dated", "dated"),)

    source: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    """As in listed_pages."""
    title: str
    outlet: str = ""
    listed: datetime = instant()
    dated: datetime = instant()
    """Published where the listing says so, else first listed: the day that it counts for."""


class RecallPoll(SQLModel, table=True):
    """One poll of such a source. Never updated: a day is only measured by an index that answered all through it."""

    __tablename__ = "recall_polls"
    __table_args__ = (Index("recall_polls_at", "at"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    source: str
    at: datetime = instant()
    listed: int | None = None
    """Headlines of the answer; None when it failed, or said that nothing had changed."""
    fault: str = ""
    """What failed, whole or in part; empty when nothing did."""


class RecallDay(SQLModel, table=True):
    """What an alerter measured of one day, once."""

    __tablename__ = "recall_days"

    day: date = Field(primary_key=True)
    """In the timezone `zone`."""
    zone: str
    ratio: float | None = None
    """Share of the index's headlines that were told; None: not measured."""
    why: str = ""
    """Why it was not measured."""
    counts: dict[str, object] = document_json(default_factory=dict)
    """Headlines by what became of them."""
    at: datetime = instant()
