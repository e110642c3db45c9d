"""Reading an answer's body: unpacked bit by bit, so that a bomb is noticed at its first megabytes."""

from collections.abc import AsyncIterator, Iterator, Sequence

from services.crawler.adapters.unpack import Brotli, Unpacker, Zlib, Zstd
from shared.errors import PermanentError

ENCODINGS = "gzip, deflate, br, zstd"
"""What is asked for; what this reads under a limit."""
MOST_STACKED = 2
"""Packings one over the other; a body packed more often is an attack or a mistake."""


def too_large(limit: int) -> PermanentError:
    """The error for an answer past `limit` bytes."""
    return PermanentError(f"larger than {limit / 1_000_000:g} MB")


async def read_body(
    chunks: AsyncIterator[bytes], encoding: str, declared_length: str, limit: int, cut: bool = False
) -> bytes:
    """All of a body, unpacked. `cut`: what is past `limit` bytes is ignored instead of an error.

    The limit holds for what comes over the wire, for what each packing gives, and for the whole.
    Raises PermanentError when it is larger, or packed in a way that was not asked for.
    """
    if declared_length.isdigit() and int(declared_length) > limit and not cut:
        raise too_large(limit)
    unpackers = [_Counted(one, limit) for one in _unpackers(encoding)]
    parts: list[bytes] = []
    size = received = 0
    async for chunk in chunks:
        received += len(chunk)
        if received > limit and not cut:
            raise too_large(limit)
        for part in _through(unpackers, chunk):
            parts.append(part)
            size += len(part)
            if size > limit:
                if cut:
                    return b"".join(parts)[:limit]
                raise too_large(limit)
    for unpacker in unpackers:
        unpacker.end()
    return b"".join(parts)


class _Counted:
    """An unpacker whose output has a limit: also where another packing follows it, which may swallow it all."""

    def __init__(self, unpacker: Unpacker, limit: int) -> None:
        self._unpacker = unpacker
        self._limit = limit
        self._given = 0
        self.end = unpacker.end

    def feed(self, data: bytes) -> Iterator[bytes]:
        for piece in self._unpacker.feed(data):
            if self._given > self._limit:
                raise too_large(self._limit)
            self._given += len(piece)
            yield piece


def _through(unpackers: Sequence[_Counted], data: bytes) -> Iterator[bytes]:
    if not unpackers:
        yield data
        return
    for piece in unpackers[0].feed(data):
        yield from _through(unpackers[1:], piece)


def _unpackers(encoding: str) -> list[Unpacker]:
    """In the order in which they are to be undone: the header names them as they were applied (RFC 9110, 8.4)."""
    names = [name for name in (one.strip().lower() for one in encoding.split(",")) if name not in ("", "identity")]
    if len(names) > MOST_STACKED:
        raise PermanentError(f"packed {len(names)} times")
    return [_unpacker(name) for name in reversed(names)]


def _unpacker(name: str) -> Unpacker:
    if name in ("gzip", "x-gzip", "deflate"):
        return Zlib(deflate=name == "deflate")
    if name == "br":
        return Brotli()
    if name == "zstd":
        return Zstd()
    raise PermanentError(f"packed as {name[:40]}, which was not asked for")
