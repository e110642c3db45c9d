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
    """Resident memory by service."""
    busy: Mapping[str, float]
    """Processor seconds a second since the look before, by service."""


class Watch:
    """Takes samples."""

    def __init__(self, engine: Engine, pids: Mapping[str, Sequence[int]]) -> None:
        """`pids`: the processes of each service."""
        self._engine = engine
        self._pids = pids
        self._began = self._last = time.monotonic()
        self._ticks = {name: _ticks(found) for name, found in pids.items()}

    def look(self) -> Sample:
        """One sample."""
        with self._engine.connect() as connection:
            done = dict(connection.execute(_DONE).mappings().one())
        now = time.monotonic()
        ticks = {name: _ticks(found) for name, found in self._pids.items()}
        span = max(now - self._last, 0.001)
        busy = {name: (ticks[name] - self._ticks[name]) / _TICKS / span for name in ticks}
        memory = {name: sum(map(_megabytes, found)) for name, found in self._pids.items()}
        self._ticks, self._last = ticks, now
        return Sample(now - self._began, done, memory, busy)


def _ticks(pids: Sequence[int]) -> int:
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(") ")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total


def _megabytes(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines()
    kilobytes = next((line.split()[1] for line in lines if line.startswith("VmRSS:")), "0")
    return int(kilobytes) / 1024


def growth(samples: Sequence[Sample], name: str) -> float:
    """The last third's mean memory beside the second third's; 1.0 with too few samples."""
    third = len(samples) // 3
    if third == 0:
        return 1.0
    middle = [one.megabytes[name] for one in samples[third : 2 * third]]
    last = [one.megabytes[name] for one in samples[2 * third :]]
    return (sum(last) / len(last)) / max(sum(middle) / len(middle), 0.001)


def limit(samples: Sequence[Sample]) -> tuple[str, float]:
    """The service that had most of the processor, and its share of one core on average."""
    names = samples[-1].busy
    mean = {name: sum(one.busy[name] for one in samples) / len(samples) for name in names}
    name = max(mean, key=lambda each: mean[each])
    return name, mean[name]
