"""Where databases and brokers of the tests lie: in memory, if there is room, since each test makes and syncs much.

What they do is the same, fsync included; it does not wait for a disk that other tests use. TEST_ON_DISK=1 puts them
where all temporary files are.
"""

import os
from pathlib import Path

MEMORY = Path("/dev/shm")  # Linux's file system in memory, looked at before it is used
ROOM = 4_000_000_000
"""Bytes that must be free there: three test processes with two servers of some hundred megabytes each."""


def quick_folder() -> str | None:
    """The folder for `tempfile`; None: its usual one."""
    if os.environ.get("TEST_ON_DISK", "").strip("0 ") or not _in_memory():
        return None
    usage = os.statvfs(MEMORY)
    return str(MEMORY) if usage.f_bavail * usage.f_frsize >= ROOM and os.access(MEMORY, os.W_OK) else None


def _in_memory() -> bool:
    try:
        mounts = Path("/proc/mounts").read_text("utf-8").splitlines()
    except OSError:
        return False
    return any(line.split()[1:3] == [str(MEMORY), "tmpfs"] for line in mounts)
