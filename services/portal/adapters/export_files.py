"""Exports as files, written piece by piece: CSV for spreadsheets, JSON Lines for programs."""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from services.portal.domain.exported import Columns, Row, Value

BOM = b"\xef\xbb\xbf"
"""By it spreadsheets know UTF-8; without it they read Chinese by the machine's own code page."""
_FORMULA = re.compile("[=+@\t\r\n＝＋－＠-]")
"""What begins a formula or moves to another cell, and its full-width forms, which some spreadsheets take for it too."""
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BREAKS = {ord("\u2028"): "\\u2028", ord("\u2029"): "\\u2029", ord("\x85"): "\\u0085"}
"""Ends of lines by Unicode's count, though not by JSON Lines': readers that split by the first keep their lines."""


def safe(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula: an apostrophe stands before what could be one."""
    plain = _CONTROLS.sub(" ", text)
    return f"'{plain}" if _FORMULA.match(plain.lstrip(" ")) else plain


class CsvFile:
    """RFC 4180 with a head line, in UTF-8 with BOM; every cell but numbers is quoted, whatever the separator is."""

    media = "text/csv; charset=utf-8"

    def __init__(self, columns: Columns, _about: Mapping[str, str]) -> None:
        self._columns = columns

    def begin(self) -> bytes:
        """The head line."""
        return BOM + self._lines([list(self._columns)])

    def add(self, rows: Sequence[Row]) -> bytes:
        """Some lines."""
        return self._lines([[_cell(row[name]) for name in self._columns] for row in rows])

    def end(self) -> bytes:
        """Nothing stands at the end."""
        return b""

    def _lines(self, lines: Sequence[Sequence[str | int | float]]) -> bytes:
        held = io.StringIO()
        csv.writer(held, quoting=csv.QUOTE_NONNUMERIC).writerows(lines)
        return held.getvalue().encode("utf-8", "replace")


class JsonLines:
    """One object a line, in UTF-8."""

    media = "application/jsonl"

    def __init__(self, columns: Columns, _about: Mapping[str, str]) -> None:
        self._columns = columns

    def begin(self) -> bytes:
        """Nothing stands before the first line."""
        return b""

    def add(self, rows: Sequence[Row]) -> bytes:
        """Some lines."""
        lines = (json.dumps({name: _plain(row[name]) for name in self._columns}, ensure_ascii=False) for row in rows)
        return "".join(f"{line.translate(_BREAKS)}\n" for line in lines).encode("utf-8", "replace")

    def end(self) -> bytes:
        """Nothing stands at the end."""
        return b""


def _cell(value: Value) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return safe(value if isinstance(value, str) else "; ".join(value))


def _plain(value: Value) -> str | int | float | list[str] | None:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return list(value) if isinstance(value, tuple) else value
