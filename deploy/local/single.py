"""One run at a time in one clone."""

import fcntl
import os
from pathlib import Path

from shared.errors import ConfigError


class Single:
    """Holds a lock on a folder's use; the kernel frees it when the process ends, however it ends."""

    def __init__(self, file: Path, command: str) -> None:
        """`command` is what a person typed. Raises ConfigError when another process holds the lock."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.seek(0)
            other = self._file.read().strip() or "another process"
            self._file.close()
            raise ConfigError(
                file, None, f"`{command}` runs here already ({other})", "stop that one, or use another clone"
            ) from error
        self._file.truncate(0)
        self._file.write(f"pid {os.getpid()}")
        self._file.flush()

    def release(self) -> None:
        """Let the next one in."""
        self._file.close()
