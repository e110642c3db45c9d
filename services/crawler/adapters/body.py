"""Reading an answer's body: unpacked bit by bit, so that a bomb is noticed at its first megabytes."""

import zlib
from collections.abc import AsyncIterator

from shared.errors import PermanentError

ENCODINGS = "gzip, deflate"
"""What is asked for; what this reads under a limit."""


def too_large(limit: int) -> PermanentError:
    """The error for an answer past `limit` bytes."""
    return PermanentError(f"larger than {limit / 1_000_000:g} MB")


async def read_body(
    chunks: AsyncIterator[bytes], encoding: str, declared_length: str, limit: int, cut: bool = False
) -> bytes:
    """All of a body, unpacked. `cut`: what is past `limit` bytes is ignored instead of an error.

    Raises PermanentError when it is larger, or packed in a way that was not asked for.
    """
    if declared_length.isdigit() and int(declared_length) > limit and not cut:
        raise too_large(limit)
    unpack = _unpacker(encoding)
    parts: list[bytes] = []
    size = 0
    async for chunk in chunks:
        part = unpack(chunk, limit - size + 1)
        parts.append(part)
        size += len(part)
        if size > limit:
            if cut:
                return b"".join(parts)[:limit]
            raise too_large(limit)
    return b"".join(parts)


class _Identity:
    def __call__(self, chunk: bytes, most: int) -> bytes:
        return chunk


class _Zlib:
    """gzip or zlib; a raw deflate stream, which some servers send as `deflate`, is tried when zlib's header fails."""

    def __init__(self, deflate: bool) -> None:
        self._raw = deflate
        self._unpacker = zlib.decompressobj(wbits=47)

    def __call__(self, chunk: bytes, most: int) -> bytes:
        try:
            part = self._unpacker.decompress(self._unpacker.unconsumed_tail + chunk, most)
        except zlib.error as error:
            if not self._raw:
                raise PermanentError(f"damaged: {error}") from error
            self._raw = False
            self._unpacker = zlib.decompressobj(wbits=-15)
            return self(chunk, most)
        self._raw = False
        return part


def _unpacker(encoding: str) -> _Identity | _Zlib:
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return _Identity()
    if name in ("gzip", "x-gzip", "deflate"):
        return _Zlib(deflate=name == "deflate")
    raise PermanentError(f"packed as {name[:40]}, which was not asked for")
