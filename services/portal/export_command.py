"""`python -m services.portal export`: any search into a file, with a bar that tells how far it is."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.portal import bootstrap
from services.portal.application.export import MOST, Wish
from services.portal.application.exporting import Form, Opened
from services.portal.command_errors import exit_on_problem, told, zone_named
from services.portal.domain.exported import Shape
from services.portal.domain.query import Problem
from shared.errors import ConfigError
from shared.runtime.logs import configure_logging


def export(
    query: Annotated[str, typer.Argument(help="as the search's; empty: everything")],
    out: Annotated[Path, typer.Option(help="the file; - for standard output")],
    form: Annotated[Form, typer.Option("--format", help="of the file")] = "csv",
    rows: Annotated[Shape, typer.Option(help="a row for each document, or for each event in one")] = "document",
    text: Annotated[bool, typer.Option("--text", help="with the articles' text, as far as their rights allow")] = False,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="documents, the newest")] = MOST,
    timezone: Annotated[str, typer.Option(envvar="TZ", help="of times, by its IANA name")] = "Asia/Shanghai",
    address: Annotated[
        str, typer.Option(envvar="PORTAL_ADDRESS", help="where readers find the portal, for links")
    ] = "http://127.0.0.1:8600",
    config_dir: Annotated[Path, typer.Option(envvar="CONFIG_DIR", help="folder of watchlist.yaml")] = Path("config"),
    database_url: Annotated[str, typer.Option(envvar="DATABASE_URL", help="where the index is")] = "",
) -> None:
    """Write what a search finds into a file: the newest first, at most 100,000 documents; noted in the audit log."""
    configure_logging("portal", "WARNING")
    with told(), bootstrap.opened_exporting(database_url, config_dir) as exporting:
        wish = Wish(query, rows, text, zone_named(timezone), address.rstrip("/"), limit)
        opened = exporting(wish, form, getpass.getuser(), datetime.now(UTC))
        if isinstance(opened, Problem):
            exit_on_problem(opened)
            return
        with _written(out) as file:
            _write(opened, file)
    typer.echo(f"{opened.documents} documents", err=True)
    if opened.capped:
        typer.echo(opened.capped, err=True)


def _write(opened: Opened, file: BinaryIO) -> None:
    """Piece by piece; the bar stands on standard error where that is a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("documents", total=opened.documents)
        for documents, piece in opened.pieces:
            file.write(piece)
            bar.advance(task, documents)


@contextmanager
def _written(out: Path) -> Iterator[BinaryIO]:
    """The file, which takes its name when it is whole. Raises ConfigError when it cannot be written."""
    if str(out) == "-":
        yield sys.stdout.buffer
        return
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(out)
    except OSError as error:
        wrong = f"{out} cannot be written: {error.strerror or error}"
        raise ConfigError("--out", None, wrong, "a file in a folder that is there") from error
    finally:
        part.unlink(missing_ok=True)
