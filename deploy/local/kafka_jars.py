"""The jars of Apache Kafka: which they are, and that they are those. Standard library only."""

import hashlib
from pathlib import Path

from deploy.local.paths import JAR_LIST

MEND = "delete {folder} and run `make setup`; if it fails again, the place they come from is not to be trusted"


class WrongJar(Exception):
    """A jar is missing, unknown or not the one that was listed: nothing is started."""


def read_list(path: Path = JAR_LIST) -> dict[str, str]:
    """SHA-256 by the name of each jar."""
    lines = (line.split() for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return {name: digest for digest, name in lines}


def digest_of(jar: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with jar.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def check_jars(folder: Path, listed: dict[str, str] | None = None) -> list[Path]:
    """The jars in `folder`, in the list's order. Raises WrongJar unless they are exactly those of the list.

    46 jars of 44 MB take 0.1 s, so it is done before every start, not only the first.
    """
    expected = read_list() if listed is None else listed
    mend = MEND.format(folder=folder)
    present = {path.name for path in folder.glob("*.jar")}
    if missing := sorted(expected.keys() - present):
        raise WrongJar(f"{len(missing)} of Kafka's jars missing in {folder}, first {missing[0]}\n  mend: {mend}")
    if unknown := sorted(present - expected.keys()):
        raise WrongJar(f"{folder / unknown[0]} is not in {JAR_LIST.name}\n  mend: {mend}")
    for name, digest in expected.items():
        found = digest_of(folder / name)
        if found != digest:
            raise WrongJar(f"{folder / name} has SHA-256 {found}, expected {digest}: refused\n  mend: {mend}")
    return [folder / name for name in expected]
