"""The folder of a backup, and what a server must be told to fill it.

FOLDER/base/2026-11-23T05-20-00Z/   copies of the whole cluster, each checked against its manifest
FOLDER/wal/0000000100000000000000A4.gz   all that was committed since, a file as soon as it is full or LONGEST old
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile

from deploy.local.process import StartFailed
from deploy.local.programs import pass_through, unprivileged

LONGEST = 240
"""Seconds after which a file of the log is handed over though it is not full: what a lost disk can cost, with a minute
of the five that are promised left for the copy."""

OF_A_RESTORE = ("restore_command", "recovery_target_time", "recovery_target_action")
"""The settings that `restoring` gives. A server that is restored needs none of them."""


def base_folder(folder: Path) -> Path:
    """Where copies of the cluster lie."""
    return folder / "base"


def log_folder(folder: Path) -> Path:
    """Where the log since then lies."""
    return folder / "wal"


def make_folders(folder: Path, uid: int = -1, gid: int = -1) -> Path:
    """Make the folder with its two parts; the server's user, where it is another, writes the log.

    Raises StartFailed when nothing can be written there.
    """
    folder = folder.resolve()
    try:
        for part in (base_folder(folder), log_folder(folder)):
            part.mkdir(parents=True, exist_ok=True)
        for owned in (folder, log_folder(folder)):
            owned.chmod(0o700)
            if uid >= 0:
                os.chown(owned, uid, gid)
        if uid >= 0:
            pass_through(folder)
        with TemporaryFile(dir=base_folder(folder)):
            pass
    except OSError as error:
        mend = "set BACKUP_DIR to a folder that this user may write to"
        raise StartFailed(f"BACKUP_DIR={folder} cannot be used: {error.strerror or error}\n  mend: {mend}") from None
    return folder


def archiving(folder: Path, longest: int = LONGEST) -> Mapping[str, str]:
    """Settings of postgresql.conf by which a server hands its log to `folder`; `longest` in seconds.

    A file is there whole or not at all: it is packed beside its place, brought to disk, and renamed. One that is there
    already is the same file after a crash, or the server is told to try again and says so in its log.
    """
    place = f"{_quoted(log_folder(folder))}/%f.gz"
    part = f"{place}.part"
    packed = f"gzip -c -1 < %p > {part} && sync {part} && mv {part} {place}"
    command = f"if [ -e {place} ]; then gzip -dc {place} | cmp -s - %p; else {packed}; fi"
    return {"archive_mode": "on", "archive_command": command, "archive_timeout": f"{longest}s"}


def archived(environment: Mapping[str, str]) -> Mapping[str, str]:
    """The settings of a local server: its log goes to the folder that BACKUP_DIR names, where that is set."""
    folder = environment.get("BACKUP_DIR")
    return archiving(make_folders(Path(folder), *unprivileged())) if folder else {}


def restoring(folder: Path, until: str = "") -> Mapping[str, str]:
    """Settings by which a server takes the log back and then serves; `until` is a time with its timezone."""
    place = f"{_quoted(log_folder(folder))}/%f.gz"
    # A file that is not there is the end of the log; one that cannot be unpacked is an error, not the end (code > 125).
    command = f"[ -e {place} ] || exit 1; gzip -dc {place} > %p || exit 126"
    # In numbers: a server reads this setting before it knows what Z or CET means, and ends.
    moment = datetime.fromisoformat(until).astimezone(UTC).isoformat(" ") if until else ""
    # Said even where it is empty: the copy may be of a server that was itself restored to a moment, and know that one.
    return {"restore_command": command, "recovery_target_time": moment, "recovery_target_action": "promote"}


def as_line(name: str, value: str) -> str:
    """A line of postgresql.conf, which reads a backslash in a string as a sign of its own."""
    quoted = value.replace("\\", "\\\\").replace("'", "''")
    return f"{name} = '{quoted}'"


def _quoted(path: Path) -> str:
    """The path in a shell command inside a server's setting: `%` is the setting's own sign."""
    return "'" + str(path).replace("'", "'\\''").replace("%", "%%") + "'"
