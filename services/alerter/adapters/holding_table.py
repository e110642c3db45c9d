"""What waits, what is paused and what is silenced, as tables of plain text and as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.alerter.application.release import Paused, Waiting
from services.alerter.domain.silences import Silence

_TITLE = 40
"""Characters of a title that a table shows."""
_INSTANT = "%Y-%m-%d %H:%M %Z"


def waiting_table(waiting: Sequence[Waiting], paused: Sequence[Paused]) -> str:
    """The pauses, then a line for each delivery that waits."""
    said = [f"paused: {one.channel or 'all channels'} since {_at(one.since)} by {one.who}{_why(one)}" for one in paused]
    head = ("id", "state", "until", "channel", "subscription", "importance", "title", "why")
    rows = [
        (str(one.id), one.state, _at(one.until), one.channel, one.subscription, str(one.importance),
         one.title[:_TITLE], one.why)
        for one in waiting
    ]  # fmt: skip
    return "\n".join([*said, columns(head, rows) if rows else "nothing waits"])


def silences_table(silences: Sequence[Silence], now: datetime) -> str:
    """A line for each silence."""
    head = ("id", "state", "until", "silenced", "by", "reason")
    rows = [(str(one.id), _state(one, now), _at(one.until), str(one.matcher), one.who, one.reason) for one in silences]
    return columns(head, rows) if rows else "nothing is silenced"


def as_json(values: Sequence[Waiting] | Sequence[Paused] | Sequence[Silence]) -> list[dict[str, Any]]:
    """As plain values; times in ISO 8601."""
    plain: list[dict[str, Any]] = json.loads(json.dumps([asdict(value) for value in values], default=str))
    return plain


def columns(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Columns as wide as they need, control characters taken out: a title cannot move the cursor."""
    lines = [tuple("".join(sign for sign in cell if sign.isprintable()) for cell in row) for row in (head, *rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _at(when: datetime | None) -> str:
    return when.strftime(_INSTANT) if when else "-"


def _why(paused: Paused) -> str:
    return f": {paused.reason}" if paused.reason else ""


def _state(silence: Silence, now: datetime) -> str:
    return "in force" if silence.holds(now) else "ended" if silence.ended else "over"
