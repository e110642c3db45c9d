"""`python -m deploy.grafana` writes the dashboards' JSON; `--check` only says whether it is current (exit code 1)."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer
from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from deploy.grafana.developers import developers
from deploy.grafana.operations import operations

FOLDER = Path(__file__).parent
BOARDS: Mapping[str, Callable[[], Dashboard]] = {"operations": operations, "developers": developers}
"""File name to dashboard."""


def rendered(name: str) -> str:
    """A dashboard as it is committed."""
    return json.dumps(BOARDS[name]().build(), cls=JSONEncoder, sort_keys=True, indent=2) + "\n"


def outdated() -> list[Path]:
    """The files that are not what the code makes."""
    files = {FOLDER / f"{name}.json": rendered(name) for name in BOARDS}
    return [file for file, content in files.items() if not file.is_file() or file.read_text("utf-8") != content]


def main(check: Annotated[bool, typer.Option("--check", help="write nothing")] = False) -> None:
    """Write deploy/grafana/*.json."""
    old = outdated()
    for file in old:
        typer.echo(f"{file.name} {'is not current' if check else 'written'}")
        if not check:
            file.write_text(rendered(file.stem), "utf-8")
    raise SystemExit(1 if check and old else 0)


if __name__ == "__main__":
    typer.run(main)
