"""A group of processes that may have so much memory and no more: the kernel kills what asks for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

ROOT = Path("/sys/fs/cgroup")
LIMITS = {ROOT / "memory": "memory.limit_in_bytes", ROOT: "memory.max"}
"""Where groups are made and how their limit is called, in the first version and in the second."""
SWAP = {ROOT / "memory": "memory.swappiness", ROOT: "memory.swap.max"}


def place() -> Path | None:
    """Where a group can be made here; None where that is not allowed."""
    for folder, limit in LIMITS.items():
        made = folder / f"luming-{uuid4().hex[:8]}"
        try:
            made.mkdir()
        except OSError:
            continue
        try:
            (made / limit).write_text("1000000000", "ascii")
        except OSError:
            continue
        else:
            return folder
        finally:
            made.rmdir()
    return None


@contextmanager
def memory_group(folder: Path, size: int) -> Iterator[Path]:
    """A group of `size` bytes below `folder`; gives the file by which a process joins it by writing its id."""
    made = folder / f"luming-{uuid4().hex[:8]}"
    made.mkdir()
    try:
        (made / LIMITS[folder]).write_text(str(size), "ascii")
        swap = made / SWAP[folder]
        if swap.exists():
            swap.write_text("0", "ascii")
        yield made / "cgroup.procs"
    finally:
        made.rmdir()
