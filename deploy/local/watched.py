"""One supervised process: what it is, how it stands, what is to be done when it dies or falls ill."""

import signal
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.probes import SILENT, Answer, Probe
from deploy.local.process import Launch, Program
from shared.errors import EXIT_CONFIG

PAUSES = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before the first, second, … start after a death; the last holds for all that follow."""
FORGIVEN_AFTER = 60.0
"""Seconds a process must have run for its earlier deaths to count no more."""
ILL_FOR = 5.0
"""Seconds of saying "no progress" after which a process is started again."""
SILENT_FOR = 15.0
"""Seconds of no answer after which a process that has answered before is started again."""
STOP_WITHIN = 12.0
"""Seconds between SIGTERM and SIGKILL: services promise a clean stop within 10 s."""
START_WITHIN = 60.0
"""Seconds a process has from its start to its first answer."""


@dataclass(frozen=True)
class Service:
    """A process to be kept alive."""

    name: str
    arguments: tuple[str, ...]
    """What Python is to run: `-m services.crawler run`."""
    environment: Mapping[str, str] = field(repr=False)
    """All of its environment; not shown, since it holds secrets."""
    probe: Probe

    @property
    def command(self) -> tuple[str, ...]:
        """The command line, run by the Python that runs this."""
        return (sys.executable, *self.arguments)


@dataclass(frozen=True)
class Standing:
    """How a process stands, for the screen."""

    name: str
    state: str
    """starting | ready | unready | ill | waiting | stopped | misconfigured"""
    restarts: int
    why: str


class Watched:
    """The life of one service. Times are seconds of one monotonic clock, given by the caller."""

    def __init__(self, service: Service, logs: Path, run: Path) -> None:
        self.service = service
        self.wanted = True
        self.misconfigured = False
        self._log = logs / f"{service.name}.log"
        self._pid_file = run / f"{service.name}.pid"
        self._program: Program | None = None
        self._lock = threading.Lock()
        self._answer: Answer | None = None
        self._was_ready = False
        self._start_at = 0.0
        self._started_at = 0.0
        self._well_at = 0.0
        self._deaths = 0
        self._restarts = 0
        self._why = ""

    @property
    def ready(self) -> bool:
        """It says that it is ready."""
        return self._answer is not None and self._answer.ready

    def look(self, now: float) -> str:
        """Start it when it is due, notice when it died; gives what a person should know, mostly nothing."""
        with self._lock:
            if not self.wanted or self.misconfigured:
                return ""
            if self._program is None:
                return self._start(now) if now >= self._start_at else ""
            code = self._program.exit_code()
            return "" if code is None else self._died(code, now)

    def probe(self, now: float) -> str:
        """Ask how it does; stop it when it has been ill or silent for too long. Gives what a person should know."""
        program = self._program
        if program is None or program.exit_code() is not None:
            return ""
        answer = self.service.probe()
        with self._lock:
            if program is not self._program or not self.wanted:
                return ""
            became_ready = answer.ready and not self.ready
            first = self._answer is None
            if answer.alive or (first and now - self._started_at < START_WITHIN):
                self._well_at = now
            if answer.alive or not first:
                self._answer = answer
            patience = ILL_FOR if answer.why != SILENT.why else SILENT_FOR
            if now - self._well_at < patience:
                return self._now_ready(now) if became_ready else ""
        program.kill()  # a process that is stuck would not hear SIGTERM, and a kill loses nothing
        return f"ill for {patience:.0f} s ({answer.why}): killed"

    def stop(self) -> bool:
        """Stop it for good; True when it went by itself on SIGTERM."""
        with self._lock:
            self.wanted = False
            program, self._program = self._program, None
        self._answer = None
        self._pid_file.unlink(missing_ok=True)
        if program is None:
            return True
        program.stop()
        return program.exit_code() != -signal.SIGKILL

    def standing(self) -> Standing:
        """How it stands now."""
        return Standing(self.service.name, self._state(), self._restarts, self._why)

    def last_words(self, lines: int = 12) -> str:
        """The end of its log."""
        if not self._log.is_file():
            return ""
        return "\n".join(self._log.read_text("utf-8", "replace").splitlines()[-lines:])

    def _state(self) -> str:
        if self.misconfigured:
            return "misconfigured"
        if not self.wanted:
            return "stopped"
        if self._program is None:
            return "waiting"
        if self._answer is None:
            return "starting"
        if self._answer.ready:
            return "ready"
        return "unready" if self._answer.alive else "ill"

    def _now_ready(self, now: float) -> str:
        if self._was_ready:
            return "ready again"
        self._was_ready = True
        return f"ready after {now - self._started_at:.1f} s"

    def _start(self, now: float) -> str:
        environment = self.service.environment
        self._program = Program(Launch(self.service.command, self._log, grace=STOP_WITHIN, environment=environment))
        self._pid_file.write_text(f"{self._program.pid}\n", "utf-8")
        self._started_at = self._well_at = now
        self._answer, self._was_ready = None, False
        again = " again" if self._restarts else ""
        return f"started{again} (pid {self._program.pid})"

    def _died(self, code: int, now: float) -> str:
        if self._program is not None:
            self._program.stop()  # it is gone: this frees what the starter holds of it
        self._program, self._answer = None, None
        self._pid_file.unlink(missing_ok=True)
        self._why = cause_of(code)
        if code == EXIT_CONFIG:
            self.misconfigured = True
            return f"{self._why}: its configuration is wrong"
        if now - self._started_at > FORGIVEN_AFTER:
            self._deaths = 0
        pause = PAUSES[min(self._deaths, len(PAUSES) - 1)]
        self._deaths += 1
        self._restarts += 1
        self._start_at = now + pause
        return f"{self._why}; " + (f"to be started again in {pause:.0f} s" if pause else "to be started again at once")


def cause_of(code: int) -> str:
    """Why a process ended, from its exit code; below zero it is the signal's number."""
    if code >= 0:
        return f"exited with {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"
