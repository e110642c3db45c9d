"""`python -m services.alerter recall`: what was told, against a neutral index."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from services.alerter import recalling
from services.alerter.command_errors import told
from services.alerter.domain.zones import HOME
from services.alerter.history_commands import ConfigDir, DatabaseUrl, SubscriptionsFile, Timezone, zone_of
from shared.errors import ConfigError


def recall(
    day: Annotated[str | None, typer.Option(help="2026-11-22; yesterday if not given")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
    timezone: Timezone = HOME,
    database_url: DatabaseUrl = "",
    config_dir: ConfigDir = Path("config"),
    subscriptions_file: SubscriptionsFile = None,
) -> None:
    """Print which headlines about watched companies were not told, and why; and the share that was.

    The headlines are those of the sources of `role: recall`. A day on which one of them failed or shrank is not
    measured.
    """
    file = subscriptions_file or config_dir / "subscriptions.yaml"
    with told():
        typer.echo(recalling.recall(database_url, _day(day), file, config_dir, zone_of(timezone), as_json))


def _day(written: str | None) -> date | None:
    """The day. Raises ConfigError."""
    try:
        return date.fromisoformat(written) if written else None
    except ValueError as error:
        raise ConfigError("--day", None, f"{written} is no day", "such as 2026-11-22") from error
