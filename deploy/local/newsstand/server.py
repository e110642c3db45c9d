"""The newsstand's process: `python -m deploy.local.newsstand.server --start ISO8601 --ports-file F`.

It serves every outlet on its own port of 127.0.0.1, and ends at once on SIGTERM or SIGINT. With --start-file instead of
--start it serves empty lists until that file says when the releases begin.
"""

import argparse
import json
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from deploy.local.newsstand.closing import Closable
from deploy.local.newsstand.editions import editions
from deploy.local.newsstand.outlets import OUTLETS
from deploy.local.newsstand.saved import NAME, SavedSite, load_saved
from deploy.local.newsstand.site import NewsSite, Outlet, Site
from deploy.local.newsstand.sockets import HOST, AccessLog, OutletServer
from deploy.local.newsstand.table import load_table, stretched
from shared.errors import EXIT_CONFIG, ConfigError

START_LOOK = 0.05
"""Seconds between two looks for the file that names the start."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal. Exit code 2 when the table, the pages, the saved folder or a port cannot be used."""
    options = _options(arguments)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    try:
        start = options.start or _moment_in(options.start_file)
        servers = _serve(options, start, stopping)
        _write_whole(options.ports_file, json.dumps({server.name: server.server_port for server in servers}))
    except (ConfigError, OSError, ValueError) as error:
        print(f"newsstand: {error}", file=sys.stderr)
        return EXIT_CONFIG
    while start is None and not stopping.wait(START_LOOK):
        start = _moment_in(options.start_file)
        if start is not None:
            _open(servers, _sites(options, start), options.closed_file)
    stopping.wait()
    return 0


def _serve(options: argparse.Namespace, start: datetime | None, stopping: threading.Event) -> list[OutletServer]:
    """Start every outlet in a thread of its own."""
    log = AccessLog(options.access_log)
    ports: dict[str, int] = json.loads(options.ports) if options.ports else {}
    sites = _sites(options, start)
    servers = [OutletServer(name, ports.get(name, 0), log, stopping) for name in sites]
    _open(servers, sites, options.closed_file)
    for server in servers:
        threading.Thread(target=server.serve_forever, name=server.name, daemon=True).start()
    return servers


def _open(servers: Sequence[OutletServer], sites: Mapping[str, Callable[[str], Site]], closed: Path | None) -> None:
    """Let each server serve its site, whose address is known by now; `closed` names those that are shut for a while."""
    for server in servers:
        site = sites[server.name](f"http://{HOST}:{server.server_port}")
        server.site = Closable(server.name, site, closed) if closed is not None else site


def _sites(options: argparse.Namespace, start: datetime | None) -> Mapping[str, Callable[[str], Site]]:
    """What is served, by outlet: a maker that is given the site's address once its port is known.

    While the start is unknown there is nothing out, but table, texts and saved pages are read and so checked.
    """
    begin = start or datetime.now(UTC)
    if options.pages is not None:
        pages = load_saved(options.pages)
        return {NAME: lambda base: SavedSite(pages if start is not None else (), base, begin)}
    every = editions(stretched(load_table(), options.stretch).pages, begin)

    def maker(outlet: Outlet) -> Callable[[str], Site]:
        return lambda base: NewsSite(outlet, every if start is not None else (), base, begin)

    return {outlet.name: maker(outlet) for outlet in OUTLETS}


def _write_whole(path: Path, text: str) -> None:
    """Whoever waits for the file finds it whole or not at all."""
    draft = path.with_suffix(path.suffix + ".part")
    draft.write_text(text, "utf-8")
    draft.replace(path)


def _moment_in(path: Path | None) -> datetime | None:
    """The start that the file names; None while it is not there."""
    if path is None or not path.is_file():
        return None
    return datetime.fromisoformat(path.read_text("utf-8").strip())


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("a time with its timezone, like 2026-01-31T09:00:00+08:00")
    return moment


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Serve the newsstand.")
    begin = parser.add_mutually_exclusive_group(required=True)
    begin.add_argument("--start", type=_moment, help="when the releases begin, ISO 8601 with timezone")
    begin.add_argument("--start-file", type=Path, help="begin when this file is there; it names the moment")
    parser.add_argument("--ports-file", type=Path, required=True, help="where the outlets' ports are written, as JSON")
    parser.add_argument("--ports", help="ports to use again, as JSON by outlet; free ones otherwise")
    parser.add_argument("--access-log", type=Path, help="append one JSON line a request")
    parser.add_argument("--closed-file", type=Path, help="while it names an outlet, that one answers 500")
    parser.add_argument(
        "--stretch", type=float, default=1.0, help="release each page so many times as late as the table"
    )
    parser.add_argument("--pages", type=Path, help="serve the saved pages of this folder instead")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
