"""The crawler's commands."""

import os
from datetime import UTC, datetime
from pathlib import Path

import typer

from services.crawler import bootstrap, canary_site, checking, diagnosis, refilling
from services.crawler.settings import CrawlerSettings
from services.crawler.sources.config import load_sources
from services.crawler.sources.coverage import coverage
from services.crawler.sources.table import table
from shared.errors import ConfigError, LumingError
from shared.runtime.logs import configure_logging
from shared.runtime.secrets import secrets_of_this_process
from shared.runtime.settings import exit_on_config_error, load_settings
from shared.runtime.stop import stop_on_signals
from shared.watch import load_watchlist

app = typer.Typer(
    callback=secrets_of_this_process,
    add_completion=False,
    no_args_is_help=True,
    help="Watches sources and publishes new articles.",
)

EXIT_UNREACHED = 3
"""The database was not reached, so nothing is known."""


@app.command()
def run(
    since: datetime = typer.Option(  # noqa: B008  # typer's way to declare an option
        None, formats=["%Y-%m-%d"], help="Read sources that keep a history back to this day (UTC), once."
    ),
) -> None:
    """Crawl until asked to stop."""
    stop = stop_on_signals()
    try:
        settings = load_settings(CrawlerSettings)
        configure_logging("crawler", settings.log_level)
        bootstrap.run(settings, stop, since.replace(tzinfo=UTC) if since else None)
    except ConfigError as error:
        exit_on_config_error(error)


@app.command()
def sources(
    file: Path = typer.Option(  # noqa: B008  # typer's way to declare an option
        None, envvar="SOURCES_FILE", help="The file of sources; CONFIG_DIR/sources.yaml if not given."
    ),
    overlay: Path = typer.Option(  # noqa: B008  # typer's way to declare an option
        None, envvar="SOURCES_OVERLAY", help="A second file, which tunes the first."
    ),
    show_coverage: bool = typer.Option(
        False,
        "--coverage",
        help="A row for each company or authority of CONFIG_DIR/watchlist.yaml: its direct and indirect sources,"
        " whether it is covered, and what would open the blind spots.",
    ),
) -> None:
    """Show every source of the configuration and whether it is on; or, of each watched one, who tells of it."""
    folder = Path(os.environ.get("CONFIG_DIR", "config"))
    try:
        found = load_sources(file or folder / "sources.yaml", os.environ, datetime.now(UTC).date(), overlay)
        typer.echo(coverage(found, load_watchlist(folder / "watchlist.yaml")) if show_coverage else table(found))
    except ConfigError as error:
        exit_on_config_error(error)


@app.command()
def doctor(
    name: str = typer.Argument(None, help="One source, in full; all in a table if not given."),
    database: str = typer.Option(..., envvar="DATABASE_URL", help="Where the crawlers note how sources stand."),
    file: Path = typer.Option(  # noqa: B008  # typer's way to declare an option
        None, envvar="SOURCES_FILE", help="The file of sources; CONFIG_DIR/sources.yaml if not given."
    ),
    overlay: Path = typer.Option(  # noqa: B008  # typer's way to declare an option
        None, envvar="SOURCES_OVERLAY", help="A second file, which tunes the first."
    ),
) -> None:
    """Show how the sources stand, and mend a listing's selectors; exit code 1 when one that is on is broken."""
    path = file or Path(os.environ.get("CONFIG_DIR", "config")) / "sources.yaml"
    try:
        found = diagnosis.doctor(database, path, overlay, name)
    except ConfigError as error:
        exit_on_config_error(error)
    except LumingError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_UNREACHED) from error
    typer.echo(found.text)
    raise typer.Exit(int(found.broken))


@app.command()
def check(
    name: str = typer.Argument(..., help="The source."),
    keep: bool = typer.Option(False, "--keep", help="Keep the answers under .luming/check/NAME, for `make fixture`."),
    articles: int = typer.Option(3, min=0, max=20, help="Articles that are opened."),
) -> None:
    """Ask a live source once and show what was read of it; exit code 1 when it does not work."""
    try:
        settings = load_settings(checking.CheckSettings)
        configure_logging("crawler", "ERROR")
        found, works = checking.check(settings, name, articles, Path.cwd() if keep else None)
    except ConfigError as error:
        exit_on_config_error(error)
        return
    typer.echo(found)
    raise typer.Exit(int(not works))


@app.command()
def refill(
    database: str = typer.Option(..., envvar="DATABASE_URL", help="Where the documents are stored."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Count them only."),
) -> None:
    """Send documents again that no alerter took in: what to do when Kafka lost messages before they were read.

    A running crawler sends them; those that wait in Kafka still come twice, which changes nothing.
    """
    try:
        count = refilling.refill(database, dry_run)
    except ConfigError as error:
        exit_on_config_error(error)
    except LumingError as error:
        typer.echo(f"{error}\n  mend: {refilling.mend(error)}", err=True)
        raise typer.Exit(EXIT_UNREACHED) from error
    typer.echo(f"{count} documents {'would be' if dry_run else 'are to be'} sent again")


@app.command("canary-site")
def canary_site_command(
    host: str = typer.Option("127.0.0.1", envvar="CANARY_HOST", help="Where it listens."),
    port: int = typer.Option(8090, envvar="CANARY_PORT", min=0, max=65_535, help="0: a free one, which is printed."),
) -> None:
    """Serve the hourly article that tries the whole way; the source `canary` reads it where CANARY_BASE names it."""
    stop = stop_on_signals()
    try:
        site = canary_site.CanarySite(host, port)
    except OSError as error:
        typer.echo(f"{host}:{port} cannot be had: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"http://{host}:{site.port}")
    stop.wait()
    site.close()


if __name__ == "__main__":
    app()
