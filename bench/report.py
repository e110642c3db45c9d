"""What a benchmark leaves: a table on the screen, its numbers as JSON and a picture in .luming/bench/."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.machine import FOLDER

Row = Sequence[object]


def console() -> Console:
    """The screen; wide where it is a file."""
    return Console(width=None if sys.stdout.isatty() else 150)


def show(title: str, columns: Sequence[str], rows: Sequence[Row], note: str = "") -> None:
    """Print a table; numbers are set to the right."""
    table = Table(title=title, caption=note or None, title_justify="left", caption_justify="left")
    for number, name in enumerate(columns):
        table.add_column(name, justify="right" if number else "left")
    for row in rows:
        table.add_row(*(f"{cell:,.2f}" if isinstance(cell, float) else str(cell) for cell in row))
    console().print(table)


def verdicts(checks: Mapping[str, bool]) -> bool:
    """Print each floor and whether it is held; gives whether all are."""
    for what, held in checks.items():
        console().print(f"{'held  ' if held else 'MISSED'}  {what}", highlight=False)
    return all(checks.values())


def write(what: str, numbers: Mapping[str, Any]) -> Path:
    """Keep the numbers of a run as `.luming/bench/WHAT.json`."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{what}.json"
    path.write_text(json.dumps(numbers, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return path


def bars(what: str, title: str, groups: Mapping[str, Mapping[str, Sequence[float]]]) -> Path:
    """Draw `.luming/bench/WHAT.png`: a panel a group, a bar a name at its median, a dot a round."""
    import matplotlib as mpl  # slow to import, and wanted by the benchmarks alone

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, len(groups), figsize=(4 * len(groups), 3.6), squeeze=False)
    for panel, (label, values) in zip(panels[0], groups.items(), strict=True):
        for at, rounds in enumerate(values.values()):
            panel.bar(at, median(rounds), width=0.6, color="tab:blue" if at == 0 else "tab:gray")
            panel.plot([at] * len(rounds), list(rounds), "k.", markersize=5)
        panel.set_xticks(range(len(values)), list(values))
        panel.set_title(label, fontsize=10)
    figure.suptitle(title)
    return _saved(figure, what)


def lines(
    what: str, title: str, horizontal: tuple[str, Sequence[float]], series: Mapping[str, Sequence[float]]
) -> Path:
    """Draw `.luming/bench/WHAT.png`: curves over sizes, both axes logarithmic."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, panel = pyplot.subplots(figsize=(6, 4))
    for label, values in series.items():
        panel.plot(list(horizontal[1]), list(values), "o-", label=label)
    panel.set_xscale("log")
    panel.set_yscale("log")
    panel.set_xlabel(horizontal[0])
    panel.set_ylabel("milliseconds")
    panel.grid(visible=True, which="both", alpha=0.3)
    panel.legend()
    figure.suptitle(title)
    return _saved(figure, what)


def _saved(figure: Any, what: str) -> Path:
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{what}.png"
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    return path
