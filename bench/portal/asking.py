"""The portal as it is served, in a process of its own, and those who ask it over HTTP."""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.machine import cpu_seconds

START = 120.0
"""Seconds that the process has until it prints its link."""
_TICKS = float(os.sysconf("SC_CLK_TCK"))
PATIENCE = 60.0
"""Seconds until an answer is given up."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer."""

    milliseconds: float
    kilobytes: float
    """Over the wire, without the headers."""
    cpu: float = 0.0
    """Milliseconds of processor time, of portal and database together; measured where one asks alone."""


@dataclass(frozen=True)
class Served:
    """A portal that runs."""

    address: str
    cookies: httpx.Cookies
    pid: int
    postmaster: int

    def cpu(self) -> float:
        """Milliseconds of processor time so far: of the portal's threads, and of the database's processes, ended ones
        too. A thread that ends takes its time away, so this is for a page at a time."""
        return _ran(self.pid) + self._database()

    def cpu_of_many(self) -> float:
        """The same in steps of a clock tick, with what ended threads took: for many pages at once."""
        return cpu_seconds(self.pid) * 1_000 + self._database()

    def _database(self) -> float:
        backends = Path(f"/proc/{self.postmaster}/task/{self.postmaster}/children").read_text("utf-8").split()
        ended = Path(f"/proc/{self.postmaster}/stat").read_text("utf-8").rpartition(")")[2].split()[13:15]
        return sum(map(_ran, map(int, backends))) + sum(map(int, ended)) * 1_000 / _TICKS


def _ran(pid: int) -> float:
    """Milliseconds that the threads of a process ran (schedstat of proc(5), in nanoseconds)."""
    total = 0.0
    for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            total += int(task.read_text("utf-8").split()[0]) / 1e6
        except OSError:
            continue  # the thread has ended
    return total


@contextmanager
def served(url: str, postmaster: int) -> Iterator[Served]:
    """`python -m services.portal run` over the database at `url`, and one who is signed in."""
    environment = os.environ | {"DATABASE_URL": url, "PORTAL_PORT": "0", "HTTP_PORT": "0", "PORTAL_REQUESTS": "0"}
    command = [sys.executable, "-m", "services.portal", "run"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # noqa: S603  # our own
    try:
        link = _link(process)
        address = link.partition("/enter")[0]
        with httpx.Client(timeout=PATIENCE) as client:
            client.get(link)
            yield Served(address, client.cookies, process.pid, postmaster)
    finally:
        process.terminate()
        process.wait(30)


def _link(process: "subprocess.Popen[str]") -> str:
    until = time.monotonic() + START
    for line in process.stdout or ():
        for word in line.split():
            if "/enter?token=" in word:
                return word
        if time.monotonic() > until:
            break
    raise RuntimeError("the portal did not start: it printed no link")


def alone(portal: Served, asked: Sequence[str], rounds: int) -> tuple[Page, list[Page]]:
    """The first page after the start, then one reader asks everything, one after the other, without pause."""
    pages = []
    with httpx.Client(base_url=portal.address, cookies=portal.cookies, timeout=PATIENCE) as client:
        for text in [asked[0], *(text for _ in range(rounds) for text in asked)]:
            before, began = portal.cpu(), time.perf_counter()
            answer = client.get("/", params={"q": text}).raise_for_status()
            took = (time.perf_counter() - began) * 1_000
            pages.append(Page(took, answer.num_bytes_downloaded / 1_024, portal.cpu() - before))
    return pages[0], pages[1:]


def together(
    portal: Served, asked: Sequence[str], users: int, think: float, seconds: float
) -> tuple[list[Page], float]:
    """Users who each ask, read for a while (exponentially spread around `think`), ask again; and the processor time of
    one page on average."""
    before = portal.cpu_of_many()
    pages = asyncio.run(_together(portal, asked, users, think, seconds))
    return pages, (portal.cpu_of_many() - before) / max(1, len(pages))


async def _together(portal: Served, asked: Sequence[str], users: int, think: float, seconds: float) -> list[Page]:
    pages: list[Page] = []
    every = httpx.Limits(max_connections=users, max_keepalive_connections=users)

    async def user(client: httpx.AsyncClient, number: int, until: float) -> None:
        chance = random.Random(number)  # noqa: S311  # no secret
        await asyncio.sleep(chance.random() * think)
        while time.monotonic() < until:
            began = time.perf_counter()
            answer = (await client.get("/", params={"q": chance.choice(asked)})).raise_for_status()
            took = (time.perf_counter() - began) * 1_000
            pages.append(Page(took, answer.num_bytes_downloaded / 1_024))
            await asyncio.sleep(chance.expovariate(1 / think))

    # One client for all: to make one takes tens of milliseconds, in which no answer of another user is taken.
    made = httpx.AsyncClient(base_url=portal.address, cookies=portal.cookies, timeout=PATIENCE, limits=every)
    async with made as client:
        until = time.monotonic() + seconds
        await asyncio.gather(*(user(client, number, until) for number in range(users)))
    return pages
