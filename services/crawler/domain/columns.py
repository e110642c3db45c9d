"""Tables of plain text in which Chinese stands in line: such a character takes two columns of a terminal."""

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """Columns that a text takes."""
    return sum(_columns(character) for character in text)


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows of the same length as lines; the last column is as long as it is."""
    if not rows:
        return ""
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return "\n".join(
        "  ".join([*(padded(cell, columns) for cell, columns in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in rows
    )


def padded(text: str, columns: int) -> str:
    """The text with spaces up to so many columns."""
    return text + " " * (columns - width(text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
