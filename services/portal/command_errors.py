"""How the commands say what goes wrong: one way for all of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from services.portal.adapters.database import lacks
from services.portal.domain.query import Problem
from shared.errors import EXIT_CONFIG, ConfigError, PermanentError, TransientError
from shared.runtime.settings import exit_on_config_error
from shared.store.engine import AWAY, REFUSED


@contextmanager
def told() -> Iterator[None]:
    """What goes wrong is said in a line and in the exit code: 2 for a wrong setting or option, 1 for the database."""
    try:
        yield
    except ConfigError as error:
        exit_on_config_error(error)
    except TransientError as error:
        typer.echo(f"the database cannot be asked: {error}\n  mend: {AWAY}", err=True)
        raise SystemExit(1) from error
    except PermanentError as error:
        typer.echo(f"{error}\n  mend: {REFUSED}" if lacks(error) else f"{error}", err=True)
        raise SystemExit(1) from error


def exit_on_problem(problem: Problem) -> None:
    """Say why a query cannot be asked and what may have been meant, and end with 2."""
    typer.echo(f"{problem}", err=True)
    for each in problem.suggestions:
        typer.echo(f"  perhaps: {each}", err=True)
    raise SystemExit(EXIT_CONFIG)


def zone_named(name: str) -> ZoneInfo:
    """The timezone of `--timezone`. Raises ConfigError for a name that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError("--timezone", None, f"{name} is no timezone", "an IANA name such as Asia/Shanghai") from error
