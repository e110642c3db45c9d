"""Does a confidence mean what it says: of the events said with 0.7, seven in ten should be right. And its picture."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

Said = tuple[float, bool]
"""(confidence, was it right)."""
BINS = 8


def bins_of(said: Sequence[Said], bins: int = BINS) -> list[tuple[float, float, int]]:
    """(mean confidence, share that was right, how many) in bins of equally many events, the least certain first."""
    ranked = sorted(said)
    found = []
    for number in range(bins):
        part = ranked[len(ranked) * number // bins : len(ranked) * (number + 1) // bins]
        if part:
            mean, right = sum(p for p, _ in part) / len(part), sum(ok for _, ok in part) / len(part)
            found.append((mean, right, len(part)))
    return found


def error_of(said: Sequence[Said], bins: int = BINS) -> float:
    """Expected calibration error: the mean distance between confidence and share right, by events; 0 is perfect."""
    return sum(abs(mean - right) * count for mean, right, count in bins_of(said, bins)) / max(1, len(said))


def draw(ways: dict[str, tuple[Sequence[Said], dict[str, Any]]], title: str, path: Path) -> None:
    """Reliability on the left, F1 of every label on the right; `ways` is name to (events said, scores a label)."""
    mpl.use("agg")
    figure = Figure(figsize=(13, 6), layout="constrained")
    reliable, labels = figure.subplots(1, 2, width_ratios=(1, 1.4))
    reliable.plot((0, 1), (0, 1), color="0.7", linestyle=":", label="as said")
    names = sorted({name for _, scores in ways.values() for name in scores}, reverse=True)
    height = 0.8 / max(1, len(ways))
    for number, (way, (said, scores)) in enumerate(ways.items()):
        bins = bins_of(said)
        told = f"{way} (mean error {error_of(said):.3f}, {len(said)} events)"
        reliable.plot([mean for mean, _, _ in bins], [right for _, right, _ in bins], marker="o", label=told)
        places = [place + height * number for place in range(len(names))]
        labels.barh(places, [scores.get(name, {}).get("f1", 0.0) for name in names], height=height, label=way)
    counts = next(iter(ways.values()))[1] if ways else {}
    ticks = [f"{name} ({counts.get(name, {}).get('gold', 0)})" for name in names]
    labels.set_yticks([place + height * (len(ways) - 1) / 2 for place in range(len(names))], ticks)
    reliable.set(xlabel="confidence of an event", ylabel="share that was right", xlim=(0, 1), ylim=(0, 1))
    labels.set(xlabel="F1 of current events (how many there are)", xlim=(0, 1))
    for axis in (reliable, labels):
        axis.legend(loc="lower right", fontsize=8)
        axis.grid(alpha=0.3)
    figure.suptitle(title)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
