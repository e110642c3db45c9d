"""Deleting what is past its time: a batch at a time, so that services beside it never wait for long."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.maintenance.application.ports import Amount, Rows
from shared.errors import TransientError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

TRIES = 5
"""How often a batch that met somebody's lock is tried before its rule is left to the next run."""
PAUSE = 0.05
"""Seconds between two batches, for the others."""
WAIT = 1.0
"""Seconds before a batch is tried again."""


@dataclass(frozen=True)
class Pruned:
    """What a run did: rows by rule, and rules that are not done, with the reason."""

    rows: dict[str, int] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)


def preview(rows: Rows, cutoffs: Mapping[str, datetime]) -> Sequence[Amount]:
    """What would go. Raises TransientError while the database is away."""
    return rows.overdue(cutoffs)


def prune(
    rows: Rows,
    rules: Sequence[tuple[str, str]],
    cutoffs: Mapping[str, datetime],
    sleep: Callable[[float], None] = time.sleep,
) -> Pruned:
    """Delete what is past its time, by rules (name and period) in their order. Never raises: what failed is left."""
    done = Pruned()
    for name, period in rules:
        misses = 0
        while True:
            try:
                count = rows.delete(name, cutoffs[period])
            except TransientError as error:
                misses += 1
                if misses == TRIES:
                    done.left[name] = str(error)
                    log.warning("left to the next run", rule=name, error=str(error))
                    break
                sleep(WAIT)
                continue
            misses = 0
            if not count:
                break
            done.rows[name] = done.rows.get(name, 0) + count
            sleep(PAUSE)
    return done
