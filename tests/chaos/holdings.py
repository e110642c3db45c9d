"""What processes and the database's sessions hold: sockets, memory, transactions. Linux alone: from /proc."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

OPEN_FOR = 5.0
"""Seconds after which a transaction of a service that has nothing to do counts as held: they last milliseconds."""
IN_USE = text(
    """
    select format('%s, %s for %s s: %s', backend_type, state, round(extract(epoch from now() - xact_start)),
                  left(regexp_replace(query, '\\s+', ' ', 'g'), 80))
    from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
      and now() - xact_start > make_interval(secs => :seconds)
    """
)


@dataclass(frozen=True)
class Holding:
    """One process: how it stood when it became ready, and how since."""

    name: str
    sockets_at_start: int
    sockets: int
    megabytes: tuple[float, ...]
    """Resident, each time that all queues were empty, the newest last."""


def open_sockets(pid: int) -> int:
    """How many sockets a process has open; 0 for one that ended."""
    count = 0
    try:
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            try:
                count += entry.readlink().name.startswith("socket:")
            except FileNotFoundError:
                continue  # closed since the folder was read
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return count


def resident(pid: int) -> float:
    """Megabytes of memory that a process has; 0 for one that ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)


def transactions(connection: Connection, seconds: float = OPEN_FOR) -> tuple[str, ...]:
    """Connections of the database's clients that are in use although nobody has anything to do."""
    return tuple(connection.execute(IN_USE, {"seconds": seconds}).scalars())
