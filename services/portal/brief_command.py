"""The command that makes a brief, and writes it as Markdown, HTML or PDF."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from services.portal.application.brief import BriefRequest
from services.portal.application.printing import Printer
from services.portal.brief_parts import make_printer, opened_briefs
from services.portal.command_errors import exit_on_problem, told, zone_named
from services.portal.domain.brief import Brief
from services.portal.domain.query import Problem
from services.portal.web.brief_markdown import markdown
from services.portal.web.brief_shown import BriefPages
from services.portal.web.preferences import Preferences
from services.portal.web.words import Words
from shared.errors import ConfigError
from shared.runtime.logs import configure_logging

Format = Literal["markdown", "html", "pdf"]
STEPS = ("searching", "reading", "gathering points", "wording", "done")
"""What goes on at each step of making a brief."""


def brief(
    topic: Annotated[str, typer.Argument(help='a topic or a question: "医鹿APP", "What is Alipay Health doing?"')],
    since: Annotated[str, typer.Option(help="2y, 30d, 2025-06; all times where it is not given")] = "",
    language: Annotated[Literal["zh", "en"], typer.Option(help="of headings and of our own lines")] = "zh",
    format: Annotated[Format, typer.Option(help="what is written")] = "markdown",
    out: Annotated[Path | None, typer.Option(help="the file; standard output where it is not given")] = None,
    base: Annotated[str, typer.Option(help="the portal's address: citations become links to it")] = "",
    second_reader: Annotated[bool, typer.Option(help="let the second reader word the points, where one is set")] = True,
    timezone: Annotated[str, typer.Option(envvar="TZ", help="the reader's, by its IANA name")] = "Asia/Shanghai",
    config_dir: Annotated[Path, typer.Option(envvar="CONFIG_DIR", help="folder of watchlist.yaml")] = Path("config"),
    database_url: Annotated[str, typer.Option(envvar="DATABASE_URL", help="where the index is")] = "",
) -> None:
    """Make a brief of a topic or a question: grouped key points with citations, contradictions, a timeline."""
    configure_logging("portal", "WARNING")
    with told():
        chosen = Preferences(language, zone_named(timezone), timezone, "auto")
        _writable(out)
        printer = make_printer()
        if format == "pdf":
            printer.ready()
        request = BriefRequest(topic, since, language == "zh", chosen.zone, second_reader)
        with opened_briefs(database_url, config_dir, second_reader) as (make, entities), _bar() as step:
            made = make(request, datetime.now(UTC), step)
        if isinstance(made, Problem):
            exit_on_problem(made)
            return
        _write(_content(made, chosen, format, base.rstrip("/"), entities, printer), out)
    if not made.documents:
        typer.echo("nothing was found: try fewer or other words, or a longer --since", err=True)
    elif out is not None:
        typer.echo(f"{out}: {made.points} points of {len(made.documents)} documents", err=True)


def _content(
    made: Brief, chosen: Preferences, format: Format, base: str, entities: dict[str, Words], printer: Printer
) -> bytes:
    if format == "markdown":
        return markdown(made, chosen, base).encode()
    page = BriefPages(entities).page(made, chosen, base)
    return page.encode() if format == "html" else printer.pdf(page)


def _writable(out: Path | None) -> None:
    """Say it before the work and not after. Raises ConfigError."""
    if out is None:
        return
    try:
        with out.open("ab"):
            pass
    except OSError as error:
        wrong = f"{out} cannot be written: {error.strerror or error}"
        raise ConfigError("--out", None, wrong, "a file in a folder that is there and may be written to") from error


def _write(content: bytes, out: Path | None) -> None:
    """Raises ConfigError where the disk does not take it."""
    try:
        if out is None:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        else:
            out.write_bytes(content)
    except OSError as error:
        wrong = f"{out or 'standard output'} cannot be written: {error.strerror or error}"
        raise ConfigError("--out", None, wrong, "a disk with room on it") from error


@contextmanager
def _bar() -> Iterator["_Step"]:
    """Tells the steps on standard error, where somebody looks at a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield _Step(progress)


class _Step:
    """Moves the bar."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task(STEPS[0], total=len(STEPS) - 1)

    def __call__(self, done: int, of: int) -> None:
        """`done` steps of `of` are behind."""
        self._progress.update(self._task, completed=done, total=of, description=STEPS[min(done, len(STEPS) - 1)])
