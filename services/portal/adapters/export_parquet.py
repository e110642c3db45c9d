"""Exports as Parquet: typed columns, times with their timezone, groups of rows that are written as they come."""

from collections.abc import Mapping, Sequence
from datetime import UTC

import pyarrow
import pyarrow.parquet

from services.portal.domain.exported import Columns, Kind, Row

GROUP, LARGEST = 5_000, 1_000_000
"""Rows, or characters in them, that are held until they are written as one group: with texts a group has fewer rows."""
_TYPES: dict[Kind, pyarrow.DataType] = {
    "text": pyarrow.string(),
    "whole": pyarrow.int32(),
    "number": pyarrow.float64(),
    "moment": pyarrow.timestamp("us", tz="UTC"),
    "texts": pyarrow.list_(pyarrow.string()),
}


class _Pieces:
    """A file that only grows, and gives away what was written since."""

    def __init__(self) -> None:
        self.closed = False
        self._held = bytearray()

    def write(self, piece: bytes) -> int:
        """As a file's."""
        self._held += memoryview(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing more will be written; what was can still be taken."""
        self.closed = True

    def take(self) -> bytes:
        """What was written since."""
        taken, self._held = bytes(self._held), bytearray()
        return taken


class ParquetFile:
    """One file; `about` stands in its metadata."""

    media = "application/vnd.apache.parquet"

    def __init__(self, columns: Columns, about: Mapping[str, str]) -> None:
        fields = [pyarrow.field(name, _TYPES[kind]) for name, kind in columns.items()]
        self._schema = pyarrow.schema(fields, metadata={f"luming.{name}": value for name, value in about.items()})
        self._moments = [name for name, kind in columns.items() if kind == "moment"]
        self._pieces = _Pieces()
        self._sink = pyarrow.PythonFile(self._pieces, mode="w")
        self._writer = pyarrow.parquet.ParquetWriter(self._sink, self._schema, compression="zstd")
        self._waiting: list[Row] = []
        self._characters = 0

    def begin(self) -> bytes:
        """The file's mark."""
        return self._pieces.take()

    def add(self, rows: Sequence[Row]) -> bytes:
        """The groups that are full."""
        for row in rows:
            self._waiting.append(row)
            self._characters += sum(len(value) for value in row.values() if isinstance(value, str))
            if len(self._waiting) >= GROUP or self._characters >= LARGEST:
                self._flush()
        return self._pieces.take()

    def end(self) -> bytes:
        """The last group, and where all stand."""
        self._flush()
        self._writer.close()
        self._sink.close()
        return self._pieces.take()

    def _flush(self) -> None:
        if self._waiting:
            self._write(self._waiting)
            self._waiting, self._characters = [], 0

    def _write(self, rows: Sequence[Row]) -> None:
        utc = [dict(row) | {name: row[name].astimezone(UTC) for name in self._moments} for row in rows]  # type: ignore[union-attr]  # the columns say that these are times
        self._writer.write_table(pyarrow.Table.from_pylist(utc, schema=self._schema))
