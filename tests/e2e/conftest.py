"""The demo as a process, in a state folder of the test's own."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.quick_folder import quick_folder

ROOT = Path(__file__).resolve().parents[2]
LOG_END = 3_000
"""Characters of each log that a failed test shows."""
LEFT_OUT = {"KAFKA_BOOTSTRAP_SERVERS", "DATABASE_URL", "CONFIG_DIR"}


@dataclass
class Run:
    """One `python -m deploy.local.…`; `state` is its folder for all files."""

    process: subprocess.Popen[str]
    state: Path

    @property
    def folder(self) -> Path:
        """Where the demo keeps its files."""
        return self.state / "demo"

    def wait_for(self, file: Path, seconds: float = 120) -> Path:
        """Wait until the demo has written the file."""
        deadline = time.monotonic() + seconds
        while not file.is_file():
            assert self.process.poll() is None, f"the demo ended:\n{self.output()}"
            assert time.monotonic() < deadline, f"no {file.name} within {seconds:.0f} s"
            time.sleep(0.1)
        return file

    def pids(self) -> dict[str, int]:
        """The processes that run now, by name."""
        return {file.stem: int(file.read_text("utf-8")) for file in (self.folder / "run").glob("*.pid")}

    def kill(self, name: str) -> int:
        """SIGKILL one of its processes, as a crash would; gives its pid."""
        pid = int(self.wait_for(self.folder / "run" / f"{name}.pid", 30).read_text("utf-8"))
        os.kill(pid, signal.SIGKILL)
        return pid

    def output(self, timeout: float = 240) -> str:
        """All it printed, once it has ended."""
        out, _ = self.process.communicate(timeout=timeout)
        return out


class Start:
    """Starts runs in one state folder."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.runs: list[Run] = []

    def __call__(self, module: str, *arguments: str | Path, **environment: str) -> Run:
        told = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
        process = subprocess.Popen(
            [sys.executable, "-m", f"deploy.local.{module}", *map(str, arguments)],
            cwd=ROOT,
            env={**told, "LUMING_STATE": str(self.state), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.runs.append(Run(process, self.state))
        return self.runs[-1]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start the demo or the live system; what still runs at the end is asked to stop.

    The ends of all logs are printed: pytest shows them where the test failed.
    """
    with tempfile.TemporaryDirectory(prefix="luming-test-", dir=quick_folder(), ignore_cleanup_errors=True) as folder:
        made = Start(Path(folder) / "state")
        yield made
        for run in made.runs:
            if run.process.poll() is None:
                run.process.terminate()
                sys.stdout.write(run.output(60)[-LOG_END:])
            elif run.process.stdout is not None:
                run.process.stdout.close()
        for log in sorted(made.state.glob("*/logs/*.log")):
            sys.stdout.write(f"\n{log.name}:\n{log.read_text('utf-8', 'replace')[-LOG_END:]}\n")


def read_json(file: Path) -> dict[str, Any]:
    """A JSON object from a file."""
    plain = json.loads(file.read_text("utf-8"))
    assert isinstance(plain, dict)
    return plain
