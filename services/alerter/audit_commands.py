"""`python -m services.alerter audit`: who changed, exported, released or approved what."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from services.alerter import operating
from services.alerter.adapters.audit_text import audit_json, audit_table
from services.alerter.command_errors import told
from services.alerter.domain.history_span import span
from services.alerter.domain.zones import HOME
from services.alerter.history_commands import DatabaseUrl, Timezone, zone_of
from shared.errors import ConfigError


def audit(
    since: Annotated[str, typer.Option(help="30d, 12h, or a date like 2026-11-01")] = "30d",
    until: Annotated[str | None, typer.Option(help="as --since; now if not given")] = None,
    what: Annotated[str, typer.Option(help="an act (silence.add) or a thing (silence); all if not given")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="as JSON, with the digests")] = False,
    timezone: Timezone = HOME,
    database_url: DatabaseUrl = "",
) -> None:
    """Print the audit log, the oldest entry first: when, who, what, which, and why."""
    with told():
        zone = zone_of(timezone)
        try:
            begin, end = span(since, until, datetime.now(UTC))
        except ValueError as error:
            raise ConfigError("audit", None, str(error), "see --help") from error
        found = operating.audited(database_url, begin, end if until else None, what)
        typer.echo(audit_json(found) if as_json else audit_table(found, zone))
