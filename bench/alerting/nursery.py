"""Alerters that are forked from a process which has imported their program: most of a start is imports.

Each is a process of its own that runs `services.alerter run` from its first line, in the environment it is told, and
can be killed as any other; that hundreds of them live one after the other takes a third of the time.
"""

import json
import os
import runpy
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

PROGRAM = "services.alerter"
REAPED = 5.0
"""Seconds that the nursery has to say how one of its children ended."""


class Nursery:
    """Starts alerters; ends with the process that made it, its children are ended by that one."""

    def __init__(self, folder: Path) -> None:
        """`folder`: where it notes how its children ended."""
        self._ends = folder / "ends"
        self._ends.mkdir()
        self._process = subprocess.Popen(  # noqa: S603  our own
            [sys.executable, "-m", "bench.alerting.nursery", str(self._ends)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def start(self, environment: Mapping[str, str], folder: Path, log: Path) -> "Forked":
        """An alerter with that environment and working folder, its stderr added to `log`.

        Raises RuntimeError when the nursery is gone.
        """
        assert self._process.stdin is not None  # noqa: S101  made so
        assert self._process.stdout is not None  # noqa: S101  made so
        log.touch()  # whoever started it looks for it at once
        told = {"environment": dict(environment), "folder": str(folder), "log": str(log)}
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer.strip().isdigit():
            raise RuntimeError(f"the nursery has ended: {self._process.poll()}")
        return Forked(int(answer), os.pidfd_open(int(answer)), self._ends / answer.strip())

    def close(self) -> None:
        """End the nursery; children that still run go on."""
        self._process.communicate(timeout=30)


class Life(Protocol):
    """A process that runs, however it was started."""

    returncode: int | None

    def poll(self) -> int | None:
        """Its exit code, None while it runs."""

    def wait(self, timeout: float) -> int:
        """Its exit code once it has ended. Raises subprocess.TimeoutExpired."""

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it still runs."""

    def terminate(self) -> None:
        """Ask it to stop."""


@dataclass
class Forked:
    """One of its children, used as a subprocess.Popen is."""

    pid: int
    descriptor: int
    """Of the process itself (pidfd_open(2)): its number may be another's later, this stays its own."""
    ended: Path
    """The file that tells its exit code."""
    returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        if self.returncode is None and select.select([self.descriptor], [], [], 0)[0]:
            self._reap()
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Its exit code once it has ended. Raises subprocess.TimeoutExpired after `timeout` seconds."""
        if self.returncode is None:
            if not select.select([self.descriptor], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(PROGRAM, timeout)
            self._reap()
        assert self.returncode is not None  # noqa: S101  _reap set it
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            signal.pidfd_send_signal(self.descriptor, number)

    def terminate(self) -> None:
        """Ask it to stop."""
        self.send_signal(signal.SIGTERM)

    def _reap(self) -> None:
        until = time.monotonic() + REAPED
        while not self.ended.exists():
            if time.monotonic() > until:
                raise RuntimeError(f"process {self.pid} has ended, and the nursery does not say how")
            time.sleep(0.002)
        self.returncode = int(self.ended.read_text("ascii"))
        self.ended.unlink()  # the number may be another child's later
        os.close(self.descriptor)


def _serve(ends: Path) -> None:
    """Fork an alerter for each line of standard input, and note how each ends."""
    __import__(f"{PROGRAM}.__main__")
    del sys.modules[f"{PROGRAM}.__main__"]  # it is run anew by each child

    def reap(_: int, __: object) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            partly = ends / f"{pid}.part"
            partly.write_text(str(os.waitstatus_to_exitcode(status)), "ascii")
            partly.rename(ends / str(pid))

    signal.signal(signal.SIGCHLD, reap)
    for line in sys.stdin:
        told = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _live(told["environment"], told["folder"], told["log"])
        print(pid, flush=True)


def _live(environment: Mapping[str, str], folder: str, log: str) -> None:
    """Become the alerter; does not come back."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number, target in (
        (0, nothing),
        (1, nothing),
        (2, os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)),
    ):
        os.dup2(target, number)
    sys.argv[:] = [PROGRAM, "run"]
    code: object = 1
    try:
        runpy.run_module(PROGRAM, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as stopped:
        code = stopped.code
    finally:
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 0 if code is None else 1)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
