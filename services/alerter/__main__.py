"""The commands of the alerter; what they do stands in bootstrap.py and application/."""

from pathlib import Path
from typing import Annotated

import typer

from services.alerter import (
    audit_commands,
    bootstrap,
    config_commands,
    digest_commands,
    history_commands,
    operator_commands,
    recall_commands,
    subscribing,
)
from services.alerter.adapters.table import subscriptions_table
from services.alerter.settings import AlerterSettings
from shared.errors import ConfigError
from shared.runtime.logs import configure_logging
from shared.runtime.secrets import secrets_of_this_process
from shared.runtime.settings import exit_on_config_error, load_settings
from shared.runtime.stop import stop_on_signals

app = typer.Typer(
    callback=secrets_of_this_process,
    add_completion=False,
    help="Tells people what happened, once a fact.",
)
operator_commands.add_to(app)
app.add_typer(config_commands.app, name="config")
app.command()(digest_commands.calendar)
app.command()(digest_commands.digest)
app.command()(history_commands.explain)
app.command()(history_commands.preview)
app.command()(history_commands.apply)
app.command()(recall_commands.recall)
app.command()(audit_commands.audit)


@app.command()
def run() -> None:
    """Take in classified documents and send alerts until asked to stop."""
    try:
        settings = load_settings(AlerterSettings)
        configure_logging("alerter", settings.log_level)
        code = bootstrap.run(settings, stop_on_signals())
    except ConfigError as error:
        exit_on_config_error(error)
    else:
        raise SystemExit(code)


@app.command()
def check(
    config_dir: Annotated[Path, typer.Option(envvar="CONFIG_DIR", help="folder of watchlist.yaml")] = Path("config"),
    subscriptions_file: Annotated[
        Path | None, typer.Option(envvar="SUBSCRIPTIONS_FILE", help="instead of CONFIG_DIR/subscriptions.yaml")
    ] = None,
) -> None:
    """Check the subscriptions and print them as a table."""
    file = subscriptions_file or config_dir / "subscriptions.yaml"
    try:
        subscriptions, remarks = subscribing.check(file, config_dir)
    except ConfigError as error:
        exit_on_config_error(error)
    else:
        typer.echo(subscriptions_table(subscriptions))
        for remark in remarks:
            typer.echo(f"note: {remark}", err=True)


@app.command("test-channel")
def try_channel(
    name: Annotated[str, typer.Argument(help="kind of channel: slack, email, dingtalk, …")],
    target: Annotated[str, typer.Option(help="where, as a subscription writes it: '#name', an address, a name")] = "",
) -> None:
    """Send a marked sample over a channel and print what came back; exit code 1 when it was not taken."""
    configure_logging("alerter", "WARNING")
    try:
        taken, said = bootstrap.test_channel(name, target)
    except ConfigError as error:
        exit_on_config_error(error)
    else:
        typer.echo(said, err=not taken)
        raise SystemExit(0 if taken else 1)


if __name__ == "__main__":
    app()
