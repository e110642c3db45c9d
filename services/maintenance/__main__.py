"""The commands of maintenance; what they do stands in application/."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import typer
from sqlalchemy.exc import SQLAlchemyError

from services.maintenance import bootstrap
from services.maintenance.application.erase import Order
from services.maintenance.settings import MaintenanceSettings
from shared.errors import ConfigError, LumingError
from shared.runtime.logs import configure_logging
from shared.runtime.secrets import secrets_of_this_process
from shared.runtime.settings import exit_on_config_error, load_settings

app = typer.Typer(
    callback=secrets_of_this_process,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # a crash is read by machines too: one plain traceback
    help="Deletes what is past its time, and erases what must go before it.",
)

EXIT_LEFT = 3
"""Something is left: run the command again."""


@app.command()
def prune(yes: bool = typer.Option(False, "--yes", help="Delete; without it only show what would go.")) -> None:
    """Delete what is past its time (PRUNE_…_DAYS), a batch at a time, beside running services.

    Exit codes: 0 done, 1 the database is away, 2 wrong configuration, 3 a lock was in the way of a part: run it again.
    """
    with _said() as settings:
        now = datetime.now(UTC)
        if not yes:
            found = bootstrap.overdue(settings, now)
            for one in found:
                oldest = f"  the oldest of {one.oldest:%Y-%m-%d}" if one.oldest else ""
                days = getattr(settings.retention, one.period)
                typer.echo(f"{one.rows:>10}  {one.name:<32} kept {days} days{oldest}")
            typer.echo(f"{sum(one.rows for one in found):>10}  in all would go; --yes deletes them")
            return
        done = bootstrap.delete(settings, now)
        for name, count in done.rows.items():
            typer.echo(f"{count:>10}  {name}")
        typer.echo(f"{sum(done.rows.values()):>10}  in all deleted")
        for name, why in done.left.items():
            typer.echo(f"left: {name}: {why}", err=True)
        raise typer.Exit(EXIT_LEFT if done.left else 0)


@app.command()
def erase(
    document: str = typer.Option("", "--document", help="A document's address or document_id."),
    person: str = typer.Option("", "--person", help="A name: all documents that hold it, users of it."),
    who: str = typer.Option("", "--who", help="Who has it erased; needed with --yes."),
    reason: str = typer.Option("", "--reason", help="Why, with no personal data (request 7); needed with --yes."),
    yes: bool = typer.Option(False, "--yes", help="Erase; without it only show what would go."),
) -> None:
    """Erase a document, or all documents that name a person, for ever: they are not crawled again.

    A user of the portal whose name is the person's is deleted too, with sessions, keys and feed addresses.

    What Kafka and backups still hold goes with their retention (docs/privacy.md). Exit codes: 0 done, 1 database or
    broker is away (run it again), 2 wrong arguments, 3 the name or address still stands somewhere: where is printed.
    """
    with _said() as settings:
        order = Order(document, person.strip(), who, reason)
        _check(order, yes)
        if not yes:
            found = bootstrap.plan(settings, order)
            for one in found.targets:
                typer.echo(f"{one.document_id}  {one.revisions} revisions  {one.title}  {one.url}")
            letters = "unknown (KAFKA_BOOTSTRAP_SERVERS is not set)" if found.letters is None else str(found.letters)
            typer.echo(f"{len(found.targets)} documents, dead letters on Kafka: {letters}, files: {len(found.exports)}")
            for name in found.exports:
                typer.echo(f"file: {name}")
            for name in found.readers:
                typer.echo(f"user of the portal: {name}")
            typer.echo("nothing was erased; --yes erases")
            return
        done = bootstrap.erase(settings, order)
        for place, count in sorted(done.removed.items()):
            typer.echo(f"{count:>6}  {place}")
        typer.echo(f"{len(done.targets)} documents erased")
        if not settings.kafka_bootstrap_servers:
            typer.echo("dead letters on Kafka were not looked at: KAFKA_BOOTSTRAP_SERVERS is not set", err=True)
        for table, count in done.left.items():
            typer.echo(f"left: {count} rows of {table} still hold it", err=True)
        raise typer.Exit(EXIT_LEFT if done.left else 0)


def _check(order: Order, yes: bool) -> None:
    """Raises ConfigError for an order that cannot be meant."""
    if bool(order.document) == bool(order.person):
        raise ConfigError("erase", None, "needs one of --document and --person", "erase --document ADDRESS")
    if order.person and len(order.person) < 2:
        raise ConfigError("--person", None, f"{order.person!r} stands in too many words", "the whole name")
    if yes and not (order.who and order.reason):
        raise ConfigError("erase --yes", None, "leaves a record", "--who NAME --reason 'request 7'")


@contextmanager
def _said() -> Iterator[MaintenanceSettings]:
    """The settings; errors in words, with their exit codes."""
    try:
        settings = load_settings(MaintenanceSettings)
        configure_logging("maintenance", settings.log_level)
        yield settings
    except ConfigError as error:
        exit_on_config_error(error)
    except (LumingError, SQLAlchemyError) as error:
        typer.echo(f"{error}\n  mend: run it again when the other side answers", err=True)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    app()
