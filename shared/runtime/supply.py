"""`python -m shared.runtime.supply [FOLDER…]`: whether what Python runs at its start is what was installed by the lock.

A `.pth` file in site-packages is run by every Python that starts there, before any program's first line, and so are
sitecustomize and usercustomize. An evil package needs no more (BerriAI/litellm#24518). Each such file must stand, with
its hash, in the RECORD of an installed package (packaging.python.org, "Recording installed projects"); `--whole` looks
at every file of every package so. Exit codes: 0 nothing strange, 1 something is.
"""

import csv
import hashlib
import site
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from pathlib import Path

STARTS = ("*.pth", "sitecustomize.py", "usercustomize.py", "sitecustomize/__init__.py", "usercustomize/__init__.py")
"""What Python runs at its start (docs.python.org, module site)."""
KNOWN = frozenset({"_virtualenv.pth"})
"""Written by tools that make environments, and by no package."""


def recorded(folder: Path) -> dict[Path, str]:
    """The files of all packages installed in `folder`, with the hash that their RECORD gives, empty where none."""
    found = {}
    for record in folder.glob("*.dist-info/RECORD"):
        with record.open(encoding="utf-8", newline="") as opened:
            for row in csv.reader(opened):
                if row:
                    found[folder / row[0]] = row[1] if len(row) > 1 else ""
    return found


def hash_of(path: Path) -> str:
    """As RECORD writes it: sha256 in base64 without padding."""
    with path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").digest()
    return f"sha256={urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def strange(folder: Path, whole: bool = False) -> Iterator[str]:
    """What in `folder` is not as it was installed, in words; `whole` looks at every file of every package too."""
    known = recorded(folder)
    starting = {path for pattern in STARTS for path in folder.glob(pattern) if path.name not in KNOWN}
    for path in sorted(starting):
        if path not in known:
            yield f"{path} is run by every Python that starts here, and belongs to no installed package"
        elif known[path] != hash_of(path):
            yield f"{path} is run by every Python that starts here, and is not as it was installed"
    if whole:
        for path, wanted in sorted(known.items()):
            if path in starting or not wanted.startswith("sha256="):
                continue
            if not path.is_file():
                yield f"{path} is missing"
            elif hash_of(path) != wanted:
                yield f"{path} is not as it was installed"


def main(arguments: Sequence[str]) -> int:
    """Print what is strange in these folders, or in those of packages that this Python uses; the exit code."""
    own = [*site.getsitepackages(), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])]
    folders = [one for one in arguments if one != "--whole"] or own
    found = [
        line
        for folder in dict.fromkeys(folders)
        if Path(folder).is_dir()
        for line in strange(Path(folder), "--whole" in arguments)
    ]
    for line in found:
        sys.stderr.write(f"{line}\n")
    if found:
        sys.stderr.write(
            "  mend: delete .venv and run `make setup`; find out how it came there before secrets are used\n"
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
