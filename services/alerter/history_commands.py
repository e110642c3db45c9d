"""`python -m services.alerter explain`, `preview` and `apply`: what is stored, told of, tried again, taken over."""

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from services.alerter import explaining, looking_back, subscribing
from services.alerter.command_errors import told
from services.alerter.domain.zones import HOME, known_zone
from shared.config_hints import Misfit
from shared.errors import ConfigError

DatabaseUrl = Annotated[str, typer.Option(envvar="DATABASE_URL", help="where the tables are")]
ConfigDir = Annotated[Path, typer.Option(envvar="CONFIG_DIR", help="folder of watchlist.yaml")]
SubscriptionsFile = Annotated[
    Path | None,
    typer.Option(envvar="SUBSCRIPTIONS_FILE", help="the current rules while the database holds none"),
]
Timezone = Annotated[str, typer.Option(help="in which times are shown: an IANA name")]
Taxonomy = Annotated[Path | None, typer.Option(help="a changed taxonomy.yaml: the classifier reads again by it")]


def explain(
    address: Annotated[str, typer.Argument(help="an article's address, or a document_id")],
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
    timezone: Timezone = HOME,
    database_url: DatabaseUrl = "",
    config_dir: ConfigDir = Path("config"),
    subscriptions_file: SubscriptionsFile = None,
) -> None:
    """Print the way of an article: what every station made of it and why, and where it ended or waits."""
    file = subscriptions_file or config_dir / "subscriptions.yaml"
    with told():
        typer.echo(explaining.explain(database_url, address, file, config_dir, zone_of(timezone), as_json))


def preview(
    since: Annotated[str, typer.Option(help="from when: 30d, 12h, 2026-11-01 or 2026-11-01T08:00+08:00")] = "30d",
    until: Annotated[str | None, typer.Option(help="to when; now if not given")] = None,
    subscriptions: Annotated[Path | None, typer.Option(help="changed subscriptions, as YAML")] = None,
    taxonomy: Taxonomy = None,
    team: Annotated[str | None, typer.Option(help="one subscription only")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
    timezone: Timezone = HOME,
    database_url: DatabaseUrl = "",
    config_dir: ConfigDir = Path("config"),
    subscriptions_file: SubscriptionsFile = None,
) -> None:
    """Replay what is stored under changed rules: alerts gained and lost, and how many a day. Writes nothing.

    Without a changed file it shows what the current rules tell.
    """
    asked = looking_back.Asked(since, until, subscriptions, taxonomy, team)
    file = subscriptions_file or config_dir / "subscriptions.yaml"
    with told():
        typer.echo(looking_back.preview(database_url, asked, file, config_dir, zone_of(timezone), as_json))


def apply(
    subscriptions: Annotated[Path | None, typer.Option(help="the new subscriptions, as YAML")] = None,
    taxonomy: Taxonomy = None,
    backfill: Annotated[
        bool, typer.Option("--backfill", help="what they would have told of stored documents counts as told")
    ] = False,
    since: Annotated[str, typer.Option(help="how far back; a story may go on for 400 days")] = "400d",
    reason: Annotated[str, typer.Option(help="why, for the history")] = "",
    who: Annotated[str | None, typer.Option(help="in whose name; without it user and machine")] = None,
    database_url: DatabaseUrl = "",
    config_dir: ConfigDir = Path("config"),
    subscriptions_file: SubscriptionsFile = None,
) -> None:
    """Put changed rules in force; with --backfill nobody is told again of what is stored.

    It may be interrupted, and run again: it goes on where it was. With --taxonomy documents that read otherwise are
    taken in again; for those to come, put the file in the classifier's CONFIG_DIR too, and restart it.
    """
    asked = looking_back.Asked(since, None, subscriptions, taxonomy)
    file = subscriptions_file or config_dir / "subscriptions.yaml"
    with told():
        if subscriptions is None and not (backfill and taxonomy is not None):
            mend = "give --subscriptions FILE, or --taxonomy FILE with --backfill"
            raise ConfigError("apply", None, "there is nothing to take over", mend)
        if taxonomy is not None and not backfill:
            raise ConfigError("--taxonomy", None, "is read for a backfill alone", "add --backfill, or leave it out")
        why = who or subscribing.me()
        for line in looking_back.apply(database_url, asked, file, config_dir, backfill, why, reason):
            typer.echo(line, err=line.startswith(subscribing.NOTE))


def zone_of(name: str) -> ZoneInfo:
    """The timezone. Raises ConfigError naming the nearest one."""
    try:
        return ZoneInfo(known_zone(name))
    except Misfit as error:
        raise ConfigError("--timezone", None, str(error), error.right) from error
