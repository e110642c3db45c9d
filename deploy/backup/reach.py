"""Whether a server's log comes to the folder of its copies: without it a lost disk costs all since the last copy."""

import gzip
import time
from pathlib import Path
from typing import Any

import psycopg

from deploy.backup.archive import log_folder
from deploy.backup.base import BackupFailed, copies, first_file
from deploy.backup.segments import Log, log_of

PROMISE = 300
"""Seconds of commits that a lost disk may cost (docs/backup.md)."""
PATIENCE = 60.0
"""Seconds within which a file comes to the folder: the minute that archive.LONGEST leaves of the promise."""
HEADER = 40
"""Bytes at the beginning of a file of the log that tell its server, its timeline and its place (xlog_internal.h)."""
MEND = """
  mend: one machine: name the folder as BACKUP_DIR in .env, and start `make run` anew
        a PostgreSQL of one's own: put what `python -m deploy.backup settings` prints into its configuration and start
        it anew; its own log says why a file could not be handed over"""


def check_reach(url: str, folder: Path, copy: Path, patience: float = PATIENCE) -> None:
    """Wait until the first file of the log that `copy` needs is in the folder. Raises BackupFailed when it is not.

    A server goes on to the next file when a copy ends, so that one is full then, however little is written.
    """
    wanted = log_folder(folder) / f"{first_file(copy)}.gz"
    deadline = time.monotonic() + patience
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            _check_settings(connection)
            while not wanted.exists():
                if time.monotonic() > deadline:
                    raise _unreached(f"{wanted.name} did not come to {wanted.parent} in {patience:.0f} s", connection)
                time.sleep(0.1)
            with gzip.open(wanted) as packed, (copy / "pg_wal" / first_file(copy)).open("rb") as plain:
                if packed.read(HEADER) != plain.read(HEADER):
                    raise _unreached(f"{wanted} is of another server", connection)
    except (psycopg.Error, EOFError, gzip.BadGzipFile) as error:
        raise BackupFailed(f"whether the log reaches {folder} cannot be told: {error}") from error


def check_log(folder: Path, copy: Path) -> Log:
    """The log that `copy` is read on with. Raises BackupFailed when it has a gap, or none of it is in the folder."""
    log = log_of(folder, copy)
    if not log.handed_over:
        raise BackupFailed("whole, but none of the log since is in the folder")
    if log.absent:
        raise BackupFailed(f"whole, but {log.gap()}")
    return log


def check_unbroken(folder: Path) -> None:
    """Raises BackupFailed when the log between the last copy and the one before has a gap: a run without BACKUP_DIR."""
    known = copies(folder)
    if len(known) > 1 and (gap := log_of(folder, known[-2]).gap()):
        lost = "what was committed between the copy before and this one cannot be gone back to"
        raise BackupFailed(f"the copy is whole, but {lost}: {gap}{MEND}")


def _check_settings(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    asked = "select name, setting from pg_settings where name in ('archive_mode', 'archive_timeout')"
    told: dict[str, str] = dict(connection.execute(asked).fetchall())
    if told["archive_mode"] == "off":
        raise _unreached("archive_mode is off", connection)
    if not 0 < int(told["archive_timeout"]) <= PROMISE:
        raise _unreached(f"archive_timeout is {told['archive_timeout']} s, not 1 to {PROMISE}", connection)


def _unreached(why: str, connection: psycopg.Connection[tuple[Any, ...]]) -> BackupFailed:
    asked = "select last_archived_wal, last_failed_wal, failed_count from pg_stat_archiver"
    row = connection.execute(asked).fetchone()
    stood = ""
    if row and any(row):
        stood = f"\n  handed over last: {row[0] or 'none'}; failed last: {row[1] or 'none'}, {row[2]} times in all"
    return BackupFailed(
        f"the copy is whole, but the log since does not reach the folder: {why}.\n"
        f"  A lost disk costs all that is committed after the copy, not {PROMISE // 60} minutes.{stood}{MEND}"
    )
