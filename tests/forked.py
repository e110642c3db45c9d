"""The services' processes of the tests, forked from one that has imported their program: most of a start is imports.

Each runs its `python -m services.…` from the first line and ends as Python ends (bench/alerting/nursery.py). The demos
and the tests that say so start them as the command line does.
"""

import itertools
import os
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from bench.alerting.nursery import Forked, Nursery

ROOT = Path(__file__).resolve().parents[1]
_numbers = itertools.count(1)


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="luming-forked-", ignore_cleanup_errors=True)


@cache
def _nursery(program: str) -> Nursery:
    """One for each program and test process, from its first use on; it ends with the test process."""
    folder = Path(_folder().name) / program
    folder.mkdir()
    return Nursery(folder, program)


def start(
    program: str,
    *words: str,
    environment: Mapping[str, str],
    log: Path | None = None,
    out: Path | None = None,
    folder: Path = ROOT,
) -> Forked:
    """`python -m PROGRAM WORDS` in `folder`; its stderr is added to `log`, its stdout to `out`."""
    return _nursery(program).start(environment, folder, log or Path(os.devnull), words, out)


def run(
    program: str, *words: str, environment: Mapping[str, str], folder: Path = ROOT, timeout: float | None = None
) -> subprocess.CompletedProcess[str]:
    """`python -m PROGRAM WORDS`, once it has ended: exit code, stdout, stderr; nothing on its standard input.

    Raises subprocess.TimeoutExpired, and kills it.
    """
    name = Path(_folder().name) / f"run-{next(_numbers)}"
    out, log = name.with_suffix(".out"), name.with_suffix(".err")
    process = start(program, *words, environment=environment, log=log, out=out, folder=folder)
    try:
        code = process.wait(timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return subprocess.CompletedProcess([program, *words], code, out.read_text("utf-8"), log.read_text("utf-8"))
