"""`python -m services.portal mcp`: the assistant's tools on standard input and output, for an assistant beside us."""

from pathlib import Path
from typing import Annotated

import anyio
import typer

from services.portal import bootstrap
from services.portal.command_errors import told
from shared.runtime.logs import configure_logging


def mcp(
    address: Annotated[
        str, typer.Option(envvar="PORTAL_ADDRESS", help="where readers find the portal, for links")
    ] = "http://127.0.0.1:8600",
    config_dir: Annotated[Path, typer.Option(envvar="CONFIG_DIR", help="folder of watchlist.yaml")] = Path("config"),
    database_url: Annotated[str, typer.Option(envvar="DATABASE_URL", help="where the index is")] = "",
) -> None:
    """Serve the tools search, document, thread and brief (Model Context Protocol) on standard input and output."""
    configure_logging("portal", "WARNING")  # on standard error: standard output belongs to the protocol
    with told(), bootstrap.opened_assistant(database_url, config_dir, address.rstrip("/")) as server:
        anyio.run(server.run_stdio_async)
