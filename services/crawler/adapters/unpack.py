"""Unpacking a body in small pieces: gzip, deflate, brotli, zstd; a bomb is counted while it goes off."""

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli
import zstandard

from shared.errors import PermanentError

PIECE = 256 * 1024
"""Bytes unpacked at a time, where the packing lets one choose."""
ZSTD_INPUT = 64
"""Packed bytes given to zstd at a time: it has no limit on what comes out, and 4 bytes may stand for a block of 128 KiB
(RFC 8878, 3.1.1.2), so these give 2 MiB at most."""
ZSTD_WINDOW = 8 * 1024 * 1024
"""Largest window of zstd over HTTP (RFC 9659)."""
MANY_MEMBERS = 10_000
"""Members or frames in one body; more are an attack on the clock, as each may be empty."""


class Unpacker(Protocol):
    """Takes a body's bytes as they come."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What `data` unpacks to, piece by piece. Raises PermanentError for what is damaged."""
        ...

    def end(self) -> None:
        """Raises PermanentError when the body ended before its packing did."""
        ...


def ended_too_early() -> PermanentError:
    """The error for a body that was cut off."""
    return PermanentError("damaged: it ends too early")


class Zlib:
    """gzip (of one or more members) or zlib; a raw deflate stream, which some servers send as `deflate`, is tried when
    zlib's header fails."""

    def __init__(self, deflate: bool) -> None:
        self._raw = deflate
        self._bits = 47
        self._unpacker = zlib.decompressobj(wbits=self._bits)
        self._begun = False
        self._members = 1

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Pieces of all members; padding after the last one is ignored, as servers send it (RFC 1952 has none)."""
        more = True
        while data or more:
            if self._unpacker.eof:
                if not data or not b"\x1f\x8b".startswith(data[:2]):
                    return
                self._members = _counted(self._members)
                self._unpacker = zlib.decompressobj(wbits=self._bits)
            piece = self._piece(data)
            data = self._unpacker.unused_data if self._unpacker.eof else self._unpacker.unconsumed_tail
            more = len(piece) == PIECE
            yield piece

    def end(self) -> None:
        """Raises PermanentError when a member is cut off."""
        if self._begun and not self._unpacker.eof:
            raise ended_too_early()

    def _piece(self, data: bytes) -> bytes:
        self._begun = self._begun or bool(data)
        try:
            piece = self._unpacker.decompress(data, PIECE)
        except zlib.error as error:
            if not self._raw:
                raise PermanentError(f"damaged: {error}") from error
            self._raw, self._bits = False, -15
            self._unpacker = zlib.decompressobj(wbits=self._bits)
            return self._piece(data)
        self._raw = self._raw and not data
        return piece


class Brotli:
    """One brotli stream (RFC 7932)."""

    def __init__(self) -> None:
        self._unpacker = brotli.Decompressor()
        self._begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Pieces of the stream; what follows its end is ignored."""
        self._begun = self._begun or bool(data)
        while not self._unpacker.is_finished():
            try:
                piece = self._unpacker.process(data, output_buffer_limit=PIECE)
            except brotli.error as error:
                raise PermanentError(f"damaged: {error}") from error
            data = b""
            yield piece
            if self._unpacker.can_accept_more_data():
                return

    def end(self) -> None:
        """Raises PermanentError when the stream is cut off."""
        if self._begun and not self._unpacker.is_finished():
            raise ended_too_early()


class Zstd:
    """zstd frames, one after another (RFC 8878)."""

    def __init__(self) -> None:
        self._context = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
        self._unpacker = self._context.decompressobj()
        self._begun = False
        self._frames = 1

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Pieces of all frames."""
        for at in range(0, len(data), ZSTD_INPUT):
            left = data[at : at + ZSTD_INPUT]
            while left:
                if self._unpacker.eof:
                    self._frames = _counted(self._frames)
                    self._unpacker = self._context.decompressobj()
                self._begun = True
                try:
                    yield self._unpacker.decompress(left)
                except zstandard.ZstdError as error:
                    raise PermanentError(f"damaged: {error}") from error
                left = self._unpacker.unused_data if self._unpacker.eof else b""

    def end(self) -> None:
        """Raises PermanentError when a frame is cut off."""
        if self._begun and not self._unpacker.eof:
            raise ended_too_early()


def _counted(members: int) -> int:
    if members >= MANY_MEMBERS:
        raise PermanentError(f"damaged: more than {MANY_MEMBERS} members")
    return members + 1
