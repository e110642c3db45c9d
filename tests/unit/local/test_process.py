"""A server program ends with its starter, holds its folder's lock for as long as it lives, and stops when asked."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.local.process import LOG_LIMIT, Launch, Program, take_lock

pytestmark = pytest.mark.unit

SLEEP = ["/bin/sleep", "600"]
STUBBORN = ["/bin/sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"]


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout[:1] in {"", "Z"}


def wait_until_gone(pid: int, timeout: float = 10) -> None:
    deadline = time.monotonic() + timeout
    while not gone(pid):
        assert time.monotonic() < deadline, f"process {pid} still lives"
        time.sleep(0.05)


def wait_for_text(log: Path, text: str) -> None:
    deadline = time.monotonic() + 10
    while not log.exists() or text not in log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_its_id_is_the_programs_own(tmp_path: Path) -> None:
    log = tmp_path / "log"
    program = Program(Launch(["/bin/sh", "-c", "echo $$; exec sleep 600"], log))
    wait_for_text(log, f"{program.pid}\n")
    assert program.exit_code() is None
    program.stop()
    assert gone(program.pid)


def test_the_exit_code_and_the_log_are_told(tmp_path: Path) -> None:
    program = Program(Launch(["/bin/sh", "-c", "echo broken; exit 7"], tmp_path / "log"))
    wait_until_gone(program.pid)
    assert program.exit_code() == 7
    assert program.tail() == "broken"
    program.stop()


def test_it_stops_when_asked(tmp_path: Path) -> None:
    program = Program(Launch(SLEEP, tmp_path / "log"))
    program.stop()
    assert program.exit_code() in {-signal.SIGTERM}


def test_who_does_not_listen_is_killed(tmp_path: Path) -> None:
    program = Program(Launch(STUBBORN, tmp_path / "log", grace=0.5))
    wait_for_text(tmp_path / "log", "ready")
    program.stop()
    assert program.exit_code() == -signal.SIGKILL


@pytest.mark.parametrize("command", [SLEEP, STUBBORN], ids=["listening", "stubborn"])
def test_it_ends_with_its_starter(tmp_path: Path, project_root: Path, command: list[str]) -> None:
    body = (
        "import sys, time; from pathlib import Path; from deploy.local.process import Launch, Program\n"
        "program = Program(Launch(sys.argv[2:], Path(sys.argv[1]), grace=1)); print(program.pid, flush=True)\n"
        "time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", body, str(tmp_path / "log"), *command],
        stdout=subprocess.PIPE,
        text=True,
        cwd=project_root,
    ) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        starter.kill()
    wait_until_gone(pid)


def test_a_thread_that_started_it_may_end(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        program = pool.submit(Program, Launch(SLEEP, tmp_path / "log")).result()
    time.sleep(0.3)
    assert program.exit_code() is None
    program.stop()


def test_the_folder_is_locked_for_as_long_as_the_program_lives(tmp_path: Path) -> None:
    lock = take_lock(tmp_path / "lock", timeout=0)
    assert lock is not None
    program = Program(Launch(SLEEP, tmp_path / "log"), lock)
    os.close(lock)
    assert take_lock(tmp_path / "lock", timeout=0.2) is None
    program.kill()
    again = take_lock(tmp_path / "lock", timeout=5)
    assert again is not None
    os.close(again)


def test_a_long_log_is_set_aside(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"x" * (LOG_LIMIT + 1))
    Program(Launch(["/bin/echo", "new"], log)).stop()
    assert (tmp_path / "log.1").stat().st_size > LOG_LIMIT
    assert log.stat().st_size < 100
