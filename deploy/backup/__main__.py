"""The commands of backup; docs/backup.md says when to use which."""

import os
import re
import shlex
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import psycopg
import typer

from deploy.backup.archive import archiving, as_line, make_folders, restoring
from deploy.backup.base import BackupFailed, check, copies, let_go, take
from deploy.backup.reach import check_log, check_reach, check_unbroken
from deploy.backup.restore import DEFERRED, check_until, forget, lay_out, usable, wait_until_restored
from deploy.backup.segments import Log, log_of, read_up_to
from deploy.local.database import Database
from deploy.local.environment import provided
from deploy.local.paths import DATABASE_DATA
from deploy.local.process import StartFailed
from deploy.local.programs import Programs, from_debian, from_wheel, unprivileged
from shared.errors import EXIT_CONFIG, ConfigError

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Backs up and restores the database.")

Folder = Annotated[Path, typer.Option(envvar="BACKUP_DIR", help="The folder of the backups.")]
TOLD = (BackupFailed, StartFailed, ConfigError, OSError, psycopg.Error)
"""What is told in words: a folder that cannot be read or a disk that is full is one's own to mend."""
PATIENCE = 1_800.0
"""Seconds for reading the log back: the promise."""
LOST = """  mend: bring the file from where the folder is copied to and restore again; where it is lost,
        `python -m deploy.backup restore --to-gap` restores up to it, UNTIL=time to a moment before it"""


@app.command()
def base(folder: Folder) -> None:
    """Copy the database of DATABASE_URL, or the local one, to the folder, checked; copies older than 14 days go.

    Exit codes: 0 copied, and the log since comes to the folder; 1 not, or the log does not come; 2 a wrong setting.
    """
    try:
        programs = _programs()
        make_folders(folder, *unprivileged())
        with provided(kafka=False) as environment:
            began = time.monotonic()
            url = environment["DATABASE_URL"]
            place = take(url, folder.resolve(), programs, datetime.now(UTC))
            size = sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
            typer.echo(f"{place}: {size / 1e6:,.0f} MB in {time.monotonic() - began:.1f} s, every file checked")
            for old in let_go(folder.resolve(), programs, datetime.now(UTC)):
                typer.echo(f"{old.name} is old and was deleted")
            check_reach(url, folder.resolve(), place)
        check_unbroken(folder.resolve())
        typer.echo("the log since comes to the folder")
    except TOLD as error:
        _fail(error)


@app.command()
def verify(folder: Folder) -> None:
    """Check every copy against its manifest, and the log since for gaps.

    Exit code 1 when a copy is damaged, the log has a gap or does not reach the folder, or no copy is there.
    """
    damaged, found = 0, copies(folder.resolve())
    if not found:
        _fail(BackupFailed(f"no copy in {folder}\n  mend: name the folder that `make backup` writes to"))
    for place in found:
        try:
            check(place)
            log = check_log(folder.resolve(), place)
            typer.echo(f"{place.name}: whole, with the log up to {log.newest}")
        except (BackupFailed, OSError) as error:
            damaged += 1
            typer.echo(f"{place.name}: {error}", err=True)
    raise typer.Exit(min(1, damaged))


@app.command()
def restore(
    folder: Folder,
    into: Annotated[Path, typer.Option(help="Data folder; what is in it is set aside.")] = DATABASE_DATA,
    until: Annotated[str, typer.Option(help="Stop there: 2026-11-23T05:20:00Z; else to the end of the log.")] = "",
    to_gap: Annotated[bool, typer.Option("--to-gap", help="Where the log has a gap, restore up to it.")] = False,
) -> None:
    """Make the local database anew from the folder; the one before is set aside, never written over.

    Exit codes: 0 restored, 1 not, or not up to the end of the log; the reason is printed.
    """
    try:
        began = time.monotonic()
        check_until(until)
        # What is there is not touched before something can take its place.
        log = _whole(folder.resolve(), until, to_gap)
        database = Database(into, DEFERRED)
        aside = _set_aside(into)
        with _way_back(aside, database.cluster):
            copy = lay_out(folder.resolve(), into.resolve(), database, until)
            url = database.start(PATIENCE)
            try:
                wait_until_restored(url, PATIENCE, database)
                forget(url)
            finally:
                database.stop()
        ended = read_up_to(database.cluster, log)
    except TOLD as error:
        _fail(error)
    typer.echo(f"restored from {copy.name} and the log since in {time.monotonic() - began:.1f} s")
    typer.echo(f"what was there before: {aside}" if aside else "nothing was there before")
    if not until and ended[8:] < log.newest[8:]:
        typer.echo(f"the log was read up to {ended} alone, though {log.newest} is there: what is later is not restored")
        if not to_gap:
            _fail(BackupFailed(f"the file after {ended} is damaged or absent\n{LOST}"))


@app.command()
def settings(
    folder: Folder,
    for_restore: Annotated[bool, typer.Option("--restore", help="Those for a restore.")] = False,
) -> None:
    """Print the lines that a PostgreSQL of one's own needs in its configuration."""
    for name, value in (restoring if for_restore else archiving)(folder.resolve()).items():
        typer.echo(as_line(name, value))


def _whole(folder: Path, until: str, to_gap: bool) -> Log:
    """The log that the newest usable copy is read on with. Raises BackupFailed when it has a gap.

    With `until` the server itself refuses a log that ends before it.
    """
    log = log_of(folder, usable(folder, until))
    if log.absent and not until and not to_gap:
        raise BackupFailed(f"nothing was done: {log.gap()}\n{LOST}")
    return log


@contextmanager
def _way_back(aside: Path | None, cluster: Path) -> Iterator[None]:
    """Whatever ends a restore: say where the cluster of before lies, and how it comes back."""
    try:
        yield
    except BaseException:
        if aside:
            old, new = shlex.quote(str(aside)), shlex.quote(str(cluster))
            sys.stderr.write(f"not restored; what was there before lies untouched in {old}\n")
            sys.stderr.write(f"  back to it: rm -rf {new} && mv {old} {new}\n")
        raise


def _set_aside(data_dir: Path) -> Path | None:
    cluster = data_dir / "cluster"
    if not cluster.exists():
        return None
    if (cluster / "postmaster.pid").exists():
        raise BackupFailed(f"{cluster} is in use\n  mend: stop what uses it; after a crash delete its postmaster.pid")
    aside = data_dir / f"cluster.{datetime.now(UTC):%Y%m%d-%H%M%S}"
    shutil.move(cluster, aside)
    return aside


def _programs() -> Programs:
    """PostgreSQL's programs: Debian's of the major version that POSTGRES_MAJOR names, else the wheel's.

    Raises ConfigError for what is no number, StartFailed for programs that are not here.
    """
    major = os.environ.get("POSTGRES_MAJOR")
    if not major:
        return from_wheel()
    if not re.fullmatch("[0-9]{1,3}", major):
        right = "the number of Debian's package, 15 for postgresql-15; unset it for the programs of the wheel"
        raise ConfigError("environment variable POSTGRES_MAJOR", None, f"is {major!r}, which is no number", right)
    return from_debian(int(major))


def _fail(error: Exception) -> None:
    """Say it and leave. Exit codes: 2 for a wrong setting, 1 for the rest."""
    mend = "\n  mend: look at the rights of that place and its disk's room" if isinstance(error, OSError) else ""
    sys.stderr.write(f"{error}{mend}\n")
    raise typer.Exit(EXIT_CONFIG if isinstance(error, ConfigError) else 1)


if __name__ == "__main__":
    app()
