"""What was being worked on when the process ended, in a file: one small write a message, and it outlives SIGKILL.

The kernel keeps what was written when a process dies, so nothing is flushed to the disk; a machine that loses its power
forgets one death. The folder has to stay over restarts of the process (an emptyDir of the pod does).
"""

import fcntl
import json
import os
from pathlib import Path

from shared.errors import ConfigError

MOST_WORKERS = 100
"""Workers that may share a folder: each locks a file of its own."""
MOST_KEPT = 100
"""Messages whose deaths are remembered, the latest."""
_WIDTH = 48
"""Bytes of the place under work: two numbers of at most 20 digits, padded."""
_NOTHING = b" " * _WIDTH


class FileDeaths:
    """The deaths that the first free file of a folder tells of."""

    def __init__(self, folder: Path) -> None:
        """Lock a file and read it. Raises ConfigError when none can be written."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = _first_free(folder)
        except OSError as error:
            mend = "a folder that the classifier may write, or unset it"
            raise ConfigError("environment variable ATTEMPTS_DIR", None, f"cannot be used: {error}", mend) from error
        self._deaths = self._read()
        self._write()

    def of(self, partition: int, offset: int) -> int:
        """How often the process ended while it worked on this message."""
        return self._deaths.get(f"{partition}/{offset}", 0)

    def begin(self, partition: int, offset: int) -> None:
        """This message is worked on from now."""
        os.pwrite(self._file, f"{partition}/{offset}".encode().ljust(_WIDTH), 0)

    def end(self) -> None:
        """The process has survived it."""
        os.pwrite(self._file, _NOTHING, 0)

    def close(self) -> None:
        """Give the file back."""
        os.close(self._file)

    def _read(self) -> dict[str, int]:
        """The deaths so far, with the one that ended the life before this one."""
        raw = os.pread(self._file, 1_000_000, 0)
        try:
            kept = json.loads(raw[_WIDTH:] or b"{}")
            deaths = {str(place): int(many) for place, many in kept.items()}
        except (ValueError, AttributeError, TypeError):
            deaths = {}  # a file that a lost power left half written tells nothing
        if at := raw[:_WIDTH].decode("ascii", "replace").strip():
            deaths[at] = deaths.pop(at, 0) + 1
        return dict(list(deaths.items())[-MOST_KEPT:])

    def _write(self) -> None:
        """In one call, so that a process that ends in the middle leaves the old or the new."""
        whole = _NOTHING + json.dumps(self._deaths).encode()
        os.pwrite(self._file, whole, 0)
        os.ftruncate(self._file, len(whole))


def _first_free(folder: Path) -> int:
    """An open, locked file; the lock goes with the process. Raises OSError."""
    for number in range(MOST_WORKERS):
        file = os.open(folder / f"attempts-{number}", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
        else:
            return file
    raise OSError(f"{MOST_WORKERS} workers hold the files of {folder}")
