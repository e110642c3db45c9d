"""Keeps the processes of one machine alive: starts, watches, starts again, stops in order.

A process that dies is started again, at once the first time and with growing pauses after that. One that leaves with
the exit code of a wrong configuration is not: starting it again changes nothing, so the whole run ends. One that says
on /healthz that it makes no progress, or answers nothing at all, is stopped and started again.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.watched import Service, Standing, Watched

WATCH_EVERY = 0.1
"""Seconds between two looks at the processes."""
PROBE_EVERY = 1.0
"""Seconds between two questions to a process that is ready; one that is not is asked at every look."""


@dataclass(frozen=True)
class Happening:
    """Something about a process that a person at the screen should see."""

    service: str
    text: str


class Supervisor:
    """The processes of one run, in the order of their start."""

    def __init__(self, folder: Path, say: Callable[[Happening], None]) -> None:
        """`folder` takes logs/ and run/; `say` is told of every start, death and stop, from any thread."""
        self._logs, self._run = folder / "logs", folder / "run"
        self._logs.mkdir(parents=True, exist_ok=True)
        self._run.mkdir(parents=True, exist_ok=True)
        self._say = say
        self._watched: dict[str, Watched] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        for left in self._run.glob("*.pid"):  # of a run that was killed: its processes ended with it
            left.unlink()
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._thread.start()

    def start(self, service: Service) -> None:
        """Start the process and keep it alive from now on."""
        watched = Watched(service, self._logs, self._run)
        self._tell(watched, watched.look(time.monotonic()))
        with self._lock:
            self._watched[service.name] = watched

    def standings(self) -> list[Standing]:
        """How each process stands now."""
        return [watched.standing() for watched in self._all()]

    def misconfigured(self) -> tuple[str, str] | None:
        """Name and last words of a process that refused its configuration; None while there is none."""
        for watched in self._all():
            if watched.misconfigured:
                return watched.service.name, watched.last_words()
        return None

    def last_words(self, name: str) -> str:
        """The end of the log of one process."""
        return "".join(watched.last_words() for watched in self._all([name]))

    def wait_until_ready(self, names: Sequence[str], timeout: float) -> list[str]:
        """Wait until all `names` are ready, at most `timeout` seconds; gives those that are not.

        Ends early when a process refused its configuration.
        """
        deadline = time.monotonic() + timeout
        while True:
            missing = [watched.service.name for watched in self._all(names) if not watched.ready]
            if not missing or time.monotonic() > deadline or self.misconfigured():
                return missing
            time.sleep(0.05)

    def stop(self, names: Sequence[str] | None = None) -> None:
        """Stop these processes (all when None), side by side; returns when none of them runs."""
        threads = [threading.Thread(target=self._stop_one, args=(watched,)) for watched in self._all(names)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def close(self) -> None:
        """Stop everything, and the watching itself."""
        self.stop()
        self._stop.set()
        self._thread.join(5)

    def _all(self, names: Sequence[str] | None = None) -> list[Watched]:
        with self._lock:
            return [watched for name, watched in self._watched.items() if names is None or name in names]

    def _stop_one(self, watched: Watched) -> None:
        running = watched.wanted
        clean = watched.stop()
        if running:
            self._tell(watched, "stopped" if clean else "did not stop on SIGTERM and was killed")

    def _watch(self) -> None:
        asked = 0.0
        while not self._stop.wait(WATCH_EVERY):
            for watched in self._all():
                self._tell(watched, watched.look(time.monotonic()))
            now = time.monotonic()
            due = now - asked >= PROBE_EVERY
            asked = now if due else asked
            for watched in self._all():
                if due or not watched.ready:
                    self._tell(watched, watched.probe(now))

    def _tell(self, watched: Watched, text: str) -> None:
        if text:
            self._say(Happening(watched.service.name, text))
