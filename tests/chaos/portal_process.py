"""The portal as a process, what it and its database spend, and another reader who goes on searching meanwhile."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from deploy.local.database import Database
from deploy.local.portal import read_link
from deploy.local.ports import free_ports
from services.portal.domain.accounts import LOCAL
from services.portal.signing_in import make_accounts
from services.portal.web.gate import COOKIE
from shared.store.engine import make_engine
from tests.conftest import ROOT
from tests.integration.portal_web_rig import filled

TICKS = os.sysconf("SC_CLK_TCK")
STARTS_WITHIN = 90.0
"""Seconds; three on a quiet machine."""
PAUSE = 0.3
"""Seconds between two searches of the other reader."""


def _times(stat: str) -> list[int]:
    """utime, stime, cutime and cstime of a line of /proc/PID/stat (proc(5))."""
    return [int(number) for number in stat.rsplit(")", 1)[1].split()[11:15]]


def cpu_of(pid: int) -> float:
    """Seconds of processor that a process and all its children, ended ones too, have used."""
    spent = sum(_times(Path(f"/proc/{pid}/stat").read_text("utf-8")))
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split():
        try:
            spent += sum(_times(Path(f"/proc/{child}/stat").read_text("utf-8")))
        except (FileNotFoundError, ProcessLookupError):  # it ended, and counts to its parent's from now on
            continue
    return spent / TICKS


@dataclass
class Other(threading.Thread):
    """A reader who searches again and again, in a session of their own."""

    address: str
    cookie: str
    searches: list[float] = field(default_factory=list)
    """Seconds that each took."""
    wrong: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__init__(name="another reader", daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Until `ended`."""
        with httpx.Client(base_url=self.address, cookies={COOKIE: self.cookie}, timeout=60, trust_env=False) as web:
            while not self.ended.wait(PAUSE):
                began = time.monotonic()
                try:
                    answer = web.get("/", params={"q": "医鹿"})
                except httpx.HTTPError as error:
                    self.wrong.append(repr(error))
                    continue
                self.searches.append(time.monotonic() - began)
                if answer.status_code != 200 or "result" not in answer.text:
                    self.wrong.append(f"{answer.status_code} {answer.text[:200]}")


@dataclass(frozen=True)
class Running:
    """The process, and who asks it."""

    port: int
    pid: int
    database: int
    """Id of the database's first process."""
    cookie: str
    other: Other

    @property
    def address(self) -> str:
        """Of the pages."""
        return f"http://127.0.0.1:{self.port}"

    def spent(self) -> float:
        """Seconds of processor so far, the database's included."""
        return cpu_of(self.pid) + cpu_of(self.database)

    def client(self, signed_in: bool = True) -> httpx.Client:
        """Asks over a real connection."""
        cookies = {COOKIE: self.cookie} if signed_in else {}
        return httpx.Client(base_url=self.address, cookies=cookies, timeout=60, trust_env=False)

    def connect(self) -> socket.socket:
        """A connection on which anything may be said."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)


@contextmanager
def running(database: Database, name: str, folder: Path) -> Iterator[Running]:
    """The portal over a database of that name, with some articles and two sessions."""
    url = database.create(name, template="template")
    engine = make_engine(url)
    filled(engine)
    [port] = free_ports(1)
    told = {"DATABASE_URL": url, "PORTAL_PORT": str(port), "PORTAL_LINK_FILE": str(folder / "portal.link")}
    told |= {
        "PORTAL_REQUESTS": "0",
        "LOG_LEVEL": "WARNING",
        "PYTHONPATH": str(ROOT),
        "CONFIG_DIR": str(ROOT / "config"),
    }
    with (folder / "portal.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.portal", "run"], cwd=ROOT, env=os.environ | told, stdout=log, stderr=log
        )
    try:
        _wait(process, folder)
        accounts = make_accounts(engine)
        user = accounts.local("test")
        assert user is not None
        assert user.id == LOCAL
        first, second = (accounts.enter(user, "link", "tests") for _ in range(2))
        other = Other(f"http://127.0.0.1:{port}", second)
        other.start()
        yield Running(port, process.pid, database.pid, first, other)
        other.ended.set()
        other.join(60)
        assert process.poll() is None, "it runs to the end"
    finally:
        process.terminate()
        process.wait(30)
        engine.dispose()
        database.drop(name)


def _wait(process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while not read_link(folder):
        assert process.poll() is None, (folder / "portal.log").read_text("utf-8")
        assert time.monotonic() < deadline, "the portal did not start"
        time.sleep(0.1)
