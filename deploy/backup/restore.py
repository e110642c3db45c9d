"""Making a cluster anew from its newest copy and the log since."""

import os
import shutil
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql

from deploy.backup.archive import OF_A_RESTORE, as_line, restoring
from deploy.backup.base import NAMED, BackupFailed, check, copies
from deploy.local.database import Database
from deploy.local.programs import unprivileged

DEFERRED = {"archive_mode": "on", "archive_command": ""}
"""Settings of a server while it is restored: what it writes of the log, the history of its new timeline among it, waits
for the server that is started afterwards to hand it over; a restore for trial hands over nothing."""


def usable(folder: Path, until: str = "") -> Path:
    """The newest copy that is whole: one that fails its check is passed over for the one before.

    With `until`, of those that were begun before that time: no log leads back. Raises BackupFailed when there is none.
    """
    failed: list[str] = []
    for copy in reversed(copies(folder)):
        if until and copy.name > datetime.fromisoformat(until).astimezone(UTC).strftime(NAMED):
            failed.append(f"{copy.name}: later than {until}")
            continue
        try:
            check(copy)
        except BackupFailed as error:
            failed.append(f"{copy.name}: {error}")
            continue
        return copy
    said = "".join(f"\n  {line}" for line in failed)
    raise BackupFailed(f"no usable copy in {folder}{said}\n  mend: name the folder that `make backup` writes to")


def check_until(until: str) -> None:
    """Raises BackupFailed for what is no point in time with its timezone; empty is the end of the log."""
    try:
        if not until or datetime.fromisoformat(until).tzinfo is not None:
            return
    except ValueError:
        pass  # said below, with what would be right
    raise BackupFailed(f"{until!r} is no time with a timezone\n  mend: write it as 2026-11-23T05:20:00Z")


def lay_out(folder: Path, data_dir: Path, database: Database, until: str = "") -> Path:
    """Put the newest usable copy into the empty `data_dir`, set to read the log when it starts; gives that copy.

    `until`: a time with its timezone at which to stop, for what somebody deleted by mistake. Raises BackupFailed when
    there is no copy, or that is no time.
    """
    cluster = data_dir / "cluster"
    if cluster.exists():
        raise BackupFailed(f"{cluster} exists\n  mend: move it away; a restore never writes over a cluster")
    check_until(until)
    copy = usable(folder, until)
    _copy(copy, cluster, restoring(folder, until))
    return copy


def wait_until_restored(url: str, timeout: float, server: Database | None = None) -> None:
    """Wait until the log is read and the server takes writes.

    Raises BackupFailed after `timeout` seconds, and at once when `server`, where it is given, ended.
    """
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        try:
            with psycopg.connect(url, connect_timeout=5) as connection:
                if connection.execute("select pg_is_in_recovery()").fetchone() == (False,):
                    return
        except psycopg.OperationalError:
            if server is not None and not server.running():
                said = (server.data_dir / "database.log").read_text("utf-8", errors="replace").splitlines()
                raise BackupFailed("the server ended while it read the log:\n" + "\n".join(said[-8:])) from None
            time.sleep(0.2)  # it says that it is starting up
        time.sleep(0.05)
    raise BackupFailed(f"the log was not read within {timeout:.0f} s\n  mend: look at the server's log")


def forget(url: str) -> None:
    """Take the settings of the restore back: copies and standbys of this server would stop at its moment too.

    Raises BackupFailed when the server does not take it.
    """
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            for name in OF_A_RESTORE:
                connection.execute(sql.SQL("alter system reset {}").format(sql.Identifier(name)))
    except psycopg.Error as error:
        mend = f"delete {', '.join(OF_A_RESTORE)} from its postgresql.auto.conf"
        raise BackupFailed(f"restored, but it keeps the settings of the restore: {error}\n  mend: {mend}") from None


def _copy(copy: Path, cluster: Path, settings: Mapping[str, str]) -> None:
    shutil.copytree(copy, cluster)
    with (cluster / "postgresql.auto.conf").open("a", encoding="utf-8") as conf:
        for name, value in settings.items():
            conf.write(f"{as_line(name, value)}\n")
    (cluster / "recovery.signal").touch()
    uid, gid = unprivileged()
    cluster.chmod(0o700)
    if uid >= 0:
        for path in (cluster, *cluster.rglob("*")):
            os.chown(path, uid, gid, follow_symlinks=False)
