"""`make crash SUMMARY=file.json`: the alerter killed with SIGKILL at random moments under load.

Exit code 1: a delivery was lost, or told twice without the wire being to blame; 2: SUMMARY cannot be
written.
"""

from pathlib import Path
from typing import Annotated

import typer

from bench.crash.lives import Broken
from bench.crash.run import run, tell
from deploy.local.writing import check_writable
from shared.errors import EXIT_CONFIG, ConfigError

KILLS, MANY = 200, 1_000
"""Kills of a run, and of a full one."""
SEED = 20_261_122


def main(
    summary: Annotated[Path | None, typer.Option(envvar="SUMMARY", help="file that takes the figures as JSON")] = None,
    kills: Annotated[int | None, typer.Option(min=1, help=f"{KILLS} unless it is said; {MANY} with --full")] = None,
    seed: Annotated[int, typer.Option(envvar="SEED", help="of stories, pauses and moments")] = SEED,
    full: Annotated[bool, typer.Option("--full", envvar="FULL", help="five times as many kills")] = False,
) -> None:
    """Kill, drain, compare with an undisturbed alerter; `lost` and `twice` must be 0."""
    try:
        check_writable(summary)
    except ConfigError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_CONFIG) from None
    try:
        result = run(kills or (MANY if full else KILLS), seed)
    except Broken as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if not tell(result, summary):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
