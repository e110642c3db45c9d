"""What readers ask of the alerter and correct: written down here, answered there."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic, sleep
from typing import Any, Literal, Protocol

Kind = Literal["check", "preview", "apply", "silence_add", "silence_end"]
PATIENCE = 5.0
"""Seconds that a page waits for an answer before it says that there is none yet."""
LOOKS = 0.15
"""Seconds between two looks for it."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the subscriptions."""

    version: int
    content: str
    who: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Silenced:
    """One silence."""

    id: int
    matcher: Mapping[str, str]
    until: datetime
    reason: str
    who: str
    created: datetime
    ended: datetime | None
    ended_by: str | None


@dataclass(frozen=True, slots=True)
class Wish:
    """A request as it is put."""

    kind: Kind
    who: str
    teams: tuple[str, ...] | None
    """Teams that may be changed; None: all."""
    content: Mapping[str, object]
    base_version: int | None = None
    asker: str = ""
    """The user, by identifier: the alerter looks up what that one may when it answers."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request with its answer; `state` is empty while there is none."""

    id: int
    wish: Wish
    asked: datetime
    state: str
    answer: Mapping[str, Any]
    answered: datetime | None

    def text(self, key: str) -> str:
        """A text of the request."""
        return str(self.wish.content.get(key, ""))


@dataclass(frozen=True, slots=True)
class Judged:
    """What the classifier said of one revision of a document, and where it stands."""

    document_id: str
    revision: int
    title: str
    thread_id: str | None
    model: str
    events: tuple[Mapping[str, Any], ...]
    """label, status, entities, paragraph of each."""
    story: str | None = None
    """The first other report of its thread."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a reader says is wrong."""

    who: str
    wrong: str
    document_id: str
    revision: int
    thread_id: str | None = None
    event: Mapping[str, object] = field(default_factory=dict)
    answer: Mapping[str, object] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A correction with what became of it; `state` is empty while nobody has looked at it."""

    id: int
    at: datetime
    said: Said
    title: str
    """Of the document; empty where it is gone."""
    state: str
    why: str
    place: str


class DeskShelf(Protocol):
    """Where all of it is stored. Raises TransientError when the database is away."""

    def newest(self) -> Version | None:
        """The subscriptions in force; None before an alerter has begun."""
        ...

    def version(self, number: int) -> Version | None:
        """That version; None where there is none."""
        ...

    def history(self, most: int) -> Sequence[Version]:
        """The newest versions, the newest first."""
        ...

    def silences(self, over: bool) -> Sequence[Silenced]:
        """Those in force, or with `over` the newest of all, the newest first."""
        ...

    def ask(self, wish: Wish) -> int:
        """Write a request down; its number."""
        ...

    def request(self, number: int) -> Request | None:
        """A request with its answer."""
        ...

    def waiting(self, asker: str, kind: Kind) -> int:
        """How many requests of a user nobody has answered yet."""
        ...

    def titles(self, documents: Collection[str]) -> Mapping[str, str]:
        """Titles of documents; of those that are gone none."""
        ...

    def judged(self, document_id: str) -> Judged | None:
        """What was said of its newest revision; None where it is gone or not classified."""
        ...

    def correct(self, said: Said) -> int:
        """Write a correction down, with its entry in the audit log; its number."""
        ...

    def corrections(self, document_id: str | None, most: int) -> Sequence[Corrected]:
        """The newest corrections, or those of a document."""
        ...


class Desk:
    """Puts requests, and waits for their answers."""

    def __init__(
        self, shelf: DeskShelf, clock: Callable[[], float] = monotonic, rest: Callable[[float], None] = sleep
    ) -> None:
        self.shelf = shelf
        self._clock = clock
        self._rest = rest

    def answered(self, number: int, patience: float = PATIENCE) -> Request | None:
        """The request, answered where that comes in time; None where there is no such request."""
        end = self._clock() + patience
        while True:
            found = self.shelf.request(number)
            if found is None or found.state or self._clock() >= end:
                return found
            self._rest(LOOKS)
