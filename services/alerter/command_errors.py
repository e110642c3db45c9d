"""How the commands say what goes wrong: one way for all of them."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from shared.errors import ConfigError, PermanentError, TransientError
from shared.runtime.logs import configure_logging
from shared.runtime.settings import exit_on_config_error
from shared.store.engine import AWAY, REFUSED


@contextmanager
def told() -> Iterator[None]:
    """What goes wrong is said in a line and in the exit code: 2 for a wrong file or option, 1 for the database."""
    configure_logging("alerter", "WARNING")
    try:
        yield
    except ConfigError as error:
        exit_on_config_error(error)
    except TransientError as error:
        typer.echo(f"the database cannot be asked: {error}\n  mend: {AWAY}", err=True)
        raise SystemExit(1) from error
    except PermanentError as error:
        typer.echo(f"{error}\n  mend: {REFUSED}", err=True)
        raise SystemExit(1) from error
