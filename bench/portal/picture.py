"""The picture of a run: how many of the pages were there after so long, alone and with the users."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.machine import FOLDER


def draw(count: int, took: Mapping[str, Sequence[float]], floor: float) -> Path:
    """Draw `.luming/bench/portal.png`: share of pages over milliseconds, and the floor of the 95th percentile."""
    import matplotlib as mpl  # slow to import, and wanted here alone

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, panel = pyplot.subplots(figsize=(6, 4))
    for label, values in took.items():
        held = sorted(values)
        panel.plot(held, [(number + 1) / len(held) for number in range(len(held))], label=label)
    panel.axhline(0.95, color="tab:gray", linewidth=0.8)
    panel.axvline(floor, color="tab:gray", linewidth=0.8, linestyle="--")
    panel.set_xscale("log")
    panel.set_xlabel("milliseconds")
    panel.set_ylabel("share of pages")
    panel.set_title(f"a page of search with facets over {count:,} documents", fontsize=10)
    panel.legend()
    path = FOLDER / "portal.png"
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
    return path
