"""Services that are forked from a process which has imported their program: most of a start is imports.

Each is a process of its own that runs its `python -m services.…` from the first line, in the environment it is told,
ends as Python ends, and can be killed as any other; that hundreds of them live one after the other takes a third of
the time.
"""

import atexit
import gc
import json
import os
import runpy
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn, Protocol

PROGRAM = "services.alerter"
ROOT = Path(__file__).resolve().parents[2]
REAPED = 5.0
"""Seconds that the nursery has to say how one of its children ended."""


class Nursery:
    """Starts processes of one program; ends with the process that made it, its children are ended by that one."""

    def __init__(self, folder: Path, program: str = PROGRAM) -> None:
        """`folder`: where it notes how its children ended; `program`: what `python -m` would be told."""
        self._ends = folder / "ends"
        self._ends.mkdir()
        self._process = subprocess.Popen(  # noqa: S603  our own
            [sys.executable, "-m", "bench.alerting.nursery", program, str(self._ends)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip

    def start(
        self,
        environment: Mapping[str, str],
        folder: Path,
        log: Path,
        words: Sequence[str] = ("run",),
        out: Path | None = None,
    ) -> "Forked":
        """One with that environment and working folder, its stderr added to `log` and its stdout to `out`.

        Raises RuntimeError when the nursery is gone.
        """
        assert self._process.stdin is not None  # noqa: S101  made so
        assert self._process.stdout is not None  # noqa: S101  made so
        log.touch()  # whoever started it looks for it at once
        told = _Told(dict(environment), str(folder), str(log), list(words), str(out or os.devnull))
        self._process.stdin.write(json.dumps(asdict(told)) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer.strip().isdigit():
            raise RuntimeError(f"the nursery has ended: {self._process.poll()}")
        forked = Forked(int(answer), os.pidfd_open(int(answer)), self._ends / answer.strip())
        self._process.stdin.write("known\n")
        self._process.stdin.flush()
        return forked

    def close(self) -> None:
        """End the nursery; children that still run go on."""
        self._process.communicate(timeout=30)


@dataclass(frozen=True)
class _Told:
    """What is asked of a nursery: paths as text."""

    environment: dict[str, str]
    folder: str
    log: str
    words: list[str]
    out: str


class Life(Protocol):
    """A process that runs, however it was started."""

    pid: int
    returncode: int | None

    def poll(self) -> int | None:
        """Its exit code, None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code once it has ended. Raises subprocess.TimeoutExpired."""

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it still runs."""

    def terminate(self) -> None:
        """Ask it to stop."""

    def kill(self) -> None:
        """SIGKILL it."""


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

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code once it has ended. Raises subprocess.TimeoutExpired after `timeout` seconds."""
        if self.returncode is None:
            if not select.select([self.descriptor], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
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

    def kill(self) -> None:
        """SIGKILL it."""
        self.send_signal(signal.SIGKILL)

    def _reap(self) -> None:
        until = time.monotonic() + REAPED
        while not self.ended.exists():
            if time.monotonic() > until:
                raise RuntimeError(f"process {self.pid} has ended, and the nursery does not say how")
            time.sleep(0.002)
        self.returncode = int(self.ended.read_text("ascii"))
        self.ended.unlink()  # the number may be another child's later
        os.close(self.descriptor)


def _serve(program: str, ends: Path) -> None:
    """Fork one for each line of standard input, and note how each ends."""
    __import__(f"{program}.__main__")
    del sys.modules[f"{program}.__main__"]  # it is run anew by each child
    gc.freeze()  # what was imported stays to the end: no child looks through it

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
    while line := sys.stdin.readline():
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        pid = os.fork()
        if pid == 0:
            _live(program, _Told(**json.loads(line)))
        print(pid, flush=True)
        sys.stdin.readline()  # whoever asked holds it now: one that has ended already is not reaped before
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


def _live(program: str, told: _Told) -> NoReturn:
    """Become the service; does not come back."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    os.environ.clear()
    os.environ.update(told.environment)
    time.tzset()
    os.chdir(told.folder)
    appending = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    for number, target in enumerate(
        (os.open(os.devnull, os.O_RDWR), os.open(told.out, appending, 0o644), os.open(told.log, appending, 0o644))
    ):
        os.dup2(target, number)
        os.close(target)
    sys.argv[:] = [program, *told.words]
    code: object = 1
    try:
        runpy.run_module(program, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as stopped:
        code = stopped.code
    except BaseException:  # noqa: BLE001  as the interpreter does: told, and exit code 1
        sys.excepthook(*sys.exc_info())
    _end(code if isinstance(code, int) else 0 if code is None else 1)


def _end(code: int) -> NoReturn:
    """End as Python does, but for what C libraries wait for: threads that a fork did not take along (multiprocessing's
    children end so too). Threads are waited for, and what is to be done at the end is done."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _serve(sys.argv[1], Path(sys.argv[2]))
