"""The commands of the portal; what they do stands in bootstrap.py and application/."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from services.portal import account_commands, bootstrap
from services.portal.application.search import Request
from services.portal.brief_command import brief
from services.portal.command_errors import exit_on_problem, told, zone_named
from services.portal.domain.printed import printed
from services.portal.domain.query import Problem
from services.portal.export_command import export
from services.portal.mcp_command import mcp
from services.portal.settings import PortalSettings
from shared.runtime.logs import configure_logging
from shared.runtime.secrets import secrets_of_this_process
from shared.runtime.settings import load_settings
from shared.runtime.stop import stop_on_signals

app = typer.Typer(
    callback=secrets_of_this_process,
    add_completion=False,
    pretty_exceptions_enable=False,  # a crash is read by machines too: one plain traceback, no frames around it
    help="Search over all that was found.",
)


app.add_typer(account_commands.user, name="user")
app.add_typer(account_commands.key, name="key")
app.command()(brief)
app.command()(export)
app.command()(mcp)


@app.command()
def run() -> None:
    """Serve the pages on PORTAL_HOST:PORTAL_PORT until asked to stop; prints the one-time link that signs in."""
    with told():
        settings = load_settings(PortalSettings)
        configure_logging("portal", settings.log_level)
        bootstrap.run_web(settings, stop_on_signals())


@app.command()
def index(
    once: Annotated[bool, typer.Option("--once", help="bring it up to date and end")] = False,
) -> None:
    """Keep the search index in step with documents, classifications and threads until asked to stop."""
    with told():
        settings = load_settings(PortalSettings)
        configure_logging("portal", settings.log_level)
        if not once:
            bootstrap.run_index(settings, stop_on_signals())
            return
        done = bootstrap.index_once(settings)
        typer.echo(f"{done.indexed} documents indexed, {done.gone} taken out")


@app.command()
def search(
    query: Annotated[str, typer.Argument(help='words, "phrases", -minus, entity: label: status: source: after: kind:')],
    limit: Annotated[int, typer.Option(min=1, max=100, help="results of a page")] = 10,
    sort: Annotated[str, typer.Option(help="relevance | newest")] = "relevance",
    cursor: Annotated[str | None, typer.Option(help="where the next page begins, as the one before says")] = None,
    timezone: Annotated[str, typer.Option(envvar="TZ", help="the reader's, by its IANA name")] = "Asia/Shanghai",
    config_dir: Annotated[Path, typer.Option(envvar="CONFIG_DIR", help="folder of watchlist.yaml")] = Path("config"),
    database_url: Annotated[str, typer.Option(envvar="DATABASE_URL", help="where the index is")] = "",
) -> None:
    """Print a page of results: title, outlet, time, and key points with the paragraphs that they cite."""
    configure_logging("portal", "WARNING")
    with told():
        zone = zone_named(timezone)
        request = Request(query, sort, limit, cursor, zone)  # type: ignore[arg-type]  # the search checks the order
        with bootstrap.opened_search(database_url, config_dir) as run:
            page = run(request, datetime.now(UTC))
    if isinstance(page, Problem):
        exit_on_problem(page)
        return
    for line in printed(page, zone, marked=sys.stdout.isatty()):
        typer.echo(line)


if __name__ == "__main__":
    app()
