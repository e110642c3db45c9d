"""The operators' commands: silences, pauses, and what waits. What they do stands in operating.py."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from services.alerter import operating
from services.alerter.adapters.holding_table import as_json, silences_table, waiting_table
from services.alerter.application.release import Chosen
from services.alerter.domain.silences import Matcher
from services.alerter.domain.zones import HOME
from shared.config_hints import Misfit
from shared.errors import ConfigError, LumingError
from shared.runtime.logs import configure_logging
from shared.runtime.settings import exit_on_config_error

silence = typer.Typer(help="Alerts that nobody wants for a while.", no_args_is_help=True)

Database = Annotated[str, typer.Option(envvar="DATABASE_URL", help="where the tables are")]
Who = Annotated[str | None, typer.Option("--by", help="who does it; without it this machine's user")]
Json = Annotated[bool, typer.Option("--json", help="as JSON")]
Why = Annotated[str, typer.Option("--reason", help="why, for `explain`")]
Channel = Annotated[str | None, typer.Argument(help="a kind (slack) or one channel (slack:#name); without it all")]
OfChannel = Annotated[str | None, typer.Option("--channel", help="what waits for a kind (slack) or one (slack:#name)")]
Ids = Annotated[list[int] | None, typer.Option("--id", help="the number that `held` prints; may be given repeatedly")]
All = Annotated[bool, typer.Option("--all", help="all that is held")]
ConfigDir = Annotated[Path, typer.Option(envvar="CONFIG_DIR", help="folder of watchlist.yaml")]


@contextmanager
def _said() -> Iterator[None]:
    """What is wrong is told in a line: exit code 2 for what was asked, 1 for a database that is away."""
    configure_logging("alerter", "WARNING")
    try:
        yield
    except ConfigError as error:
        exit_on_config_error(error)
    except Misfit as error:
        raise typer.BadParameter(f"{error}; {error.right}") from error
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    except LumingError as error:
        typer.echo(f"the database cannot be asked: {error}", err=True)
        raise SystemExit(1) from error


@silence.command("add")
def silence_add(
    database_url: Database,
    until: Annotated[str, typer.Option(help="its end: 2026-12-01T08:00, on the clock of --timezone")],
    reason: Annotated[str, typer.Option(help="why, for `explain`")],
    subscription: Annotated[str | None, typer.Option(help="a team or a route")] = None,
    entity: Annotated[str | None, typer.Option(help="an identifier of the watchlist")] = None,
    label: Annotated[str | None, typer.Option(help="a label of the taxonomy")] = None,
    thread: Annotated[str | None, typer.Option(help="a thread's identifier, as `explain` prints it")] = None,
    channel: Annotated[str | None, typer.Option(help="a kind (slack) or one channel (slack:#name)")] = None,
    words: Annotated[
        str | None, typer.Option(help="stands in the title, the first paragraphs or a quote; a Latin word alone")
    ] = None,
    by: Who = None,
    timezone: Annotated[str, typer.Option(help="of --until, where that names no offset")] = HOME,
    config_dir: ConfigDir = Path("config"),
) -> None:
    """Silence alerts: all that is given must fit, and every event of an alert. They end as suppressed."""
    matcher = Matcher(subscription, entity, label, thread, channel, words)
    with _said():
        who = by or operating.whoever()
        made = operating.add_silence(database_url, config_dir, matcher, until, timezone, reason, who)
        typer.echo(made.words())


@silence.command("list")
def silence_list(
    database_url: Database,
    over: Annotated[bool, typer.Option("--over", help="those that are over, too")] = False,
    as_plain: Json = False,
) -> None:
    """Print the silences in force."""
    with _said():
        found = operating.list_silences(database_url, over)
        plain = json.dumps(as_json(found), ensure_ascii=False, indent=2)
        typer.echo(plain if as_plain else silences_table(found, datetime.now(UTC)))


@silence.command("end")
def silence_end(
    number: Annotated[int, typer.Argument(help="the number that `silence list` prints")],
    database_url: Database,
    by: Who = None,
) -> None:
    """End a silence before its time."""
    with _said():
        operating.end_silence(database_url, number, by or operating.whoever())
        typer.echo(f"silence {number} is ended")


def pause(
    database_url: Database,
    channel: Channel = None,
    reason: Annotated[str, typer.Option(help="why, for `held`")] = "",
    by: Who = None,
    config_dir: ConfigDir = Path("config"),
) -> None:
    """Stop sending, in every alerter, until `resume`; what is on the wire already ends."""
    with _said(), operating.open_desk(database_url) as desk:
        known = operating.known_channel(channel)
        made = desk.pause(known, reason, by or operating.whoever())
        typer.echo(f"{known or 'all channels'}: {'paused' if made else 'was paused already'}")
        if note := operating.nobody_there(database_url, config_dir, known):
            typer.echo(f"note: {note}", err=True)


def resume(database_url: Database, channel: Channel = None, by: Who = None) -> None:
    """Send again what `pause` stopped."""
    with _said(), operating.open_desk(database_url) as desk:
        known = operating.known_channel(channel)
        ended = desk.resume(known, by or operating.whoever())
        others = ", ".join(one.channel or "all channels" for one in desk.pauses())
        typer.echo(f"{known or 'all channels'}: {'sends again' if ended else 'there was no such pause'}")
        if others:
            typer.echo(f"still paused: {others}")


def held(database_url: Database, as_plain: Json = False) -> None:
    """Print what waits, and why: held, for a digest, or because its channel is paused."""
    with _said(), operating.open_desk(database_url) as desk:
        waiting, paused = desk.waiting(), desk.pauses()
        if as_plain:
            plain = {"paused": [asdict(one) for one in paused], "waiting": as_json(waiting)}
            typer.echo(json.dumps(plain, ensure_ascii=False, indent=2, default=str))
        else:
            typer.echo(waiting_table(waiting, paused))


def release(
    database_url: Database,
    reason: Why,
    channel: OfChannel = None,
    ids: Ids = None,
    every: All = False,
    by: Who = None,
) -> None:
    """Send now what is held, what goes to one channel as one message; --id also what waits for a digest."""
    with _said(), operating.open_desk(database_url) as desk:
        count = desk.release(_chosen(channel, ids, every), _why("releasing", reason), by or operating.whoever())
        typer.echo(f"{count} released")
        if paused := ", ".join(one.channel or "all channels" for one in desk.pauses()):
            typer.echo(f"what goes to a paused channel goes when it is resumed; paused: {paused}")


def drop(
    database_url: Database,
    reason: Why,
    channel: OfChannel = None,
    ids: Ids = None,
    every: All = False,
    by: Who = None,
) -> None:
    """End what is held or paused without sending it; --id also what waits for a digest."""
    with _said(), operating.open_desk(database_url) as desk:
        count = desk.drop(_chosen(channel, ids, every), _why("dropping", reason), by or operating.whoever())
        typer.echo(f"{count} dropped")


def _why(act: str, reason: str) -> str:
    """The reason in one line. Raises ValueError where there is none."""
    if not reason.strip():
        raise ValueError(f"{act} needs a reason")
    return " ".join(reason.split())


def _chosen(channel: str | None, ids: list[int] | None, every: bool) -> Chosen:
    """Raises ValueError when nothing was named, so that nobody lets everything go by leaving a word out."""
    if not (channel or ids or every):
        raise ValueError("name what is meant: --channel, --id, or --all")
    if every and (channel or ids):
        raise ValueError("--all goes with neither --channel nor --id")
    return Chosen(operating.known_channel(channel) or None, tuple(ids or ()))


def add_to(app: typer.Typer) -> None:
    """Put the commands into the alerter's."""
    app.add_typer(silence, name="silence")
    for command in (pause, resume, held, release, drop):
        app.command()(command)
