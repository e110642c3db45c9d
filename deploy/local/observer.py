"""Looks at database, dead letters and receivers, at most twice a second, in a thread of its own."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from deploy.local.accounting import Letter
from deploy.local.ledger import Ledger, read_ledger
from deploy.local.letters import LetterBox
from deploy.local.receivers.record import Received, read_console, read_log
from shared.runtime.kafka_security import Brokers
from shared.store.engine import make_engine

PAUSE = 0.6
"""Seconds between two looks."""


@dataclass(frozen=True)
class View:
    """What one look found."""

    at: datetime
    ledger: Ledger = field(default_factory=Ledger)
    letters: tuple[Letter, ...] = ()
    received: tuple[Received, ...] = ()
    trouble: str = ""
    """Why the look was not complete; then the rest is that of the look before."""


@dataclass(frozen=True)
class Receivers:
    """Where the receivers of this machine keep what they got."""

    slack: Path
    mail: Path
    console: Path

    def read(self) -> tuple[Received, ...]:
        """All of it."""
        return (*read_log(self.slack), *read_log(self.mail), *read_console(self.console))


class Observer:
    """Keeps the newest view."""

    def __init__(
        self, brokers: Brokers, database_url: str, since: Callable[[], datetime], receivers: Receivers | None
    ) -> None:
        """`since` gives the time from which on rows are read; `receivers` None: nothing is received here."""
        self._engine = make_engine(database_url)
        self._box = LetterBox(brokers)
        self._since = since
        self._receivers = receivers
        self._stop = threading.Event()
        self._view = View(datetime.now(UTC))
        self._thread = threading.Thread(target=self._watch, name="observer", daemon=True)
        self._thread.start()

    def view(self) -> View:
        """The newest one."""
        return self._view

    def look(self) -> View:
        """One look, now. What was received is read first: what it tells of then stands in the ledger."""
        received = self._receivers.read() if self._receivers else ()
        trouble = self._box.look()
        try:
            ledger = read_ledger(self._engine, self._since())
        except DBAPIError as error:
            return View(datetime.now(UTC), self._view.ledger, self._view.letters, received, str(error.orig).strip())
        return View(datetime.now(UTC), ledger, tuple(self._box.letters), received, trouble)

    def close(self) -> View:
        """Look a last time and stop looking; gives the last view."""
        if not self._stop.is_set():
            self._stop.set()
            self._thread.join(10)
            self._view = self.look()
            self._box.close()
            self._engine.dispose()
        return self._view

    def _watch(self) -> None:
        while True:
            self._view = self.look()
            if self._stop.wait(PAUSE):
                return
