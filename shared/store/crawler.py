"""The crawler's tables. Writers: crawler, and maintenance for the decision on what was erased. All may read."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Identity, Index, text
from sqlmodel import Field, SQLModel

from shared.store.base import document_json, instant


class SourceState(SQLModel, table=True):
    """Where a source stands: its validators, its next poll and who polls it now."""

    __tablename__ = "sources"

    name: str = Field(primary_key=True)
    state: dict[str, object] = document_json(default_factory=dict)
    """What the source's own `start` wants back: ETag, Last-Modified, cursors."""
    next_poll: datetime = instant()
    lease_until: datetime | None = instant(default=None)
    lease_by: str | None = None
    failures: int = 0
    """Polls that failed in a row."""
    last_success: datetime | None = instant(default=None)
    last_error: str | None = None
    last_error_at: datetime | None = instant(default=None)
    listed: int = 0
    """Items the last good poll listed."""
    rhythm: dict[str, object] = document_json(default_factory=dict)
    """When it publishes, as learned: services/crawler/domain/cadence.py describes it."""
    health: dict[str, object] = document_json(default_factory=dict)
    """How it stands, with the reason: services/crawler/domain/health.py describes it."""
    last_new: datetime | None = instant(default=None)
    """When its newest article came: published where the listing said so, else first seen."""


class ListedPage(SQLModel, table=True):
    """An address that a source listed and that is to be fetched: the crawler's queue."""

    __tablename__ = "listed_pages"
    __table_args__ = (Index("listed_pages_due", "due", postgresql_where=text("due is not null")),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    source: str
    address: str = Field(unique=True)
    """The address as listed, cleaned of fragments and trackers: what is fetched."""
    marker: str
    """Changes when the listing says that the article changed (updated time, ETag, hash of title)."""
    host: str
    """Host and port of the address: what pace and robots.txt hold for."""
    hints: dict[str, object] = document_json(default_factory=dict)
    """What the listing said: title, published, author, outlet."""
    ordered_by: datetime = instant()
    """Published where the listing says so, else first seen: earlier ones are fetched first."""
    first_seen: datetime = instant()
    due: datetime | None = instant(default=None)
    """When to fetch it (again); None when done."""
    attempts: int = 0
    """Counted when a look begins, so that a page that kills the process ends too."""
    unreached_since: datetime | None = instant(default=None)
    """The first of the looks in a row that could not ask its host; None when the last one could."""
    unchanged: int = 0
    """Looks in a row that found nothing new: a listing whose marker changes by itself is followed less and less."""
    lease_until: datetime | None = instant(default=None)
    lease_by: str | None = None
    history: bool = False
    """Listed by reading back: it is fetched when nothing new waits."""


class SourceLooks(SQLModel, table=True):
    """What the pages of a source lacked at the last looks."""

    __tablename__ = "source_looks"

    source: str = Field(primary_key=True)
    completeness: dict[str, object] = document_json()
    """services/crawler/domain/completeness.py describes it."""


class SourcePageKept(SQLModel, table=True):
    """A source's listing: the last one that was read, and the last one that was not. As it came, but for telephone and
    identity numbers, which are masked; one that had any is UTF-8 behind a byte order mark, whatever the charset says.
    """

    __tablename__ = "source_pages"

    source: str = Field(primary_key=True)
    kept_as: str = Field(primary_key=True)
    """last_good | last_seen"""
    address: str
    charset: str | None = None
    """As the Content-Type header declared it."""
    body: bytes
    """Packed by zlib."""
    at: datetime = instant()


class CrawlerSeen(SQLModel, table=True):
    """A crawler that is alive, so that each takes only its share of the work."""

    __tablename__ = "crawlers"

    name: str = Field(primary_key=True)
    seen: datetime = instant()


class Document(SQLModel, table=True):
    """One revision of one article, as read from its page."""

    __tablename__ = "documents"

    document_id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    number: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), unique=True, nullable=False))
    """Counts documents in the order of their rows; of two that are alike the lower is the original."""
    url: str
    source: str
    outlet: str | None = None
    role: str
    rights: str
    title: str
    paragraphs: list[str] = document_json()
    language: str
    author: str | None = None
    published: datetime | None = instant(default=None)
    published_precision: str | None = None
    content_hash: str
    """xxhash of the folded title and text: equal means no new revision."""
    matched: list[str] = document_json(default_factory=list)
    """Watched identifiers it names: two documents that name others are no reprints."""
    duplicate_of: str | None = None
    """The document this one repeats."""
    first_seen: datetime = instant()
    fetched: datetime = instant()


class Band(SQLModel, table=True):
    """One bucket of a document's signature: documents that share one may be near-duplicates."""

    __tablename__ = "bands"

    key: int = Field(sa_column=Column(BigInteger, primary_key=True))
    number: int = Field(sa_column=Column(BigInteger, primary_key=True))
    """Document.number."""


class OutboxRow(SQLModel, table=True):
    """A message that is to go to Kafka, written with what it tells of; sent by mark, never by position."""

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_unsent", "id", postgresql_where=text("sent is null")),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    topic: str
    key: str
    value: bytes
    created: datetime = instant()
    sent: datetime | None = instant(default=None)
    refused: str | None = None
    """Why it cannot be sent; such a row is set aside for a person to look at."""


class CrawlDecision(SQLModel, table=True):
    """What became of one listed address at one look, and why. Never updated."""

    __tablename__ = "crawl_decisions"
    __table_args__ = (Index("crawl_decisions_address", "address"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    address: str
    source: str
    outcome: str
    """published | duplicate | irrelevant | unchanged | erased (and its address is hidden) | failed | retry (a transient
    failure, to be tried again)"""
    reason: str
    document_id: str | None = None
    revision: int | None = None
    first_seen: datetime = instant()
    at: datetime = instant()


class Host(SQLModel, table=True):
    """When a host may be asked, by all crawlers: its next turn, and whether it refused. Times are the database's."""

    __tablename__ = "hosts"

    host: str = Field(primary_key=True)
    """Host and port of addresses."""
    next_turn: datetime = instant()
    under_way: dict[str, object] = document_json(default_factory=dict)
    """Requests under way: their names to the times (seconds since 1970) at which they are taken for lost."""
    open_until: datetime | None = instant(default=None)
    """Until when it is left alone."""
    reason: str = ""
    """What it answered, where it refused."""
    refusals: int = 0
    """Refusals in a row."""
    doubt: str = ""
    """The address that was refused by itself; the next one that is, too, silences the host."""
