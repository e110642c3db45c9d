"""A line of small bars, drawn by the server: it stands beside numbers that say the same."""

from collections.abc import Sequence
from dataclasses import dataclass

STEP, BAR, HEIGHT = 4, 3, 24
"""Units of the drawing: from bar to bar, width of a bar, height."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle."""

    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Spark:
    """The drawing."""

    width: int
    bars: tuple[Bar, ...]
    height: int = HEIGHT
    bar: int = BAR


def spark(counts: Sequence[int], most: int | None = None) -> Spark:
    """Bars for counts, the oldest first; `most` is the full height, so that several may have one scale."""
    highest = max(1, most or 0, *counts)
    tall = [max(2, round(count / highest * HEIGHT)) if count else 0 for count in counts]
    bars = tuple(Bar(place * STEP, HEIGHT - high, high) for place, high in enumerate(tall) if high)
    return Spark(len(counts) * STEP, bars)
