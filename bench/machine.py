"""What a measurement needs of this machine: a database of its own, and what processes take of memory and processor."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.database import Database
from deploy.local.paths import LUMING

FOLDER = LUMING / "bench"
"""Results, and the database of the benchmarks; `make clean` deletes it."""
SAMPLE = 0.05
"""Seconds between two looks at the memory of a tree of processes."""
_TICK = float(os.sysconf("SC_CLK_TCK"))


@contextmanager
def database(shared_buffers: str = "64MB") -> Iterator[Database]:
    """A PostgreSQL server for benchmarks alone, durable as every other; stopped at the end."""
    server = Database(FOLDER / "postgres", {"shared_buffers": shared_buffers})
    server.start()
    try:
        yield server
    finally:
        server.stop()


def cpu_seconds(pid: int) -> float:
    """Processor time of one process so far, user and system, in steps of a clock tick (proc(5): utime, stime)."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def peak_megabytes() -> float:
    """The most resident memory of this process so far.

    `VmHWM` of proc(5), not `ru_maxrss`: that one is inherited from whoever started the process.
    """
    for line in Path("/proc/self/status").read_text("utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not tell what a process takes; the benchmark needs Linux")


class TreeMemory:
    """The most resident memory that a process and its descendants took together, sampled while the block runs."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.megabytes = 0.0

    def __enter__(self) -> "TreeMemory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(SAMPLE):
            self.megabytes = max(self.megabytes, sum(_resident(pid) for pid in _tree(self._pid)))


def _tree(pid: int) -> list[int]:
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                waiting += [int(child) for child in task.read_text("utf-8").split()]
            except OSError:
                continue  # the thread ended while it was looked at
    return found


def _resident(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("utf-8").split()[1])
    except (OSError, IndexError):
        return 0.0  # it has ended
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_048_576
