"""The alerter's tables around the ledger: silences, pauses, versions, digests. Writer: alerter. All may read."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, text
from sqlmodel import Field, SQLModel

from shared.store.base import document_json, instant


class SilenceRow(SQLModel, table=True):
    """Alerts that nobody wants for a while. Written by the alerter's commands."""

    __tablename__ = "silences"
    __table_args__ = (Index("silences_open", "until", postgresql_where=text("ended is null")),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    matcher: dict[str, object] = document_json()
    """subscription, entity, label, thread, channel, words: those that were given hold together."""
    until: datetime = instant()
    reason: str
    who: str
    created: datetime = instant()
    ended: datetime | None = instant(default=None)
    """When somebody ended it before its time."""
    ended_by: str | None = None


class Pause(SQLModel, table=True):
    """Sends that are stopped: no alerter leases a delivery of that channel."""

    __tablename__ = "pauses"

    channel: str = Field(primary_key=True)
    """A kind (`slack`), one channel (`slack:#name`), or empty for all."""
    who: str
    reason: str
    since: datetime = instant()


class SubscriptionVersion(SQLModel, table=True):
    """Who is told of what: every version that ever was in force, the newest now. Never updated."""

    __tablename__ = "subscription_versions"

    version: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    content: str
    """The YAML, letter by letter, comments and all."""
    hash: str
    """SHA-256 of the content."""
    origin: str
    """file (an alerter found a file that it did not know when it started) | command"""
    who: str
    at: datetime = instant()
    reason: str


class PlannedDigest(SQLModel, table=True):
    """One period of one subscription's digest: planned while it runs, built once after its end."""

    __tablename__ = "digests"
    __table_args__ = (Index("digests_open", "ends", postgresql_where=text("built is null")),)

    subscription: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    """`2026-11-22` or `2026-W47`."""
    span: str
    """daily | weekly"""
    starts: datetime = instant()
    ends: datetime = instant()
    built: datetime | None = instant(default=None)
    """When its messages were put into the ledger, or it was found that there is nothing to send."""
    outcome: str = ""
    """What came of it, for people."""


class SourceStanding(SQLModel, table=True):
    """How a source stood, recorded when it changed: what a past period's digest says of its sources. Never updated."""

    __tablename__ = "source_standings"
    __table_args__ = (Index("source_standings_source", "source", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    source: str
    state: str
    """A state of the crawler's (services/crawler/domain/health.py), or not_polled: its poll is long overdue."""
    reason: str
    since: datetime = instant()
    """When it came into it; of a silence when its newest article came, of not_polled its last good poll."""
    seen: datetime = instant()
    """When it was recorded."""


class MessageRefresh(SQLModel, table=True):
    """A message that says something else since it was decided: a thread's first in a channel that changes messages, or
    one that is still held.
    """

    __tablename__ = "refreshes"
    __table_args__ = (Index("refreshes_due", "channel_kind", "due", postgresql_where=text("due is not null")),)

    delivery: int = Field(
        sa_column=Column(BigInteger, ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True)
    )
    channel_kind: str
    content: dict[str, object] = document_json()
    """What it shall say; stays, so that the next change adds to it."""
    due: datetime | None = instant(default=None)
    """When to change it (again); None when it says that, or will say it when it is sent."""
    changes: int
    attempts: int


class DeskAnswer(SQLModel, table=True):
    """What an alerter makes of a request of the portal's (portal_desk.py); its lease while it works on it."""

    __tablename__ = "desk_answers"

    request: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    """DeskRequest.id"""
    by: str
    """The alerter's process that works on it, or answered."""
    until: datetime = instant()
    """End of its lease: another one takes it over then."""
    attempts: int
    """Processes that began it."""
    state: str = ""
    """Empty while somebody works on it; done | refused (what was asked is wrong) | failed (a defect)."""
    content: dict[str, object] = document_json(default_factory=dict)
    answered: datetime | None = instant(default=None)
