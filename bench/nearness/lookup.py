"""How long the look-up of look-alikes takes at several sizes of the store, sizes in turn in one run, warm."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from psycopg import RawCursor
from sqlalchemy import Connection, text

from bench.machine import cpu_seconds
from bench.nearness.load import hot_keys
from bench.nearness.signatures import Signatures, signatures
from services.crawler.adapters.store import SqlChanges, begin

REPRINTS = 0.3
"""Share of the look-ups that are for a reprint of a stored document; the others are for something new."""
KEPT = 0.6
"""Share of its keys that a reprint has in common with the original."""
WARM = 0.25
"""Share of the look-ups that are made before, untimed."""
ROUND = 20
"""Look-ups at one size before the next has its turn: all sizes meet the same noise of the machine, and the first of a
round what the processor has forgotten of it."""


@dataclass
class Measured:
    """Milliseconds of each look-up, and processor milliseconds of one on average (client, server)."""

    took: list[float] = field(default_factory=list)
    client: float = 0.0
    server: float = 0.0
    found: int = 0
    expected: int = 0

    def at(self, percentile: float) -> float:
        """Milliseconds within which so many of a hundred ended."""
        return float(np.percentile(self.took, percentile))


def queries(documents: int, count: int, seed: int = 7) -> list[tuple[int, list[int]]]:
    """The number of the document that is reprinted (0 for a new text), and the keys looked for."""
    made, fresh = np.random.default_rng(seed), signatures(10_000, seed=1)
    stored = Signatures(np.empty(0, np.int64), np.empty(0, np.int64), documents)
    firsts = sorted(int(made.integers(1, documents + 1)) for _ in range(int(count * REPRINTS)))
    asked: list[tuple[int, list[int]]] = []
    for first in firsts:
        keys = np.array(stored.of(first))
        changed = made.random(len(keys)) > KEPT
        other = made.integers(-(2**62), 2**62, size=len(keys)) & ~1 | keys & 1
        asked.append((first, np.where(changed, other, keys).tolist()))
    asked += [(0, fresh.of(int(made.integers(1, 10_001)), seed=1)) for _ in range(count - len(asked))]
    return [asked[int(place)] for place in made.permutation(len(asked))]


def measure(connections: Sequence[tuple[int, Connection]], count: int) -> tuple[dict[int, Measured], Measured]:
    """Look up `count` signatures at each size, `ROUND` at one size after the other in turn, and as often `select 1`.

    What `select 1` takes, asked of the first size in the same way, is the noise of the machine.
    """
    asked = {size: queries(size, count + int(count * WARM)) for size, _ in connections}
    found, noise = {size: Measured() for size, _ in connections}, Measured()
    pids = {size: _prepare(connection) for size, connection in connections}
    noise_at = connections[0][1]
    for size, connection in connections:
        for _, keys in asked[size][count:]:
            SqlChanges(connection).lookalikes(keys, "", "alert")
    before = {size: cpu_seconds(pid) for size, pid in pids.items()}
    for start in range(0, count, ROUND):
        numbers = range(start, min(start + ROUND, count))
        for size, connection in connections:
            for number in numbers:
                _one(connection, asked[size][number], found[size])
        for _ in numbers:
            _nothing(noise_at, noise)
    for size, measured in found.items():
        measured.server = (cpu_seconds(pids[size]) - before[size]) / count * 1000
        measured.client = measured.client / count * 1000
    return found, noise


def _prepare(connection: Connection) -> int:
    """Begin with the store's own settings, but for long waits between two look-ups; gives the server's process id."""
    begin(connection)
    connection.execute(text("set local idle_in_transaction_session_timeout = 0"))
    return int(connection.execute(text("select pg_backend_pid()")).scalar_one())


def _one(connection: Connection, query: tuple[int, list[int]], measured: Measured) -> None:
    original, keys = query
    busy, began = time.thread_time(), time.perf_counter()
    alike = SqlChanges(connection).lookalikes(keys, "", "alert")
    measured.took.append((time.perf_counter() - began) * 1000)
    measured.client += time.thread_time() - busy
    measured.expected += original > 0
    measured.found += any(stored.number == original for stored in alike) if original else 0


def measure_hot(connection: Connection, count: int) -> Measured:
    """Look up texts that hold the boilerplate of 20,000 documents besides keys of their own."""
    measured, fresh = Measured(), signatures(10_000, seed=2)
    for number in range(1, count + 1):
        _one(connection, (0, [*hot_keys(), *fresh.of(number, seed=2)]), measured)
    return measured


def _nothing(connection: Connection, measured: Measured) -> None:
    driver: Any = connection.connection.driver_connection
    began = time.perf_counter()
    with RawCursor(driver) as cursor:
        cursor.execute("select 1", prepare=True).fetchall()
    measured.took.append((time.perf_counter() - began) * 1000)
