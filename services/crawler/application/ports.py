"""What the steps need from outside. Adapters keep these promises; tests have fakes that keep them too."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from services.crawler.application.values import (
    Answer,
    Article,
    Backlog,
    Conclusion,
    Found,
    KeptPage,
    LeasedPage,
    LeasedSource,
    NewPage,
    Screening,
    Standing,
    Stored,
    Verdict,
)
from services.crawler.domain.source import Request
from shared.errors import TransientError
from shared.messages.common import Role
from shared.messages.document import DocumentFound

Extract = Callable[[bytes, str | None], Article]
"""Page bytes and their address to an article; pure, never raises."""
ReadDocument = Callable[[bytes], Article]
"""A PDF to an article, whose title is empty where the document names none that is believable.

Raises PermanentError or TransientError with the cause.
"""
Screen = Callable[[str, Sequence[str]], Screening]
"""Title and paragraphs to what the watchlist made of them."""

HandOver = Callable[[Sequence[tuple[int, str, str, bytes]]], tuple[Sequence[int], Mapping[int, str]]]
"""Outbox rows (id, topic, key, value) to the ids that were sent, and why others never can be, by id."""

Judge = Callable[[Sequence[NewPage], Mapping[str, object]], Conclusion]
"""The pages that nobody had listed before, and the source's completeness, to what is concluded. Called once, pure."""


class LeaseLost(TransientError):
    """Another process works on the page now; nothing of this look is kept."""


class Unreached(TransientError):
    """The host could not be asked: no connection, no address for its name, or no robots.txt. Says nothing of a page."""


class NotItsTurn(TransientError):
    """The host was not asked, since others wait before this request or it wants peace; `retry_after` says how long."""


class Refused(NotItsTurn):
    """The host was not asked, since it refused the crawler before; `retry_after` says for how long it is left alone."""


class Fetcher(Protocol):
    """Asks hosts, politely and safely."""

    async def fetch(
        self,
        request: Request,
        pace: float,
        validators: Mapping[str, str] | None = None,
        page: bool = False,
        render: bool = False,
    ) -> Answer:
        """The answer, whole. `page`: only documents of text are taken. `render`: as a browser shows it.

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
        judge: Judge,
        fault: str = "",
        kept: KeptPage | None = None,
    ) -> tuple[int, int]:
        """End a good poll: pages, state and what `judge` concludes in one transaction.

        Gives how many pages are new and how many changed.
        `fault` says what failed in part; it stands as the source's last error. `kept`: the listing, for mending.
        """
        ...

    def poll_failed(
        self,
        source: LeasedSource,
        reason: str,
        next_in: float,
        health: Mapping[str, object] | None = None,
        kept: KeptPage | None = None,
    ) -> None:
        """End a poll that failed; without `health` the one from before stays."""
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

    def alive(self) -> int:
        """Say that this crawler is alive; how many are. Each takes its share of what is due."""
        ...

    def gone(self) -> None:
        """This crawler ends: its share goes to the others at once."""
        ...

    def standings(self, names: Sequence[str]) -> list[Standing]:
        """How these sources stand, those that were never asked left out."""
        ...

    def waiting(self) -> Backlog:
        """What waits for a look, and what for Kafka."""
        ...


class Changes(Protocol):
    """One database transaction in which pages are settled; stores are one after the other, so numbers are in order."""

    def latest(self, document_id: str) -> Stored | None:
        """The newest revision of a document."""
        ...

    def erased(self, document_id: str) -> str | None:
        """Why the document was erased and is not to come back; None for all others."""
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
        """Record what became of the look and end the lease, at the latest when the transaction ends.

        Raises LeaseLost, here or there, when another process has taken over.
        """
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
