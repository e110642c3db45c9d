"""A server program of this machine: started once a data folder, ended with its starter, its output in a file."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TETHER = Path(__file__).with_name("tether.py")
LOG_LIMIT = 10_000_000
"""Bytes after which a log file is set aside (as `….1`) at the next start."""


class StartFailed(RuntimeError):
    """A server did not start; the message says why as far as its log tells."""


@dataclass(frozen=True)
class Launch:
    """What to run: the command, the signal that asks it to stop, the seconds it may take, the user it runs as."""

    command: Sequence[str]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 20.0
    uid: int = -1
    gid: int = -1
    environment: Mapping[str, str] | None = None


class Program:
    """One running program. `pid` is its own id, so a test may send it any signal."""

    def __init__(self, launch: Launch, lock: int | None = None) -> None:
        self._launch = launch
        reading, self._alive = os.pipe()
        _set_aside(launch.log)
        passed = [reading] if lock is None else [reading, lock]
        numbers = [reading, int(launch.stop_signal), launch.uid, launch.gid, int(launch.grace)]
        with launch.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-IS", str(TETHER), *map(str, numbers), *launch.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=passed,
                env=None if launch.environment is None else dict(launch.environment),
                start_new_session=True,
            )
        os.close(reading)

    @property
    def pid(self) -> int:
        """Id of the process."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        return self._process.poll()

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone: what a crash looks like."""
        self._process.kill()
        self._ended()

    def stop(self) -> None:
        """Ask it to stop; after its grace, SIGKILL."""
        if self._process.poll() is None:
            self._process.send_signal(self._launch.stop_signal)
            try:
                self._process.wait(self._launch.grace)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._ended()

    def _ended(self) -> None:
        self._process.wait()
        if self._alive >= 0:
            os.close(self._alive)
            self._alive = -1

    def tail(self, lines: int = 15) -> str:
        """The last lines of its log, for an error message."""
        text = self._launch.log.read_text("utf-8", errors="replace")
        return "\n".join(text.splitlines()[-lines:])


def take_lock(path: Path, timeout: float) -> int | None:
    """The lock of a data folder as an open file descriptor; None when a program still holds it after `timeout` s.

    The program inherits the descriptor, so that the folder is locked for as long as the program lives, not its starter.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + timeout
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                os.close(descriptor)
                return None
            time.sleep(0.1)
        else:
            return descriptor


def _set_aside(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_name(log.name + ".1"))
