"""Copying a whole cluster while it works, and letting old copies go."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from deploy.backup.archive import base_folder, log_folder
from deploy.backup.manifest import damages
from deploy.local.process import StartFailed
from deploy.local.programs import Programs, program_environment

NAMED = "%Y-%m-%dT%H-%M-%SZ"
KEEP_DAYS = 14
"""For how long backups are kept; docs/privacy.md names it."""
AT_LEAST = 2
"""Copies that stay however old they are."""


class BackupFailed(RuntimeError):
    """A backup could not be made or used; the message says why and what to do."""


def take(url: str, folder: Path, programs: Programs, now: datetime) -> Path:
    """Copy the cluster of `url` to the folder, check the copy, give its place. Raises BackupFailed.

    The copy holds the log that it needs (-X stream), so that it can be restored even without the folder's own.
    """
    place = base_folder(folder) / now.astimezone(UTC).strftime(NAMED)
    unfinished = place.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    told = ["-X", "stream", "-c", "fast", "--no-password", "--manifest-checksums=SHA256"]
    run(programs, ["pg_basebackup", "-d", url, "-D", str(unfinished), *told])
    check(unfinished)
    unfinished.rename(place)
    return place


def check(place: Path) -> None:
    """Compare every file with the manifest that was written with it. Raises BackupFailed."""
    if found := list(islice(damages(place), 3)):
        raise BackupFailed("; ".join(found))


def copies(folder: Path) -> list[Path]:
    """The finished copies, the oldest first."""
    return sorted(one for one in base_folder(folder).glob("*Z") if one.is_dir())


def let_go(folder: Path, programs: Programs, now: datetime, days: int = KEEP_DAYS) -> list[Path]:
    """Delete copies older than `days`, but for the newest AT_LEAST, and the log from before the oldest that stays."""
    limit = (now.astimezone(UTC) - timedelta(days=days)).strftime(NAMED)
    known = copies(folder)
    old = [one for one in known[:-AT_LEAST] if one.name < limit]
    for one in old:
        shutil.rmtree(one)
    if old and (first := first_file(copies(folder)[0])):
        run(programs, ["pg_archivecleanup", "-x", ".gz", str(log_folder(folder)), first])
    return old


def first_file(place: Path) -> str:
    """The first file of the log that a copy needs, as its label names it."""
    label = (place / "backup_label").read_text("utf-8")
    return label.partition("(file ")[2].partition(")")[0]


def run(programs: Programs, command: list[str]) -> None:
    """Run one of PostgreSQL's programs. Raises BackupFailed with what it said."""
    path = programs.folder / command[0]
    if not path.exists():
        raise StartFailed(f"{path} is absent")
    told = subprocess.run(
        [path, *command[1:]], capture_output=True, text=True, check=False, env=program_environment(), cwd="/"
    )
    if told.returncode:
        raise BackupFailed(f"{command[0]}: {told.stderr.strip() or told.stdout.strip()}")
