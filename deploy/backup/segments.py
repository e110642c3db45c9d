"""Which files of the log a copy is read on with, and which of them are absent.

A file's name is 24 hexadecimal digits: its timeline, and its place in the log in two parts (postgresql.org, "WAL
Internals"). A server that was restored goes on under a new timeline, whose history names the places where it and those
before it branched off; the files of a timeline from after that place are not read.
"""

import gzip
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.backup.archive import log_folder
from deploy.backup.base import first_file

SIZE = 16 * 2**20
"""Bytes of a file of the log, where a copy does not tell it: PostgreSQL's own."""
OF_NAMES = 2**32
"""Bytes of the log whose files share the second part of their names."""
NAMED = re.compile("[0-9A-F]{24}")
BRANCHED = re.compile(r"^\s*(\d+)\s+([0-9A-F]+)/([0-9A-F]+)", re.MULTILINE)
"""A line of a history: a timeline, and where in the log it was left."""


@dataclass(frozen=True)
class Log:
    """What a copy is read on with; names of files, empty where there is none."""

    newest: str
    """The last file that can be read."""
    absent: tuple[str, ...]
    """Files before it that are neither in the folder nor in the copy: reading ends before the first of them."""
    handed_over: bool
    """Whether any file from the copy's first on is in the folder."""
    size: int
    """Bytes of a file."""

    def gap(self) -> str:
        """The files that are absent, in words; empty where none is."""
        if not self.absent:
            return ""
        named = self.absent[0] if len(self.absent) == 1 else f"{self.absent[0]} to {self.absent[-1]}"
        return f"of the log up to {self.newest} {len(self.absent)} absent: {named}"


def log_of(folder: Path, copy: Path) -> Log:
    """The log that `copy` is read on with, from what lies in the folder and what the copy carries itself."""
    first, carried = first_file(copy), copy / "pg_wal"
    size = _size(carried / first)
    kept = set(_numbers((file.name.removesuffix(".gz") for file in log_folder(folder).glob("*.gz")), size))
    own = set(_numbers((file.name for file in carried.iterdir()), size))
    ((timeline, start),) = _numbers([first], size)
    line = _line(folder, carried, timeline, size)
    last_of = [*(begun for _, begun in line[1:]), None]
    read = {
        (number, known)
        for (known, begun), last in zip(line, last_of, strict=True)
        for of, number in kept | own
        if of == known and max(start, begun) <= number and (last is None or number <= last)
    }
    newest = max(read, default=(start, timeline))
    there = {number for number, _ in read}
    absent = [number for number in range(start, newest[0]) if number not in there]
    return Log(
        _name(newest[1], newest[0], size),
        tuple(_name(_timeline_at(line, number), number, size) for number in absent),
        any((of, number) in kept for number, of in read),
        size,
    )


def read_up_to(cluster: Path, log: Log) -> str:
    """The name of the file in which the reading of a restored cluster ended, as its newest history tells it."""
    histories = sorted((cluster / "pg_wal").glob("*.history"))
    branches = _branches(histories[-1].read_text("utf-8")) if histories else []
    return _name(branches[-1][0], branches[-1][1] // log.size, log.size) if branches else ""


def _line(folder: Path, carried: Path, timeline: int, size: int) -> list[tuple[int, int]]:
    """The timelines from the first to the newest that a restore finds, each with the number of its first file."""
    newest = timeline
    while _history(folder, carried, newest + 1):
        newest += 1
    branches = _branches(_history(folder, carried, newest))
    begun = [0, *(place // size for _, place in branches)]
    return list(zip([*(left for left, _ in branches), newest], begun, strict=True))


def _history(folder: Path, carried: Path, timeline: int) -> str:
    name = f"{timeline:08X}.history"
    packed, plain = log_folder(folder) / f"{name}.gz", carried / name
    if packed.exists():
        return gzip.decompress(packed.read_bytes()).decode("utf-8")
    return plain.read_text("utf-8") if plain.exists() else ""


def _branches(history: str) -> list[tuple[int, int]]:
    return [(int(left), int(high, 16) << 32 | int(low, 16)) for left, high, low in BRANCHED.findall(history)]


def _timeline_at(line: list[tuple[int, int]], number: int) -> int:
    return max(known for known, begun in line if begun <= number)


def _numbers(names: Iterable[str], size: int) -> Iterator[tuple[int, int]]:
    """Timeline and number of each file of the log; other names are passed over."""
    for name in names:
        if NAMED.fullmatch(name):
            high, low = int(name[8:16], 16), int(name[16:], 16)
            yield int(name[:8], 16), high * (OF_NAMES // size) + low


def _name(timeline: int, number: int, size: int) -> str:
    high, low = divmod(number, OF_NAMES // size)
    return f"{timeline:08X}{high:08X}{low:08X}"


def _size(file: Path) -> int:
    """All files of a server's log are of one size."""
    return (file.stat().st_size if file.exists() else 0) or SIZE
