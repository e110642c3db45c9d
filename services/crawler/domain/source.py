"""What a source is: it names addresses to ask and reads the answers; it never fetches.

`start(state, now)` gives the first requests, `parse(page)` gives what a page lists, further requests, or both: so
look-ups, POSTs, paging and signing fit without the crawler knowing of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from shared.messages.common import Published

State = Mapping[str, object]
"""What a source left for itself at its last poll (JSON)."""

MAX_LISTED = 1_000
"""Items taken of one poll; a feed of ten thousand is a fault or an archive, and what is past them is left out."""

MAX_REQUESTS = 20
"""Requests of one poll, so that paging in a circle ends."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a source. `step` tells `parse` which question it was."""

    address: str
    method: Literal["GET", "POST"] = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    step: str = ""
    conditional: bool = True
    """Whether the answer may be `not modified` since the last poll."""
    carry: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What `parse` needs to know again of the question: a page number, the code that was looked up."""
    since: datetime | None = None
    """With a question that reads back history: items older than this (UTC) are not wanted, so paging may end there."""


@dataclass(frozen=True, slots=True)
class SourcePage:
    """An answer as it came: bytes, and what the other side said of them."""

    request: Request
    address: str
    """Where the answer came from, after redirects: what relative links are relative to."""
    body: bytes
    fetched: datetime
    charset: str | None = None
    """As the Content-Type header declares it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An article as a listing names it."""

    address: str
    title: str = ""
    published: Published | None = None
    marker: str = ""
    """Whatever changes when the article does (updated time, summary); the title is always counted with it."""
    author: str | None = None
    outlet: str | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one page gave. `state` replaces the keys it names in the source's state."""

    items: tuple[Listed, ...] = ()
    requests: tuple[Request, ...] = ()
    state: Mapping[str, object] = field(default_factory=dict)
    dropped: int = 0
    """Items without a usable link, or past the cap."""


@runtime_checkable
class WithHistory(Protocol):
    """A source whose past can be read, as far as its host keeps it."""

    def history(self, since: datetime, now: datetime) -> Sequence[Request]:
        """The first requests that read back to `since` (UTC); `parse` pages on while items are newer."""
        ...


class Source(Protocol):
    """One place where articles are listed."""

    def start(self, state: State, now: datetime) -> Sequence[Request]:
        """The first requests of a poll at `now` (UTC)."""
        ...

    def parse(self, page: SourcePage) -> Parsed:
        """Read an answer. Raises PermanentError with the cause when it is not of the expected shape."""
        ...
