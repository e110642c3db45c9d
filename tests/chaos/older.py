"""The project as it was before a migration, from the repository's own history: its services run as they did then."""

import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

from deploy.local.paths import ROOT

VERSIONS = "shared/store/migrations/versions"
PARTS = ("services", "shared", "config")
"""What a service needs."""


def before(migration: str) -> str | None:
    """The commit before the one that added the migration (a file's name); None where the history does not reach it."""
    added = _git("log", "--diff-filter=A", "--format=%H", "--", f"{VERSIONS}/{migration}").split()
    return _git("rev-parse", "--verify", "--quiet", f"{added[-1]}^").strip() or None if added else None


def lay_out(commit: str, folder: Path) -> Path:
    """Services, shared and config of the commit, in `folder`. Raises RuntimeError."""
    packed = subprocess.run(["git", "archive", commit, *PARTS], cwd=ROOT, capture_output=True, check=False)
    if packed.returncode:
        raise RuntimeError(packed.stderr.decode("utf-8", "replace"))
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def _git(*arguments: str) -> str:
    """What git says; nothing where there is no git or no repository."""
    try:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return ""
