"""Whether the disk of broker and database still has room: what is fetched has to be stored, sent and told."""

import shutil
from pathlib import Path

from shared.runtime.logs import get_logger

log = get_logger(__name__)

SHARE = 0.1
"""Of the disk, that is kept for what was fetched already: its messages, decisions and deliveries."""
MOST = 1_000_000_000
"""Bytes; no more is kept of a large disk."""


class Room:
    """The free room of one disk; of none where the folder is not known, as on a database of somebody else."""

    def __init__(self, folder: Path | None) -> None:
        """`folder` of broker and database on this machine."""
        self._folder = folder

    def __call__(self) -> str:
        """What is missing, in plain words; empty when there is room, or nobody can tell."""
        if self._folder is None:
            return ""
        try:
            usage = shutil.disk_usage(self._folder)
        except OSError as error:
            log.warning("the disk of a folder cannot be looked at", folder=str(self._folder), error=str(error))
            return ""
        kept = min(MOST, int(usage.total * SHARE))
        if usage.free >= kept:
            return ""
        return f"{self._folder} has {usage.free} bytes left; below {kept} nothing is fetched"
