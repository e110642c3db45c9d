"""The two forms of the chaos tests: the short one of every change, and the long one behind FULL=1."""

import os

FULL = bool(os.environ.get("FULL", "").strip("0 "))
"""Whether the long form runs: more kills, longer pauses."""


def times(short: int, full: int) -> int:
    """How often something is done: `short` times, or `full` times with FULL=1."""
    return full if FULL else short


def seconds(short: float, full: float) -> float:
    """How long something lasts: `short` seconds, or `full` with FULL=1."""
    return full if FULL else short
