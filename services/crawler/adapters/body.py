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
    unpack.end()
    return b"".join(parts)


class _Identity:
    def __call__(self, chunk: bytes, most: int) -> bytes:
        return chunk

    def end(self) -> None:
        """Nothing to check."""


class _Zlib:
    """gzip (of one or more members) or zlib; a raw deflate stream, which some servers send as `deflate`, is tried when
    zlib's header fails."""

    def __init__(self, deflate: bool) -> None:
        self._raw = deflate
        self._bits = 47
        self._unpacker = zlib.decompressobj(wbits=self._bits)
        self._begun = False

    def __call__(self, chunk: bytes, most: int) -> bytes:
        """What `chunk` unpacks to, at most so many bytes. Raises PermanentError for what is damaged."""
        data, parts = self._unpacker.unconsumed_tail + chunk, list[bytes]()
        while data and most > 0:
            if self._unpacker.eof:
                if not b"\x1f\x8b".startswith(data[:2]):
                    break  # padding after the last member, which gzip ignores too (RFC 1952 has none, servers do)
                self._unpacker = zlib.decompressobj(wbits=self._bits)
            part = self._unpack(data, most)
            parts.append(part)
            most -= len(part)
            data = self._unpacker.unused_data
        return b"".join(parts)

    def end(self) -> None:
        """Raises PermanentError when the body ended before its packing did."""
        if self._begun and not self._unpacker.eof:
            raise PermanentError("damaged: it ends too early")

    def _unpack(self, data: bytes, most: int) -> bytes:
        self._begun = True
        try:
            part = self._unpacker.decompress(data, most)
        except zlib.error as error:
            if not self._raw:
                raise PermanentError(f"damaged: {error}") from error
            self._raw, self._bits = False, -15
            self._unpacker = zlib.decompressobj(wbits=self._bits)
            return self._unpack(data, most)
        self._raw = False
        return part


def _unpacker(encoding: str) -> _Identity | _Zlib:
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return _Identity()
    if name in ("gzip", "x-gzip", "deflate"):
        return _Zlib(deflate=name == "deflate")
    raise PermanentError(f"packed as {name[:40]}, which was not asked for")
