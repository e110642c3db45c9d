"""What passes between the crawler's steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from services.crawler.domain.completeness import Field
from shared.messages.common import Language, Published, Reliability, Rights, Role

Outcome = Literal["published", "duplicate", "irrelevant", "unchanged", "erased", "retry", "failed"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host answered. `address`: after redirects. `unmodified`: nothing new since the validators."""

    address: str
    body: bytes
    charset: str | None = None
    unmodified: bool = False
    validators: Mapping[str, str] = field(default_factory=dict)
    """Headers to ask with next time, so that the host may answer `not modified`."""
    media: str = ""
    """The content type without its parameters, in small letters; application/pdf by its first bytes too."""


@dataclass(frozen=True, slots=True)
class Article:
    """What extraction read from a page; an empty title or no paragraphs where it found none."""

    title: str
    paragraphs: tuple[str, ...]
    language: Language
    published: Published | None = None
    author: str | None = None
    outlet: str | None = None
    """Where a reprint says it came from."""


@dataclass(frozen=True, slots=True)
class Screening:
    """What the watchlist made of a text: whether it may be relevant, what it names, what a trap took out and why."""

    concerns: bool
    identifiers: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """What the configuration says of a page's source."""

    source: str
    outlet: str | None
    role: Role
    rights: Rights
    pace: float
    """Seconds between two requests to one host."""
    language: Language | None = None
    render: bool = False
    """Whether its pages are empty without JavaScript."""
    reliability: Reliability = "F"
    """How far to rely on it."""


@dataclass(frozen=True, slots=True)
class NewPage:
    """A row for the queue: what a listing said of one address."""

    address: str
    host: str
    marker: str
    hints: Mapping[str, object]
    ordered_by: datetime
    history: bool = False
    """Read back: it is fetched when nothing new waits, and says nothing of when the source publishes."""
    fresh: bool = True
    """The source's last listing did not have it."""


@dataclass(frozen=True, slots=True, eq=False)
class LeasedSource:
    """A source that this process may poll until its lease ends."""

    name: str
    state: Mapping[str, object]
    failures: int
    lease: str
    rhythm: Mapping[str, object] = field(default_factory=dict)
    health: Mapping[str, object] = field(default_factory=dict)
    last_new: datetime | None = None
    """When its newest article came."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What a poll that was read leaves behind with its source, besides pages and state."""

    next_in: float
    """Seconds until the next poll."""
    rhythm: Mapping[str, object]
    health: Mapping[str, object]
    last_new: datetime | None
    listed: int | None = None
    """Articles listed; None when nothing has changed since the poll before."""


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A listing as it came, kept so that a selector that stops matching can be mended against it."""

    address: str
    """After redirects."""
    charset: str | None
    body: bytes
    good: bool
    """Whether it was read."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A source as the database has it. Times are UTC."""

    name: str
    health: Mapping[str, object]
    rhythm: Mapping[str, object]
    completeness: Mapping[str, object]
    failures: int = 0
    listed: int = 0
    next_poll: datetime | None = None
    last_success: datetime | None = None
    last_new: datetime | None = None
    last_error: str | None = None
    last_error_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits, of all crawlers together."""

    pages: int = 0
    """Pages due or in work."""
    messages: int = 0
    """Messages of the outbox that Kafka has not acknowledged."""
    oldest: float = 0.0
    """Seconds for which the oldest of them has been waiting; 0 when none does."""
    refused: int = 0
    """Messages that cannot be sent and were set aside for a person."""


@dataclass(frozen=True, slots=True, eq=False)
class LeasedPage:
    """A page that this process may look at until its lease ends. `attempts` counts this look."""

    id: int
    source: str
    address: str
    host: str
    marker: str
    hints: Mapping[str, object]
    first_seen: datetime
    attempts: int
    lease: str
    unreached: float = 0.0
    """Seconds since the first of the looks in a row that could not ask the host."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One revision as the database has it."""

    document_id: str
    revision: int
    number: int
    title: str
    paragraphs: tuple[str, ...]
    content_hash: str
    role: Role
    duplicate_of: str | None
    matched: tuple[str, ...] = ()
    """Watched identifiers that it names."""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A relevant article, ready to be stored: everything but its revision."""

    document_id: str
    url: str
    origin: Origin
    outlet: str | None
    title: str
    paragraphs: tuple[str, ...]
    language: Language
    author: str | None
    published: Published | None
    matched: tuple[str, ...]
    content_hash: str
    keys: tuple[int, ...]
    first_seen: datetime
    fetched: datetime
    note: str = ""
    """What had to be cut, in plain words."""
    had: Mapping[Field, bool] | None = None
    """Which fields its page gave."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one look, and why."""

    outcome: Outcome
    reason: str
    document_id: str | None = None
    revision: int | None = None
    again_in: float | None = None
    """Seconds until the next look, with `retry`, and with `failed` where the reason may pass by another day."""
    missed: Literal["", "unreached", "turn"] = ""
    """Why the host was not asked, with `retry` alone: such a look is no attempt."""
    had: Mapping[Field, bool] | None = None
    """Which fields the page gave; None when there was no page to read."""
