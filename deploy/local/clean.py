"""Delete what running and checking wrote; what was fetched stays. `make clean` runs it. Standard library only."""

import fcntl
import shutil
from pathlib import Path

from deploy.local.paths import CACHE, LUMING, ROOT

TOOLS = (".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache")


def held(lock: Path) -> bool:
    """Whether a broker or database that runs holds the lock of its folder."""
    with lock.open("a") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def main() -> None:
    """Delete the folders, saying which."""
    for lock in LUMING.glob("**/lock"):
        if held(lock):
            raise SystemExit(f"{lock.parent} is in use\n  mend: stop the running demo, `make run` or test first")
    written = [path for path in LUMING.glob("*") if path != CACHE]
    for path in [*written, *(ROOT / name for name in TOOLS)]:
        if path.is_dir():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()
        else:
            continue
        print(f"deleted {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
