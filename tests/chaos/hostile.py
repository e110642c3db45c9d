"""What tests of hostile pages, feeds and peers share: the real fetcher, bounds of time and memory, what strace saw."""

import asyncio
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.crawler.adapters.fetcher import HttpFetcher, Limits
from services.crawler.application.values import Answer
from services.crawler.domain.addresses import NOTHING, Opened
from services.crawler.domain.source import Request
from shared.errors import LumingError
from tests.chaos.strain import strain

LIMITS = Limits(timeout=8.0, max_bytes=1_000_000, max_redirects=5)
SHORT = Limits(timeout=0.6, max_bytes=1_000_000, max_redirects=5)
"""A short time for what never ends: what is tried is that it holds, not how long it is."""
SPARE_SECONDS = 4.0
"""Beyond the deadline."""


def fetched(
    address: str,
    *,
    page: bool = True,
    loopback: bool = True,
    opened: Opened = NOTHING,
    limits: Limits = LIMITS,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """The answer through the real fetcher. Raises LumingError."""

    async def run() -> Answer:
        async with HttpFetcher(limits, "tests@example.com", loopback, opened=opened, chance=lambda: 0.0) as fetcher:
            return await fetcher.fetch(Request(address, headers=tuple((headers or {}).items())), 0.0, page=page)

    return asyncio.run(run())


def refused(address: str, *, page: bool = True, loopback: bool = True, limits: Limits = LIMITS) -> LumingError:
    """The one typed error that the address ends with, in time. Fails when it is fetched or takes long."""
    began = time.monotonic()
    with pytest.raises(LumingError) as caught:
        fetched(address, page=page, loopback=loopback, limits=limits)
    took = time.monotonic() - began
    assert took < (2 * limits.timeout + SPARE_SECONDS) * strain(), f"{took:.1f} s for {caught.value}"
    assert str(caught.value)
    return caught.value


@contextmanager
def memory_grows_by(most: int) -> Iterator[None]:
    """Fails when this process's resident memory peaks more than `most` bytes above what it was (proc(5))."""
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    yield
    grown = _status("VmHWM") - before
    assert grown <= most, f"memory grew by {grown / 1e6:.0f} MB"


@contextmanager
def processor_seconds(most: float) -> Iterator[None]:
    """Fails when this thread computes longer than `most` seconds."""
    began = time.thread_time()
    yield
    took = time.thread_time() - began
    assert took <= most, f"{took:.1f} s of the processor"


def _status(name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found, name
    return int(found[1]) * 1024


def opened_files(folder: Path, program: str, *arguments: str, calls: str = "%file,%network") -> tuple[str, str]:
    """What a Python program printed, and the lines of its system calls on files and the network, children included.

    Skips where strace is not here, or may not trace.
    """
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace, which tells what a process opens, is not here")
    log = folder / "strace.log"
    command = [strace, "-f", "-s", "300", "-o", str(log), "-e", f"trace={calls}", sys.executable, "-c", program]
    ended = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=120, check=False)
    if "ptrace" in ended.stderr and ended.returncode:
        pytest.skip(f"strace may not trace here: {ended.stderr.strip()[:100]}")
    assert ended.returncode == 0, ended.stderr
    return ended.stdout, log.read_text("utf-8", "replace")


def lines_with(trace: str, words: Sequence[str]) -> list[str]:
    """The lines of a trace that name any of these."""
    return [line for line in trace.splitlines() if any(word in line for word in words)]
