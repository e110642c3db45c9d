"""The tools that check manifests and images, in an environment of their own: checkov pins what services choose freely.

    python -m deploy.tools

makes `.luming/cache/ops` from requirements/ops.txt, by hash, unless it is there; `make clean` keeps it.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from deploy.local.paths import CACHE, ROOT
from deploy.local.process import take_lock

FOLDER = (CACHE / "ops").resolve()
"""Where it stands, links followed: its programs name their Python by the whole path that it was made under."""
LOCK = ROOT / "requirements" / "ops.txt"
STAMP, PLACE = ".luming-stamp", ".luming-place"
"""Files in it: the lock that it was made from, and where (a virtual environment cannot be moved)."""


def tool(name: str) -> Path:
    """The program of that name, the environment made first where it is missing, old or moved.

    Raises OSError when it cannot be made: without a package index in reach, say.
    """
    wanted = {STAMP: hashlib.sha256(LOCK.read_bytes()).hexdigest(), PLACE: str(FOLDER)}
    CACHE.mkdir(parents=True, exist_ok=True)
    lock = take_lock(CACHE / "ops.lock", timeout=600)  # several tests may want them at once
    if lock is None:
        raise OSError(f"another process holds {CACHE}/ops.lock")
    try:
        if {file: _said(FOLDER / file) for file in wanted} != wanted:
            _make()
            for file, text in wanted.items():
                (FOLDER / file).write_text(text + "\n", "utf-8")
    finally:
        os.close(lock)
    return FOLDER / "bin" / name


def _said(file: Path) -> str:
    return file.read_text("utf-8").strip() if file.exists() else ""


def _make() -> None:
    environment = dict(os.environ)
    if "PIP_INDEX_URL" in environment:
        environment.setdefault("UV_DEFAULT_INDEX", environment["PIP_INDEX_URL"])
    uv = [sys.executable, "-m", "uv"]
    inside = ["--python", str(FOLDER / "bin" / "python")]
    for command in (
        [*uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(FOLDER)],
        [*uv, "pip", "install", "--quiet", *inside, "--require-hashes", "-r", str(LOCK)],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise OSError(f"{FOLDER} cannot be made: {done.stderr.strip()[-500:]}")


if __name__ == "__main__":
    print(tool("python").parent)
