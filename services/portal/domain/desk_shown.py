"""What is shown of a request for a change: where it is wrong, and what differs from what is in force. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff
from typing import Literal

from services.portal.domain.subscription_text import TextProblem, entry_of

SHOWN = 200
"""Characters of a line that are shown."""
MOST = 400
"""Lines of a difference that are shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a difference."""

    kind: Literal["added", "removed", "same"]
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text is wrong."""

    line: int
    """Of the text that the reader wrote, from 1."""
    text: str


def place_of(file: str, team: str, line: int | None) -> Place | None:
    """The line as the reader knows it; None where it stands outside the entry that was edited."""
    lines = file.splitlines()
    if line is None or not 1 <= line <= len(lines):
        return None
    if not team:
        return Place(line, lines[line - 1][:SHOWN])
    try:
        entry = entry_of(file, team)
    except TextProblem:
        return None
    if entry is None or not entry.first < line <= entry.first + entry.lines:
        return None
    return Place(line - entry.first, lines[line - 1].strip()[:SHOWN])


def difference(before: str, after: str) -> Sequence[Line]:
    """What was taken out and put in, with two lines around it."""
    found = []
    for line in list(unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2))[2:]:
        if line.startswith("@@"):
            continue
        kind: Literal["added", "removed", "same"] = {"+": "added", "-": "removed"}.get(line[0], "same")  # type: ignore[assignment]  # one of them
        found.append(Line(kind, line[1:][:SHOWN]))
    return found[:MOST]
