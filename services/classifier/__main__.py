"""The commands of the classifier; what they do stands in bootstrap.py and application/."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from services.classifier import bootstrap
from services.classifier.settings import ClassifierSettings
from shared.errors import ConfigError
from shared.runtime.logs import configure_logging
from shared.runtime.settings import exit_on_config_error, load_settings
from shared.runtime.stop import stop_on_signals

app = typer.Typer(
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
) -> None:
    """Print what the classifier reads in one article, and why."""
    configure_logging("classifier", "WARNING")
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        typer.echo(bootstrap.explain(raw, config_dir, model_dir))
    except ConfigError as error:
        exit_on_config_error(error)
    except OSError as error:
        exit_on_config_error(ConfigError(file, None, f"cannot be read: {error}", "the path of a JSON file, or -"))


if __name__ == "__main__":
    app()
