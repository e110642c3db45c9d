"""Which program this is: the version it was released as, and the revision it was built from."""

import platform
import tomllib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

UNKNOWN = "unknown"
_PROJECT = Path(__file__).parents[2] / "pyproject.toml"


@dataclass(frozen=True)
class Build:
    """The program, in the words of luming_build_info."""

    version: str
    revision: str
    python: str


def build_of(revision: str) -> Build:
    """The build that runs; `revision` is BUILD_REVISION, which the image is given when it is made."""
    return Build(_version(_PROJECT), revision or UNKNOWN, platform.python_version())


def _version(project: Path) -> str:
    """Of the installed package; where the services run from their folder, of its pyproject.toml."""
    try:
        return version("luming")
    except PackageNotFoundError:
        pass  # not installed: it runs from its folder
    try:
        return str(tomllib.loads(project.read_text("utf-8"))["project"]["version"])
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return UNKNOWN
