"""The alerter's tables. Writer: alerter. All may read."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from shared.store.base import document_json, instant


class ConsumerPosition(SQLModel, table=True):
    """The next offset to read: written in the transaction of the effect, so that Kafka's own is a hint."""

    __tablename__ = "consumer_positions"

    consumer_group: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    partition: int = Field(primary_key=True)
    next_offset: int = Field(sa_type=BigInteger)


class Classification(SQLModel, table=True):
    """The classifier's answer for one revision, whole."""

    __tablename__ = "classifications"
    __table_args__ = (Index("classifications_received", "received"),)

    document_id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    message: dict[str, object] = document_json()
    """DocumentClassified as JSON."""
    received: datetime = instant()


class Thread(SQLModel, table=True):
    """One story: reports of one event and its follow-ups, in every language."""

    __tablename__ = "threads"
    __table_args__ = (
        Index("threads_latest", "latest"),
        Index("threads_keys", "keys", postgresql_using="gin"),
    )

    thread_id: str = Field(primary_key=True)
    opened: datetime = instant()
    latest: datetime = instant()
    """When its newest document was published, or first seen where that is unknown."""
    title: str
    fact_version: int = 1
    """Counts new facts; an alert is told once a version."""
    state: dict[str, object] = document_json(default_factory=dict)
    """What the thread knows: its reports with statuses, entities, figures, dates. Read by the domain alone."""
    keys: list[str] = document_json(default_factory=list)
    """Entities that act in it and its labels: by one of them a thread comes into question for a document."""
    changes: int = 1
    """Counts the writes of this row, so that a reader knows whether the state it remembers still holds."""


class ThreadDocument(SQLModel, table=True):
    """Which thread a document belongs to."""

    __tablename__ = "thread_documents"

    document_id: str = Field(primary_key=True)
    thread_id: str = Field(index=True)
    revision: int
    joined: datetime = instant()
    fact_version: int
    reason: str


class Delivery(SQLModel, table=True):
    """The ledger: one alert to one channel of one subscription, told once."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("thread_id", "fact_version", "subscription", "channel", name="deliveries_once"),
        Index("deliveries_due", "channel_kind", "due", postgresql_where=text("due is not null")),
        Index("deliveries_unannounced", "id", postgresql_where=text("delivered is not null and announced is null")),
        Index("deliveries_held", "held_until", postgresql_where=text("state = 'held'")),
        Index("deliveries_digest", "team", postgresql_where=text("state = 'digest'")),
        Index("deliveries_spent", "team", "budget_day", postgresql_where=text("budget_day is not null")),
        Index("deliveries_bundle", "bundle", postgresql_where=text("bundle is not null")),
        Index("deliveries_told", "subscription", "channel", "decided"),
        Index("deliveries_document", "document_id"),
        Index("deliveries_team_decided", "team", "decided"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    thread_id: str
    fact_version: int
    subscription: str
    channel: str
    """`slack:#name`, `email:a@b.example`, `console`: kind and target."""
    channel_kind: str
    """The part before the colon: each kind has its own sender."""
    document_id: str
    revision: int
    kind: str
    """new | update | rollup (one message for several alerts that were held) | digest | reminder"""
    state: str
    """due | sending (on the wire, under a lease) | delivered | unknown (the answer was lost) | permanent | held (until
    `held_until`) | bundled (told by the delivery in `bundle`) | digest (waits for its team's digest) | suppressed |
    backfill (nobody was told, and it counts as told: changed rules were taken over for what was stored)"""
    content: dict[str, object] = document_json()
    """What is to be shown: channel-neutral."""
    due: datetime | None = instant(default=None)
    """When to send (again); None when ended."""
    attempts: int = 0
    lease_until: datetime | None = instant(default=None)
    lease_by: str | None = None
    lost_senders: int = 0
    """How often its sender ended in the middle of sending it."""
    reference: str | None = None
    """What the channel called it (Slack's ts, Message-ID)."""
    reason: str = ""
    decided: datetime = instant()
    delivered: datetime | None = instant(default=None)
    repeated_on_the_wire: bool = False
    """It was sent once more after an answer was lost."""
    announced: datetime | None = instant(default=None)
    """When AlertDelivered was acknowledged by Kafka; a rollup's members are announced, itself never."""
    team: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The subscription at the root of the route; empty in a row of an earlier writer."""
    budget_day: date | None = None
    """The day, by the team's clock, whose budget of immediate alerts it takes from."""
    held_until: datetime | None = instant(default=None)
    """Of a held one: when it goes. Of one that was suppressed after it was to go: when that was, so that a digest of
    before reads as it did; null of one that was suppressed when it was decided, or had waited for a digest."""
    released: datetime | None = instant(default=None)
    """When it became sendable after it was held or paused: from then on a day of retries is counted."""
    bundle: int | None = Field(default=None, sa_type=BigInteger)
    """Of a bundled one: the id of the delivery that its content went out in."""
    entities: list[str] = document_json(default_factory=list, sa_column_kwargs={"server_default": "[]"})
    """Identifiers of those who act in what it tells."""


class AlertDecision(SQLModel, table=True):
    """What became of one classified revision, and why. Never updated."""

    __tablename__ = "alert_decisions"
    __table_args__ = (UniqueConstraint("document_id", "revision", name="alert_decisions_once"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    document_id: str
    revision: int
    outcome: str
    """alerted | updated | joined | irrelevant | no_event | market_note | background | suppressed"""
    reason: str
    thread_id: str | None = None
    detail: dict[str, object] = document_json(default_factory=dict)
    at: datetime = instant()


class UndeliverableMessage(SQLModel, table=True):
    """A DeadLetter that is to go to Kafka: written with the position that moves past it, sent by its mark."""

    __tablename__ = "alerter_dead_letters"
    __table_args__ = (Index("alerter_dead_letters_unsent", "id", postgresql_where=text("sent is null")),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    key: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    """Key of the failed message, if it had one."""
    value: bytes
    """DeadLetter on the wire."""
    created: datetime = instant()
    sent: datetime | None = instant(default=None)
