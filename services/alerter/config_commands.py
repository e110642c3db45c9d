"""`python -m services.alerter config …`: the subscriptions' versions in the database, and their schema for editors."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from services.alerter import subscribing
from services.alerter.adapters.subscriptions_schema import schema_text
from services.alerter.adapters.table import history_table
from services.alerter.command_errors import told
from shared.errors import ConfigError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Import, export and describe the subscriptions.")

DatabaseUrl = Annotated[str, typer.Option(envvar="DATABASE_URL", help="where the versions are")]


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="the new subscriptions, as YAML")],
    database_url: DatabaseUrl,
    reason: Annotated[str, typer.Option(help="why, for the history")] = "",
    who: Annotated[str | None, typer.Option(help="in whose name; without it user and machine")] = None,
    config_dir: Annotated[Path, typer.Option(envvar="CONFIG_DIR", help="folder of watchlist.yaml")] = Path("config"),
) -> None:
    """Check a file and make it the version in force: running alerters take it over within 30 seconds."""
    with told():
        version, remarks = subscribing.import_file(database_url, file, config_dir, who or subscribing.me(), reason)
        for remark in remarks:
            typer.echo(f"{subscribing.NOTE}{remark}", err=True)
        typer.echo(f"version {version.version} is in force, by {version.who} at {version.at:%Y-%m-%d %H:%M:%S %Z}")


@app.command()
def export(
    database_url: DatabaseUrl,
    version: Annotated[int | None, typer.Option(help="its number; the newest if not given")] = None,
    out: Annotated[Path | None, typer.Option(help="file to write; the screen if not given")] = None,
    who: Annotated[str | None, typer.Option(help="for whom; without it user and machine")] = None,
) -> None:
    """Write a version back as YAML, letter by letter as it was imported, comments and all."""
    with told():
        found = subscribing.export(database_url, version, who or subscribing.me())
        if out is None:
            sys.stdout.write(found.content)
        else:
            _write(out, found.content)
            typer.echo(f"version {found.version} written to {out}")


@app.command()
def history(
    database_url: DatabaseUrl,
    most: Annotated[int, typer.Option(min=1, help="so many of the newest")] = 20,
) -> None:
    """List the versions: who made each, when and why."""
    with told():
        typer.echo(history_table(subscribing.history(database_url, most)))


@app.command()
def schema(
    out: Annotated[Path | None, typer.Option(help="file to write; the screen if not given")] = None,
) -> None:
    """Print the JSON schema of the subscriptions, which editors complete and check by."""
    with told():
        if out is None:
            sys.stdout.write(schema_text())
        else:
            _write(out, schema_text())


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text, "utf-8")
    except OSError as error:
        raise ConfigError(out, None, f"cannot be written: {error}", "a file in a folder that exists") from error
