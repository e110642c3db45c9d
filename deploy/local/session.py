"""One run of the whole system on this machine: everything started in order, shown, and stopped in order."""

import os
import queue
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from deploy.local.feed import Feed, Line
from deploy.local.infrastructure import Infrastructure
from deploy.local.members import SERVICES
from deploy.local.observer import Observer, Receivers, View
from deploy.local.paths import LUMING
from deploy.local.portal import LINK, read_link
from deploy.local.process import take_lock
from deploy.local.screen import Picture, now_line, open_screen
from deploy.local.supervisor import Happening, Supervisor
from deploy.local.watched import Service, Standing
from shared.errors import LumingError
from shared.runtime.stop import stop_on_signals

T = TypeVar("T")
READY_WITHIN = 90.0
"""Seconds for processes to become ready; a first start on a cold disk takes a third of it."""
DRAW_EVERY = 0.25
"""Seconds between two pictures."""
GONE_WITHIN = 25.0
"""Seconds that broker and database of a killed run may take to go."""


class Stopped(Exception):  # no error
    """A person asked the run to stop before it was under way."""


class NotReady(LumingError):
    """A process did not become ready; the message holds the end of its log."""


class Misconfigured(LumingError):
    """A process refused its configuration; the message is its own."""


def state_folder() -> Path:
    """Where runs keep their files: `.luming`, or LUMING_STATE where that is set."""
    return Path(os.environ.get("LUMING_STATE") or LUMING).resolve()


def wipe(folder: Path) -> None:
    """Remove an earlier run's files, once its broker and database are gone."""
    for data in ("kafka", "postgres"):
        if (folder / data / "lock").exists():
            lock = take_lock(folder / data / "lock", GONE_WITHIN)
            if lock is None:
                raise NotReady(f"the {data} of an earlier run in {folder} still runs; stop it first")
            os.close(lock)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)


class Session:
    """Screen, supervisor, broker and database of one run. To be made in the main thread, which takes the signals."""

    def __init__(self, folder: Path, environment: Mapping[str, str], fresh: bool) -> None:
        """`fresh`: see Infrastructure."""
        self.folder = folder
        self.stop = stop_on_signals()
        (folder / LINK).unlink(missing_ok=True)  # of an earlier run: it opens nothing any more
        self._link = ""
        self.feed = Feed()
        self._happened: queue.SimpleQueue[Line] = queue.SimpleQueue()
        self.supervisor = Supervisor(folder, self._say_happening)
        self.infrastructure = Infrastructure(folder, environment, self.say, fresh)
        self._observer: Observer | None = None
        self._seen: View | None = None
        self._screen = open_screen()
        self._began = time.monotonic()
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._infrastructure = self._pool.submit(self.infrastructure.start)

    def say(self, name: str, text: str) -> None:
        """Have something about a process shown; from any thread."""
        self._happened.put(now_line("service", f"{name}: {text}"))

    def start_infrastructure(self) -> None:
        """Begin to start broker and database; returns when their addresses are known, before they answer.

        Raises ConfigError, StartFailed, Stopped.
        """
        while not self.infrastructure.known():
            self.show("starting broker and database", pause=0.05)
            self.check()

    def start(self, processes: Sequence[Service]) -> None:
        """Start them side by side and wait until all are ready.

        Raises NotReady, and what `check` raises.
        """
        names = [process.name for process in processes]
        for process in processes:
            self.supervisor.start(process)
        deadline = time.monotonic() + READY_WITHIN
        while missing := self.supervisor.wait_until_ready(names, 0.0):
            self.show(f"starting {', '.join(missing)}")
            self.check()
            if time.monotonic() > deadline:
                raise NotReady(f"not ready after {READY_WITHIN:.0f} s: {self._log_ends(missing)}")

    def observe(self, since: Callable[[], datetime], receivers: Receivers | None) -> Observer:
        """Begin to look at what is written down; see Observer."""
        self._observer = Observer(self.infrastructure.brokers, self.infrastructure.database_url, since, receivers)
        return self._observer

    def check(self) -> None:
        """Raises Stopped when a person asked for it, Misconfigured when a process refused its configuration.

        Raises ConfigError or StartFailed when broker or database cannot be had.
        """
        if self.stop.is_set():
            raise Stopped
        if self._infrastructure.done():
            self._infrastructure.result()
        refused = self.supervisor.misconfigured()
        if refused is not None:
            raise Misconfigured(f"{refused[0]} refused its configuration:\n{refused[1]}")

    def show(self, head: str, pause: float = DRAW_EVERY) -> View:
        """Show what happened and how things stand, then wait `pause` seconds or until asked to stop.

        Gives the newest view.
        """
        view = self._observer.view() if self._observer else View(datetime.now(UTC))
        lines = []
        while not self._happened.empty():
            lines.append(self._happened.get())
        if view is not self._seen:
            lines += self.feed.take(view.ledger, view.letters, view.at)
            self._seen = view
        link = read_link(self.folder)
        if link and link != self._link:
            lines.append(now_line("portal", f"open {link}"))
        self._link = link
        if lines:
            self._screen.lines(lines)
        clock = f"{time.monotonic() - self._began:.0f} s"
        self._screen.draw(Picture(f"Luming · {clock} · {head}", self.standings(), view.ledger, link))
        self.stop.wait(pause)
        return view

    def standings(self) -> list[Standing]:
        """How every process stands."""
        return [*self.infrastructure.standings(), *self.supervisor.standings()]

    def stop_services(self) -> View | None:
        """Stop Luming's own services, then look a last time at what they wrote."""
        self._stop_all(SERVICES)
        return self._observer.close() if self._observer else None

    def close(self) -> None:
        """Stop what still runs: services, then newsstand and receivers, then database and broker."""
        self.stop_services()
        self._stop_all(None)
        self.supervisor.close()
        self.aside(self._pool.shutdown)
        self.aside(self.infrastructure.stop)
        self.show("stopped", pause=0)
        self._screen.close()

    def _stop_all(self, names: Sequence[str] | None) -> None:
        self.aside(lambda: self.supervisor.stop(names))

    def aside(self, work: Callable[[], T], head: str = "stopping") -> T:
        """Do it in a thread and go on showing what happens; gives or raises what it does."""
        with ThreadPoolExecutor(max_workers=1) as pool:
            done = pool.submit(work)
            while not wait([done], 0.1).done:
                self.show(head, pause=0)
        return done.result()

    def _say_happening(self, happening: Happening) -> None:
        self.say(happening.service, happening.text)

    def _log_ends(self, names: Sequence[str]) -> str:
        return "".join(f"\n{name}:\n{self.supervisor.last_words(name)}" for name in names)
