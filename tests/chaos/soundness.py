"""What PostgreSQL's own programs say of its files: page checksums, tables against their indexes.

While a server runs, pg_basebackup reads all its files, checks each page's checksum and throws the copy away; when it is
stopped, pg_checksums does. pg_amcheck needs the extension amcheck, which Debian's packages have and the wheel has not.
"""

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Engine

from deploy.local.database import Database
from deploy.local.process import StartFailed
from deploy.local.programs import Programs, from_debian, from_wheel, program_environment

AGAIN_AFTER = 45.0
"""Seconds in which a server's files are read once: it takes a busy disk some seconds, and comes after each fault."""
_read: dict[str, float] = {}


def programs_of(major: int) -> Programs | None:
    """Those of a server's own version; None where they are not here."""
    try:
        wheel = from_wheel()
        return wheel if wheel.major == major else from_debian(major)
    except StartFailed:
        return None


@dataclass(frozen=True)
class Server:
    """What a running server is, as far as its checks go."""

    version: str
    programs: Programs | None
    """Of its own version; None where they are not here."""
    checksums: bool
    amcheck: bool
    """Whether it has the extension."""

    @property
    def left_out(self) -> str:
        """Which check it cannot have, and why; empty where it has all."""
        if self.programs is None:
            return f"pg_basebackup and pg_amcheck of PostgreSQL {self.version} are not here"
        if not self.checksums:
            return f"PostgreSQL {self.version} runs without checksums"
        return "" if self.amcheck else f"pg_amcheck: PostgreSQL {self.version} has no extension amcheck here"


def server_of(engine: Engine) -> Server:
    """Ask it."""
    with engine.connect() as connection:
        version = str(connection.exec_driver_sql("show server_version").scalar_one())
        checksums = connection.exec_driver_sql("show data_checksums").scalar_one() == "on"
        known = connection.exec_driver_sql("select name from pg_available_extensions").scalars()
        return Server(
            version.split()[0], programs_of(int(version.partition(".")[0])), checksums, "amcheck" in set(known)
        )


def damages(engine: Engine, again_after: float = AGAIN_AFTER) -> tuple[str, ...]:
    """What is wrong with the files of a running server and with this database's tables and indexes."""
    server = server_of(engine)
    if server.programs is None:
        return ()
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    found = _pages(server.programs, url) if server.checksums and _due(url, again_after) else []
    return (*found, *(_indexes(server.programs, url) if server.amcheck else ()))


def stopped_damages(database: Database) -> tuple[str, ...]:
    """What pg_checksums says of a server that was shut down; of one that crashed it says nothing."""
    cluster = database.cluster
    if (cluster / "postmaster.pid").exists() or not (cluster / "PG_VERSION").exists():
        return ()
    found = _said(database.programs.folder / "pg_checksums", "--check", "-D", str(cluster))
    return tuple(one for one in found if "must be shut down" not in one and "not enabled" not in one)


def _due(url: str, again_after: float) -> bool:
    server = str(conninfo_to_dict(url).get("host", url))
    if time.monotonic() - _read.get(server, -again_after) < again_after:
        return False
    _read[server] = time.monotonic()
    return True


def _pages(programs: Programs, url: str) -> list[str]:
    told = ("-d", url, "--target", "blackhole", "-X", "none", "-c", "fast", "--no-password")
    return _said(programs.folder / "pg_basebackup", *told)


def _indexes(programs: Programs, url: str) -> list[str]:
    at = conninfo_to_dict(url)
    where = [*("-h", str(at["host"])), *("-U", str(at["user"])), *(("-p", str(at["port"])) if "port" in at else ())]
    return _said(programs.folder / "pg_amcheck", "--install-missing", "--heapallindexed", *where, str(at["dbname"]))


def _said(program: Path, *arguments: str) -> list[str]:
    """What a program complains of, by its exit code; nothing where all is well."""
    ended = subprocess.run(
        [program, *arguments], capture_output=True, text=True, check=False, timeout=300, cwd="/",
        env={**program_environment(), "PGPASSWORD": os.environ.get("PGPASSWORD", "")},
    )  # fmt: skip
    if not ended.returncode:
        return []
    lines = [line for line in (ended.stdout + ended.stderr).splitlines() if line.strip() and "NOTICE" not in line]
    return [f"{program.name}: {line.strip()}" for line in lines[:5]] or [
        f"{program.name}: exit code {ended.returncode}"
    ]
