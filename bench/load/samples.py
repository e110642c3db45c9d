"""What is looked at while the load runs: memory and processor of each process, what each stage has done."""

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text

_TICKS = os.sysconf("SC_CLK_TCK")
_DONE = text(
    """
    select (select count(*) from listed_pages) as listed,
           (select count(distinct address) from crawl_decisions where outcome not in ('retry', 'unchanged')) as read,
           (select count(distinct address) from crawl_decisions where outcome = 'failed') as failed,
           (select count(*) from outbox) as documents,
           (select count(*) from outbox where sent is null) as unsent,
           (select count(*) from classifications) as classified,
           (select count(*) from alert_decisions) as decided,
           (select count(*) from deliveries) as deliveries,
           (select count(*) from deliveries where delivered is not null) as delivered
    """
)
FLAT = 1.1
"""The last third's memory beside the second third's, at most; the first third is the warm-up."""


@dataclass(frozen=True)
class Sample:
    """One look."""

    at: float
    """Seconds since the load began."""
    done: Mapping[str, int]
    megabytes: Mapping[str, float]
    """Memory by service, broker and database; pages that processes share are counted once (PSS)."""
    busy: Mapping[str, float]
    """Processor seconds a second since the look before, by the same names."""


class Watch:
    """Takes samples."""

    def __init__(self, engine: Engine, pids: Mapping[str, int]) -> None:
        """`pids`: the first process of each service and server; those that it starts count with it."""
        self._engine = engine
        self._pids = pids
        self._began = self._last = time.monotonic()
        started = parents()
        self._ticks = {name: ticks(family(pid, started)) for name, pid in pids.items()}

    def look(self) -> Sample:
        """One sample."""
        with self._engine.connect() as connection:
            done = dict(connection.execute(_DONE).mappings().one())
        now = time.monotonic()
        started = parents()
        families = {name: family(pid, started) for name, pid in self._pids.items()}
        spent = {name: ticks(found) for name, found in families.items()}
        span = max(now - self._last, 0.001)
        # A child that ended has its ticks counted by its parent once that has waited for it: never less than before.
        busy = {name: max(0, spent[name] - self._ticks[name]) / _TICKS / span for name in spent}
        memory = {name: sum(map(megabytes, found)) for name, found in families.items()}
        self._ticks, self._last = spent, now
        return Sample(now - self._began, done, memory, busy)


def parents() -> dict[int, list[int]]:
    """Every process of this machine by who started it."""
    found: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (fields := _fields(int(entry.name))):
            found.setdefault(int(fields[1]), []).append(int(entry.name))
    return found


def family(pid: int, started: Mapping[int, Sequence[int]]) -> list[int]:
    """A process and all that it started, and they: a database has one a connection."""
    found = [pid]
    for one in found:
        found += started.get(one, ())
    return found


def process_of(folder: Path) -> int:
    """The process started here whose command names the folder. Raises LookupError."""
    for pid in family(os.getpid(), parents())[1:]:
        if str(folder) in _read(Path(f"/proc/{pid}/cmdline")):
            return pid
    raise LookupError(f"no process serves {folder}")


def ticks(pids: Sequence[int]) -> int:
    """Processor time of the processes, and of their children that ended; of those that are gone none."""
    total = 0
    for pid in pids:
        total += sum(map(int, _fields(pid)[11:15]))
    return total


def megabytes(pid: int) -> float:
    """Its share of memory: what it has by itself, and of shared pages its part; resident where that is not told."""
    for name, row in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        lines = _read(Path(f"/proc/{pid}/{name}")).splitlines()
        if found := next((line.split()[1] for line in lines if line.startswith(row)), None):
            return int(found) / 1024
    return 0.0


def _fields(pid: int) -> list[str]:
    """Of /proc/PID/stat, from its state on: [1] who started it, [11:15] its ticks and those of its children."""
    return _read(Path(f"/proc/{pid}/stat")).rpartition(") ")[2].split()


def _read(path: Path) -> str:
    """What stands there; nothing of a process that has ended, or is another user's."""
    try:
        return path.read_text("ascii", "replace")
    except OSError:
        return ""


def growth(samples: Sequence[Sample], name: str) -> float:
    """The last third's mean memory beside the second third's; 1.0 with too few samples."""
    third = len(samples) // 3
    if third == 0:
        return 1.0
    middle = [one.megabytes[name] for one in samples[third : 2 * third]]
    last = [one.megabytes[name] for one in samples[2 * third :]]
    return (sum(last) / len(last)) / max(sum(middle) / len(middle), 0.001)


def limit(samples: Sequence[Sample]) -> tuple[str, float]:
    """The service or server that had most of the processor, and its share of one core on average."""
    names = samples[-1].busy
    mean = {name: sum(one.busy[name] for one in samples) / len(samples) for name in names}
    name = max(mean, key=lambda each: mean[each])
    return name, mean[name]
