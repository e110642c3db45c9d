"""The system live: a picture that redraws itself on a terminal, plain lines anywhere else."""

import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from deploy.local.feed import Line
from deploy.local.ledger import Ledger, SourceStanding
from deploy.local.watched import Standing

COLOURS = {
    "alert": "bold green",
    "failure": "red",
    "event": "cyan",
    "source": "yellow",
    "service": "magenta",
    "portal": "bold",
}
STATES = {"ready": "green", "starting": "yellow", "waiting": "yellow", "unready": "yellow", "stopped": "dim"}
UNSEEN = frozenset({"decision"})
"""Kinds of lines that the picture leaves out: its few lines are for what a person waits for."""


@dataclass(frozen=True)
class Picture:
    """What a screen shows now."""

    head: str
    standings: Sequence[Standing]
    ledger: Ledger
    link: str = ""
    """Opens the portal, once; empty before it is there."""


class Screen(Protocol):
    """Where a person looks."""

    def lines(self, lines: Sequence[Line]) -> None:
        """Show what happened."""

    def draw(self, picture: Picture) -> None:
        """Show how things stand."""

    def close(self) -> None:
        """Leave the terminal as it was."""


class PlainScreen:
    """One line a happening, no control codes: for files, pipes and continuous integration."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out

    def lines(self, lines: Sequence[Line]) -> None:
        """Print them; a line break inside one would look like two."""
        for line in lines:
            text = "".join(sign if sign.isprintable() else " " for sign in line.text)
            self._out.write(f"{line.at.astimezone(UTC):%H:%M:%S} {line.kind:<9} {text}\n")
        self._out.flush()

    def draw(self, picture: Picture) -> None:
        """How things stand is told by what happens."""

    def close(self) -> None:
        """Nothing was changed."""


class LiveScreen:
    """Services, sources, and the latest lines."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._latest: deque[Line] = deque(maxlen=200)
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._live.start()

    def lines(self, lines: Sequence[Line]) -> None:
        """Remember them for the next picture."""
        self._latest.extend(line for line in lines if line.kind not in UNSEEN)

    def draw(self, picture: Picture) -> None:
        """Draw it anew."""
        upper = Table.grid(expand=True, padding=(0, 2))
        upper.add_row(services_table(picture.standings), sources_table(picture.ledger.sources))
        room = max(5, self._console.height - 9 - max(len(picture.standings), len(picture.ledger.sources)))
        shown = list(self._latest)[-room:]
        link = f"portal: open {picture.link}" if picture.link else "portal: starting"
        heads = [Text(picture.head, style="bold"), Text(link, style="bold cyan", overflow="fold")]
        self._live.update(Group(*heads, upper, *map(_drawn, shown)), refresh=True)

    def close(self) -> None:
        """Take the picture away; its last lines stay."""
        self._live.stop()
        for line in list(self._latest)[-20:]:
            self._console.print(_drawn(line))


def services_table(standings: Sequence[Standing]) -> Table:
    """Name, state and restarts of each process."""
    table = Table("process", "state", "restarts", "last end", box=None, header_style="dim")
    for one in standings:
        state = f"[{STATES.get(one.state, 'red')}]{one.state}[/]"
        table.add_row(one.name, state, str(one.restarts or ""), escape(one.why))
    return table


def sources_table(sources: Sequence[SourceStanding]) -> Table:
    """Last good poll, items and error of each source."""
    table = Table("source", "last poll", "items", "error", box=None, header_style="dim")
    for one in sources:
        polled = f"{one.last_success.astimezone(UTC):%H:%M:%S}" if one.last_success else "never"
        error = escape((one.last_error or "")[:60]) if one.failures else ""
        table.add_row(one.name, polled, str(one.listed), f"[red]{error}[/]" if error else "")
    return table


def open_screen(out: IO[str] | None = None) -> Screen:
    """The live picture where `out` (standard output) is a terminal, else plain lines."""
    stream = out or sys.stdout
    if stream.isatty():
        return LiveScreen(Console(file=stream))
    return PlainScreen(stream)


def now_line(kind: str, text: str) -> Line:
    """A line of this moment."""
    return Line(datetime.now(UTC), kind, text)


def _drawn(line: Line) -> Text:
    text = "".join(sign if sign.isprintable() else " " for sign in line.text)
    shown = Text(f"{line.at.astimezone():%H:%M:%S} {line.kind:<9} {text}", style=COLOURS.get(line.kind, ""))
    shown.truncate(200)
    shown.no_wrap = True
    shown.overflow = "ellipsis"
    return shown
