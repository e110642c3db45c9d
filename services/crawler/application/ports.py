"""What the steps need from outside. Adapters keep these promises; tests have fakes that keep them too."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from services.crawler.application.values import (
    Answer,
    Article,
    Found,
    LeasedPage,
    LeasedSource,
    NewPage,
    Screening,
    Stored,
    Verdict,
)
from services.crawler.domain.source import Request
from shared.errors import TransientError
from shared.messages.common import Role
from shared.messages.document import DocumentFound

Extract = Callable[[bytes, str | None], Article]
"""Page bytes and their address to an article; pure, never raises."""
Screen = Callable[[str, Sequence[str]], Screening]
"""Title and paragraphs to what the watchlist made of them."""


HandOver = Callable[[Sequence[tuple[int, str, str, bytes]]], tuple[Sequence[int], Mapping[int, str]]]
"""Outbox rows (id, topic, key, value) to the ids that were sent, and why others never can be, by id."""


class LeaseLost(TransientError):
    """Another process works on the page now; nothing of this look is kept."""


class Unreached(TransientError):
    """The host could not be asked: no connection, no address for its name, or no robots.txt. Says nothing of a page."""


class NotItsTurn(TransientError):
    """The host was not asked, since others wait before this request or it wants peace; `retry_after` says how long."""


class Fetcher(Protocol):
    """Asks hosts, politely and safely."""

    async def fetch(
        self, request: Request, pace: float, validators: Mapping[str, str] | None = None, page: bool = False
    ) -> Answer:
        """The answer, whole. `page`: only documents of text are taken.

        Raises TransientError or PermanentError with the reason in plain words; Unreached or NotItsTurn when the host
        was not asked.
        """
        ...

    def busy_hosts(self) -> list[str]:
        """Hosts that asked to be left alone for more than a moment."""
        ...


class Queue(Protocol):
    """Sources and pages to be read, shared by all crawlers through leases. Times are the database's.

    Every method raises TransientError while the database is away.
    """

    def enrol(self, names: Sequence[str]) -> None:
        """Know these sources; new ones are due at once."""
        ...

    def lease_sources(self, names: Sequence[str], most: int) -> list[LeasedSource]:
        """Due sources among `names` that nobody polls."""
        ...

    def next_poll_in(self, names: Sequence[str]) -> float | None:
        """Seconds until one of `names` is due, None without any; not negative."""
        ...

    def polled(
        self,
        source: LeasedSource,
        pages: Sequence[NewPage],
        state: Mapping[str, object],
        next_in: float,
        fault: str = "",
    ) -> tuple[int, int]:
        """End a good poll: pages, state and next poll in one transaction. Gives how many are new and changed.

        `fault` says what failed in part; it stands as the source's last error.
        """
        ...

    def poll_failed(self, source: LeasedSource, reason: str, next_in: float) -> None:
        """End a poll that failed."""
        ...

    def lease_pages(self, sources: Sequence[str], busy_hosts: Sequence[str], most: int) -> list[LeasedPage]:
        """Due pages that nobody looks at, the earliest article first; each counts one more attempt."""
        ...

    def renew(self, pages: Sequence[LeasedPage], sources: Sequence[LeasedSource]) -> None:
        """Keep what is still in work."""
        ...

    def give_back(self, page: LeasedPage) -> None:
        """The look did not take place: the attempt does not count."""
        ...

    def release(self, source: LeasedSource) -> None:
        """The poll did not take place: others may poll it at once."""
        ...

    def waiting(self) -> tuple[int, int]:
        """Pages due or in work, and messages not yet sent."""
        ...


class Changes(Protocol):
    """One database transaction in which a page is settled; stores are one after the other, so numbers are in order."""

    def latest(self, document_id: str) -> Stored | None:
        """The newest revision of a document."""
        ...

    def lookalikes(self, keys: Sequence[int], document_id: str, role: Role) -> list[Stored]:
        """At most eight other documents that share fingerprints, most shared first; `alert` looks at `alert` only."""
        ...

    def add(self, found: Found, revision: int, duplicate_of: str | None) -> None:
        """Store a revision and its fingerprints."""
        ...

    def publish(self, message: DocumentFound) -> None:
        """Write the message to the outbox."""
        ...

    def decide(self, page: LeasedPage, verdict: Verdict) -> None:
        """Record what became of the look and end the lease. Raises LeaseLost when another process has taken over."""
        ...


class Store(Protocol):
    """Documents, outbox and decisions."""

    def changes(self) -> AbstractContextManager[Changes]:
        """A transaction: kept when the block ends well, undone when it raises."""
        ...


class Outbox(Protocol):
    """Messages that are to go out."""

    def send(self, hand_over: HandOver) -> int:
        """Give unsent rows in the order of their ids to `hand_over`; mark what it sent, set aside what it refuses.

        Rows that another relay holds are left to it. Gives how many were sent or set aside.
        """
        ...


class Conditions(Protocol):
    """What the process needs to be ready."""

    def ready(self, condition: str) -> None:
        """The condition holds."""
        ...

    def unready(self, condition: str, why: str) -> None:
        """The condition does not hold."""
        ...


class Telemetry(Protocol):
    """What operators count."""

    def polled(self, source: str, items: int, new: int, seconds: float) -> None:
        """A good poll."""
        ...

    def poll_failed(self, source: str) -> None:
        """A poll that failed."""
        ...

    def looked(self, source: str, verdict: Verdict, seconds: float) -> None:
        """A look that ended."""
        ...

    def sent(self, count: int) -> None:
        """Messages that Kafka acknowledged."""
        ...

    def waiting(self, pages: int, messages: int) -> None:
        """Lengths of the queue and the outbox."""
        ...
