"""Fuzz one reader of strangers' bytes for some time: `make fuzz TARGET=extract FOR=60`.

Prints executions, coverage and the slowest input. A crash is kept under tests/fixtures/fuzz/ and ends with code 1.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from bench import report
from bench.fuzz.seeds import SEEDS
from deploy.local.paths import ROOT

STATUS = re.compile(r"#(\d+)\s+(\w+)\s+cov: (\d+) ft: (\d+) corp: (\d+)")
LONGEST = 20_000
"""Bytes of an input."""


def main(
    target: Annotated[str, typer.Argument(help="|".join(SEEDS))] = "all",
    seconds: Annotated[int, typer.Option(min=1, help="for each target")] = 60,
    seed: Annotated[int, typer.Option(help="of the dice; 0: another at each run")] = 0,
) -> None:
    """Look for bytes that break a promise; all targets one after the other, or one."""
    if target not in {*SEEDS, "all"}:
        raise typer.BadParameter(f"there is {', '.join(SEEDS)} and all")
    rows, failed = [], False
    for name in SEEDS if target == "all" else (target,):
        row, broke = fuzz(name, seconds, seed)
        rows.append(row)
        failed |= broke
    columns = ("", "executions", "coverage at first", "at the end", "inputs kept", "slowest s", "its bytes", "")
    report.show(f"Fuzzing, {seconds} s each", columns, rows, "Coverage: edges of the instrumented code that were met.")
    if failed:
        raise typer.Exit(1)


def fuzz(name: str, seconds: int, seed: int) -> tuple[list[object], bool]:
    """Fuzz one target; its line of the table, and whether something broke."""
    with tempfile.TemporaryDirectory(prefix="luming-fuzz-") as made, Progress(console=report.console()) as progress:
        folder = Path(made)
        corpus = folder / "corpus"
        corpus.mkdir()
        for number, data in enumerate(SEEDS[name]):
            (corpus / str(number)).write_bytes(data)
        options = [
            f"-max_total_time={seconds}",
            f"-max_len={LONGEST}",
            f"-seed={seed}",
            "-timeout=20",
            "-rss_limit_mb=3000",
        ]
        command = [
            sys.executable,
            "-m",
            "bench.fuzz.child",
            name,
            made,
            *options,
            f"-artifact_prefix={made}/",
            str(corpus),
        ]
        work = progress.add_task(name, total=None)
        first = last = (0, 0, 0)
        tail: list[str] = []
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own
            for line in process.stderr or ():
                tail = [*tail[-30:], line.rstrip()]
                if status := STATUS.search(line):
                    last = (int(status[1]), int(status[3]), int(status[5]))
                    first = last if status[2] == "INITED" else first
                    progress.update(work, description=f"{name}: {last[0]:,} executions, coverage {last[1]:,}")
        broke = process.returncode != 0
        if broke:
            print("\n".join(tail), file=sys.stderr)
        slowest = folder / "slowest.txt"
        took, size = slowest.read_text("utf-8").split() if slowest.exists() else ("", "")
    return [name, f"{last[0]:,}", first[1], last[1], last[2], took, size, "BROKEN" if broke else "held"], broke


if __name__ == "__main__":
    typer.run(main)
