"""A name server that refuses or says nothing, in a network of the test's own."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.strain import strain
from tests.conftest import ROOT

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(120)]

PROGRAM = """
import asyncio, pathlib, socket, sys, threading, time
from services.crawler.adapters.fetcher import HttpFetcher, Limits
from services.crawler.domain.source import Request
from shared.errors import TransientError
pathlib.Path("/etc/resolv.conf").read_text()
kind = sys.argv[1]
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
answers = threading.Event()
if kind != "reject":
    server.bind(("127.0.0.1", 53))

def serve():
    while True:
        asked, client = server.recvfrom(512)
        if answers.is_set():  # every name is 192.0.2.1 (A), and has no AAAA
            end = asked.index(b"\\0", 12) + 5
            a = asked[end - 4:end - 2] == b"\\0\\1"
            answer = b"\\xc0\\x0c\\0\\1\\0\\1\\0\\0\\0\\0\\0\\4\\xc0\\0\\2\\1" if a else b""
            head = asked[:2] + b"\\x81\\x80\\0\\1" + (b"\\0\\1" if a else b"\\0\\0") + b"\\0\\0\\0\\0"
            server.sendto(head + asked[12:end] + answer, client)

if kind != "reject":
    threading.Thread(target=serve, daemon=True).start()

async def main():
    limits = Limits(timeout=2.0)
    for step in ("away", "back"):
        async with HttpFetcher(limits, "tests@example.com", chance=lambda: 0.0) as fetcher:
            began = time.monotonic()
            try:
                await fetcher.fetch(Request("http://news.example.com/a"), 0.0)
            except Exception as error:
                print(step, type(error).__name__, isinstance(error, TransientError), error, sep="|")
            print(step, "took", time.monotonic() - began, sep="|", flush=True)
        answers.set()
        if kind == "reject":
            break
import os
asyncio.new_event_loop().run_until_complete(main())
os._exit(0)  # a thread may still wait for the name server
"""


@pytest.mark.fault(31, "reject, drop, swallow, cut: each link")
@pytest.mark.parametrize("kind", ["reject", "drop"])
def test_a_name_server_that_refuses_or_is_silent_is_one_typed_error_in_time(tmp_path: Path, kind: str) -> None:
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("unshare, which makes a network of the test's own, is not here")
    (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:30 attempts:1\n")
    (tmp_path / "program.py").write_text(PROGRAM)
    script = (
        f"mount --bind {tmp_path}/resolv.conf /etc/resolv.conf && ip link set lo up &&"
        f" exec {sys.executable} {tmp_path}/program.py {kind}"
    )
    command = [unshare, "-n", "-m", "sh", "-c", script]
    ended = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        timeout=90,
        check=False,
    )
    if re.search("not permitted|denied", ended.stderr):
        pytest.skip(f"no network namespace may be made here: {ended.stderr.strip()[:100]}")
    assert ended.returncode == 0, ended.stderr
    lines = [line.split("|") for line in ended.stdout.splitlines() if line.startswith(("away|", "back|"))]
    took = {line[0]: float(line[2]) for line in lines if line[1] == "took"}
    errors = {line[0]: line[1:] for line in lines if line[1] != "took"}
    assert errors["away"][:2] == ["Unreached", "True"], errors
    assert took["away"] < 8.0 * strain()
    if kind == "drop":
        assert "192.0.2.1" in errors["back"][2], "the name was not asked for again"
        assert errors["back"][0] == "ForbiddenAddress"
