"""`python -m services.alerter digest …` and `calendar …`: what is told together, and what comes when."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from services.alerter import digesting
from services.alerter.adapters.digests_page import as_html, as_json, as_text
from services.alerter.command_errors import told
from services.alerter.domain.content import Alert
from services.alerter.domain.digest import Digest
from shared.errors import ConfigError

DatabaseUrl = Annotated[str, typer.Option(envvar="DATABASE_URL", help="where the tables are")]
ConfigDir = Annotated[Path, typer.Option(envvar="CONFIG_DIR", help="folder of watchlist.yaml")]
SubscriptionsFile = Annotated[
    Path | None,
    typer.Option(envvar="SUBSCRIPTIONS_FILE", help="read when the database has no version of the subscriptions yet"),
]


def digest(
    subscription: Annotated[str, typer.Argument(help="its name")],
    database_url: DatabaseUrl,
    period: Annotated[str | None, typer.Option(help="a day like 2026-11-22: the one that most of it lies in")] = None,
    week: Annotated[str | None, typer.Option(help="a week like 2026-W47")] = None,
    channel: Annotated[str | None, typer.Option(help="of this channel alone, as the ledger names it")] = None,
    html: Annotated[Path | None, typer.Option(help="file that takes the page, its chart included")] = None,
    text: Annotated[bool, typer.Option("--text", help="as text, which is what is done without another wish")] = False,
    json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
    config_dir: ConfigDir = Path("config"),
    subscriptions_file: SubscriptionsFile = None,
) -> None:
    """Print the digest of a period that has ended; it is not sent, and comes out the same every time."""
    if (period is None) == (week is None):
        raise typer.BadParameter("give a day by --period or a week by --week")
    with told():
        file = subscriptions_file or config_dir / "subscriptions.yaml"
        found = digesting.digests_of(database_url, file, config_dir, subscription, period or week or "")
        _print(_of(found, channel), html, text, json)


def calendar(
    database_url: DatabaseUrl,
    out: Annotated[Path, typer.Option(help="file that takes the feed (iCalendar)")],
    subscription: Annotated[str | None, typer.Option("--subscription", "-s", help="what it wants alone")] = None,
    config_dir: ConfigDir = Path("config"),
    subscriptions_file: SubscriptionsFile = None,
) -> None:
    """Write the days that documents announce: ends of consultations, dates of effect, results days."""
    with told():
        file = subscriptions_file or config_dir / "subscriptions.yaml"
        content, entries = digesting.calendar_of(database_url, file, config_dir, subscription)
        try:
            out.write_bytes(content)
        except OSError as error:
            raise ConfigError(out, None, f"cannot be written: {error.strerror}", "another path for --out") from None
        typer.echo(f"{entries} days written to {out}")


def _of(found: Sequence[tuple[Digest, Alert]], channel: str | None) -> Sequence[tuple[Digest, Alert]]:
    """Those of a channel, where one is named."""
    kept = [one for one in found if channel in (None, one[0].channel)]
    if not kept:
        known = ", ".join(one.channel for one, _ in found)
        raise ConfigError("the digest", None, f"it has nothing to do with {channel}", f"one of {known}")
    return kept


def _print(found: Sequence[tuple[Digest, Alert]], html: Path | None, text: bool, json: bool) -> None:
    if html is not None:
        try:
            html.write_text(as_html([alert for _, alert in found]), encoding="utf-8")
        except OSError as error:
            raise ConfigError(html, None, f"cannot be written: {error.strerror}", "another path for --html") from None
        sys.stderr.write(f"written to {html}\n")
    if json:
        typer.echo(as_json([one for one, _ in found]))
    if text or not (json or html):
        typer.echo(as_text(found))
