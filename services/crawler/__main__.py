"""The crawler's commands."""

import os
from datetime import UTC, datetime
from pathlib import Path

import typer

from services.crawler import bootstrap, diagnosis
from services.crawler.settings import CrawlerSettings
from services.crawler.sources.config import load_sources
from services.crawler.sources.table import table
from shared.errors import ConfigError, LumingError
from shared.runtime.logs import configure_logging
from shared.runtime.settings import exit_on_config_error, load_settings
from shared.runtime.stop import stop_on_signals

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Watches sources and publishes new articles.")

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
) -> None:
    """Show every source of the configuration and whether it is on."""
    path = file or Path(os.environ.get("CONFIG_DIR", "config")) / "sources.yaml"
    try:
        typer.echo(table(load_sources(path, os.environ, datetime.now(UTC).date(), overlay)))
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


if __name__ == "__main__":
    app()
