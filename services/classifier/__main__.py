"""The commands of the classifier; what they do stands in bootstrap.py and application/."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from services.classifier import bootstrap, correcting, rereading
from services.classifier.application.replay import Choice, moment
from services.classifier.settings import ClassifierSettings
from shared.errors import ConfigError, PermanentError, TransientError
from shared.runtime.logs import configure_logging
from shared.runtime.secrets import secrets_of_this_process
from shared.runtime.settings import exit_on_config_error, load_settings
from shared.runtime.stop import stop_on_signals

app = typer.Typer(
    callback=secrets_of_this_process,
    add_completion=False,
    pretty_exceptions_enable=False,  # a crash is read by machines too: one plain traceback, no frames around it
    help="Reads found documents and says what happened in them.",
)


@app.command()
def run() -> None:
    """Classify documents from Kafka until asked to stop."""
    try:
        settings = load_settings(ClassifierSettings)
        configure_logging("classifier", settings.log_level)
        code = bootstrap.run(settings, stop_on_signals())
    except ConfigError as error:
        exit_on_config_error(error)
    else:
        raise SystemExit(code)


@app.command()
def explain(
    file: Annotated[str, typer.Argument(help="an article as a JSON object (title, text, …), or - for standard input")],
    config_dir: Annotated[Path, typer.Option(envvar="CONFIG_DIR", help="folder of watchlist.yaml")] = Path("config"),
    model_dir: Annotated[Path | None, typer.Option(envvar="MODEL_DIR", help="folder of the trained weights")] = None,
    encoder: Annotated[bool, typer.Option(envvar="ENCODER", help="ask the encoder too")] = True,
) -> None:
    """Print what the classifier reads in one article, and why."""
    configure_logging("classifier", "WARNING")
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        typer.echo(bootstrap.explain(raw, config_dir, model_dir, encoder))
    except ConfigError as error:
        exit_on_config_error(error)
    except OSError as error:
        exit_on_config_error(ConfigError(file, None, f"cannot be read: {error}", "the path of a JSON file, or -"))


@app.command()
def replay(
    since: Annotated[str | None, typer.Option(help="only what failed then or later: 2026-11-22T08:00, in UTC")] = None,
    reason: Annotated[str, typer.Option(help="only where class of error or reason holds this text")] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="only so many, the oldest first")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show the table, send nothing")] = False,
) -> None:
    """Send the originals of dead letters and parked messages to the documents again, each once.

    Prints how many letters of each reason wait and how many were replayed, and then how many it sent. A message of a
    version that this program does not know yet stays parked: bring the workers up to date first. What fails again
    becomes a new letter. The broker is the one that KAFKA_BOOTSTRAP_SERVERS names.
    """
    configure_logging("classifier", "WARNING")
    try:
        settings = load_settings(ClassifierSettings)
        choice = Choice(moment(since) if since else None, reason, limit)
        for line in bootstrap.replay(settings.kafka, choice, dry_run):
            typer.echo(line)
    except ConfigError as error:
        exit_on_config_error(error)
    except (TransientError, PermanentError) as error:
        typer.echo(f"the broker cannot be asked: {error}; see KAFKA_BOOTSTRAP_SERVERS", err=True)
        raise SystemExit(1) from error


@app.command()
def correct(
    document: Annotated[str, typer.Argument(help="id of a stored document, or its beginning; or a JSON file")],
    by: Annotated[str, typer.Option(help="who corrects")],
    why: Annotated[str, typer.Option(help="what was wrong, in a sentence")],
    right: Annotated[list[str] | None, typer.Option("--is", help="an event it tells: partnership/announced")] = None,
    wrong: Annotated[list[str] | None, typer.Option("--is-not", help="a label that is no news in it")] = None,
    relevant: Annotated[bool | None, typer.Option("--relevant/--irrelevant", help="whether it concerns us")] = None,
    config_dir: Annotated[Path, typer.Option(envvar="CONFIG_DIR", help="folder of regressions.jsonl")] = Path("config"),
) -> None:
    """Record what is right about a misjudged document: `make evaluate` fails where the mistake comes back.

    A stored document is read from the database that DATABASE_URL names.
    """
    configure_logging("classifier", "WARNING")
    said = bootstrap.Said(tuple(right or ()), tuple(wrong or ()), relevant, by, why)
    try:
        for line in bootstrap.correct(document, said, config_dir, os.environ.get("DATABASE_URL", "")):
            typer.echo(line)
    except ConfigError as error:
        exit_on_config_error(error)
    except TransientError as error:
        typer.echo(f"the database cannot be asked: {error}", err=True)
        raise SystemExit(1) from error


@app.command()
def corrections(
    take: Annotated[list[int] | None, typer.Option(help="number of one that becomes a case; repeatable")] = None,
    every: Annotated[bool, typer.Option("--all", help="all that wait become cases")] = False,
    refuse: Annotated[list[int] | None, typer.Option(help="number of one that is turned down; repeatable")] = None,
    by: Annotated[str, typer.Option(help="who looked at them")] = "",
    why: Annotated[str, typer.Option(help="why they are turned down; the reader sees it")] = "",
    config_dir: Annotated[Path, typer.Option(envvar="CONFIG_DIR", help="folder of regressions.jsonl")] = Path("config"),
    database_url: Annotated[str, typer.Option(envvar="DATABASE_URL", help="where they are")] = "",
) -> None:
    """List what readers of the portal said is wrong, with how it is judged today; make cases of what is right.

    A case is a line of regressions.jsonl, as `correct` writes it; none becomes two.
    """
    configure_logging("classifier", "WARNING")
    decision = correcting.Decision(tuple(take or ()), every, tuple(refuse or ()), by, why)
    try:
        for line in correcting.corrections(decision, config_dir, database_url):
            typer.echo(line)
    except ConfigError as error:
        exit_on_config_error(error)
    except TransientError as error:
        typer.echo(f"the database cannot be asked: {error}", err=True)
        raise SystemExit(1) from error


@app.command()
def reclassify(
    out: Annotated[Path, typer.Option(help="file to write: a DocumentClassified as JSON on each line")],
    since: Annotated[str, typer.Option(help="documents fetched from when on: 30d, 12h, 2026-11-01")] = "30d",
    taxonomy: Annotated[Path | None, typer.Option(help="the taxonomy to try; CONFIG_DIR's if not given")] = None,
    config_dir: Annotated[Path, typer.Option(envvar="CONFIG_DIR", help="folder of watchlist.yaml")] = Path("config"),
    model_dir: Annotated[Path | None, typer.Option(envvar="MODEL_DIR", help="folder of the trained weights")] = None,
    encoder: Annotated[bool, typer.Option(envvar="ENCODER", help="ask the encoder too")] = True,
    database_url: Annotated[str, typer.Option(envvar="DATABASE_URL", help="where the documents are")] = "",
) -> None:
    """Classify stored documents again by a changed taxonomy, into a file. The database is only read."""
    configure_logging("classifier", "WARNING")
    try:
        wanted = rereading.Wanted(since, out, taxonomy, config_dir, model_dir, encoder)
        count = rereading.reclassify(wanted, database_url)
    except ConfigError as error:
        exit_on_config_error(error)
        return
    except (TransientError, PermanentError) as error:
        typer.echo(f"the database cannot be asked: {error}", err=True)
        raise SystemExit(1) from error
    typer.echo(f"{count.classified} documents written to {out}")
    for document, why in count.failed.items():
        typer.echo(f"document {document} cannot be classified: {why}", err=True)


if __name__ == "__main__":
    app()
