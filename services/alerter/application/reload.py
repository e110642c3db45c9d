"""The subscriptions in force, and how a running alerter takes over a newer version of them.

What is in force is one value, replaced as a whole: whoever routes a document takes it once and keeps it to the end.
A version that cannot be used changes nothing but a metric and the log.
"""

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from services.alerter.domain.routes import routes_of
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.subscriptions import Subscriptions
from shared.errors import ConfigError, TransientError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

PERIOD = 5.0
"""Seconds between two looks at the newest version: a change is in force everywhere well within 30."""

TRIED = 20
"""Versions that are tried at the start, from the newest backwards."""
Origin = Literal["file", "command"]


@dataclass(frozen=True)
class Version:
    """One version of the subscriptions."""

    version: int
    content: str
    """The YAML."""
    origin: Origin
    who: str
    at: datetime
    reason: str


class Versions(Protocol):
    """Where versions are kept. Raises TransientError while it is away."""

    def newest(self) -> int:
        """Number of the newest version; 0 when there is none."""

    def read(self, version: int) -> Version | None:
        """That version; None when there is none of the number."""


class Watched(Protocol):
    """Who wants to know how the reloading goes."""

    def beat(self) -> None:
        """The loop has come round."""

    def in_force(self, version: int, routes: int) -> None:
        """That version is in force, with so many subscriptions and routes."""

    def refused(self, version: int) -> None:
        """That version cannot be used; the one before it stays."""


class InForce:
    """Holds the subscriptions in force."""

    def __init__(self, index: RouteIndex | None = None) -> None:
        self._index = index or RouteIndex(())

    def __call__(self) -> RouteIndex:
        """Those of this moment."""
        return self._index

    def put(self, index: RouteIndex) -> None:
        """From now on these."""
        self._index = index  # one assignment: no reader sees half of it


class Reload:
    """Looks for a newer version and puts it in force."""

    def __init__(
        self,
        versions: Versions,
        read: Callable[[str, str], Subscriptions],
        in_force: InForce,
        serve: Callable[[Collection[str]], None],
        watched: Watched,
    ) -> None:
        """`read` makes subscriptions of a text and of what errors call it; `serve` sees to it that these
        channels, as the ledger names them, are sent to. Both raise ConfigError."""
        self._versions = versions
        self._read = read
        self._in_force = in_force
        self._serve = serve
        self._watched = watched
        self._looked_at = in_force().version
        watched.in_force(in_force().version, in_force().routes)

    def run(self, stop: threading.Event) -> None:
        """Look again and again until `stop` is set."""
        while not stop.wait(PERIOD):
            self._watched.beat()
            try:
                self.look()
            except TransientError as error:
                log.warning("the subscriptions' version cannot be asked for now", error=str(error))

    def begin(self) -> bool:
        """Put the newest version in force that can be used, at the start; False when none can, and the file's stay.

        Raises TransientError: call it again.
        """
        self._looked_at = newest = self._versions.newest()
        numbers = range(newest, max(0, newest - TRIED), -1)
        versions = (version for number in numbers if (version := self._versions.read(number)))
        return any(self.use(version) for version in versions)

    def look(self) -> bool:
        """Whether a newer version is in force now. Raises TransientError: nothing has changed, look again."""
        newest = self._versions.newest()
        if newest == self._looked_at:
            return False
        version = self._versions.read(newest)
        if version is None:
            return False
        self._looked_at = newest
        return self.use(version)

    def use(self, version: Version) -> bool:
        """Put a version in force; False when it cannot be used, and the one before it stays."""
        try:
            subscriptions = self._read(version.content, f"subscriptions, version {version.version}")
            self._serve(subscriptions.targets())
        except ConfigError as error:
            log.error(  # noqa: TRY400  what is wrong with it is told, not where we found out
                "a version of the subscriptions cannot be used: the one before it stays",
                version=version.version,
                stays=self._in_force().version,
                error=str(error),
            )
            self._watched.refused(version.version)
            return False
        index = RouteIndex(routes_of(subscriptions.subscriptions), version.version)
        self._in_force.put(index)
        self._watched.in_force(version.version, index.routes)
        log.info("subscriptions in force", version=version.version, routes=index.routes, by=version.who)
        return True
