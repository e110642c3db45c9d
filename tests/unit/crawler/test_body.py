"""Bodies are unpacked bit by bit: a bomb is noticed at its first megabytes."""

import asyncio
import gzip
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable
from functools import cache

import brotli
import pytest
import zstandard

from services.crawler.adapters.body import read_body
from shared.errors import PermanentError

pytestmark = pytest.mark.unit

TEXT = "阿里健康".encode() * 1000


async def chunks(body: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for at in range(0, len(body), size):
        yield body[at : at + size]


def read(body: bytes, encoding: str = "", length: str = "", limit: int = 1_000_000, cut: bool = False) -> bytes:
    return asyncio.run(read_body(chunks(body), encoding, length, limit, cut))


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


SKIPPED = b"\x50\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"notes"
"""A frame that zstd says to skip (RFC 8878, 3.1.2)."""


def streamed_zstd(data: bytes) -> bytes:
    """One frame of many flushed blocks, without its size at its head."""
    packer = zstandard.ZstdCompressor().compressobj()
    return b"".join(packer.compress(data[at : at + 999]) + packer.flush(1) for at in range(0, len(data), 999)) + (
        packer.flush()
    )


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (TEXT, ""),
        (TEXT, "identity"),
        (gzip.compress(TEXT, mtime=0), "gzip"),
        (gzip.compress(TEXT, mtime=0), "X-GZIP"),
        (gzip.compress(TEXT[:1000], mtime=0) + gzip.compress(TEXT[1000:], mtime=0), "gzip"),
        (gzip.compress(TEXT, mtime=0) + bytes(100), "gzip"),
        (zlib.compress(TEXT), "deflate"),
        (raw_deflate(TEXT), "deflate"),
        (brotli.compress(TEXT), "br"),
        (zstandard.compress(TEXT), "zstd"),
        (zstandard.compress(TEXT[:1000]) + SKIPPED + zstandard.compress(TEXT[1000:]), "zstd"),
        (streamed_zstd(TEXT), "zstd"),
        (brotli.compress(gzip.compress(TEXT, mtime=0)), "gzip, br"),
        (gzip.compress(zstandard.compress(TEXT), mtime=0), "zstd,gzip"),
        (zstandard.compress(TEXT), "identity, zstd"),
    ],
)
def test_what_was_asked_for_is_read(body: bytes, encoding: str) -> None:
    assert read(body, encoding) == TEXT


ZEROS = bytes(60_000_000)
BOMBS: dict[str, Callable[[], bytes]] = {
    "gzip": lambda: gzip.compress(ZEROS, 9),
    "deflate": lambda: zlib.compress(ZEROS, 9),
    "br": lambda: brotli.compress(ZEROS, quality=5),
    "zstd": lambda: zstandard.compress(ZEROS),
    "br, gzip": lambda: gzip.compress(brotli.compress(ZEROS, quality=5), 9),
    "gzip, zstd": lambda: zstandard.compress(gzip.compress(ZEROS, 9)),
    "zstd, br": lambda: brotli.compress(zstandard.compress(ZEROS), quality=5),
}


@cache
def bomb_of(encoding: str) -> bytes:
    """60 MB of nothing, packed so."""
    return BOMBS[encoding]()


@pytest.mark.parametrize("encoding", BOMBS)
def test_a_bomb_is_refused_without_unpacking_it(encoding: str) -> None:
    bomb = bomb_of(encoding)
    tracemalloc.start()
    with pytest.raises(PermanentError, match="larger than 5 MB"):
        read(bomb, encoding, limit=5_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30_000_000


@pytest.mark.parametrize("encoding", BOMBS)
def test_a_bomb_in_robots_is_cut(encoding: str) -> None:
    assert read(bomb_of(encoding), encoding, limit=500_000, cut=True) == bytes(500_000)


def test_what_one_packing_gives_is_limited_before_the_next_swallows_it() -> None:
    members = gzip.compress(b"") * 9_000
    inner = zstandard.compress(members * 500)  # 90 MB of empty members in a few kilobytes
    with pytest.raises(PermanentError, match=r"larger than 1 MB|more than 10000 members"):
        read(inner, "gzip, zstd", limit=1_000_000)


@pytest.mark.parametrize(
    ("empty", "encoding"),
    [(gzip.compress(b"", mtime=0), "gzip"), (zstandard.compress(b""), "zstd")],
    ids=["gzip", "zstd"],
)
def test_empty_members_without_end_do_not_eat_the_clock(empty: bytes, encoding: str) -> None:
    began = time.process_time()
    with pytest.raises(PermanentError, match="more than 10000 members"):
        read(empty * 100_000, encoding, limit=5_000_000)
    assert time.process_time() - began < 2


def test_a_window_past_what_http_allows_is_refused() -> None:
    params = zstandard.ZstdCompressionParameters(window_log=27)
    packed = zstandard.ZstdCompressor(compression_params=params).compressobj()
    body = packed.compress(TEXT) + packed.flush()
    with pytest.raises(PermanentError, match="damaged"):
        read(body, "zstd")


def test_a_large_answer_is_refused_by_its_length_or_its_bytes() -> None:
    with pytest.raises(PermanentError, match=r"larger than 0\.01 MB"):
        read(b"x", length="50000000", limit=10_000)
    with pytest.raises(PermanentError, match=r"larger than 0\.01 MB"):
        read(bytes(20_000), length="5", limit=10_000)


def test_robots_are_cut_instead() -> None:
    assert read(bytes(20_000), length="20000", limit=10_000, cut=True) == bytes(10_000)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"not gzip", "gzip"),
        (TEXT, "br"),
        (TEXT, "zstd"),
        (TEXT, "gzip, gzip"),
        (TEXT, "compress"),
        (gzip.compress(gzip.compress(gzip.compress(TEXT))), "gzip, gzip, gzip"),
    ],
)
def test_what_cannot_be_read_is_said(body: bytes, encoding: str) -> None:
    with pytest.raises(PermanentError):
        read(body, encoding)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(TEXT, mtime=0)[:-9], "gzip"),
        (gzip.compress(TEXT, mtime=0) + gzip.compress(TEXT, mtime=0)[:-9], "gzip"),
        (zlib.compress(TEXT)[:-3], "deflate"),
        (raw_deflate(TEXT)[:-3], "deflate"),
        (brotli.compress(TEXT)[:-3], "br"),
        (zstandard.compress(TEXT)[:-3], "zstd"),
        (zstandard.compress(TEXT) + zstandard.compress(TEXT)[:-3], "zstd"),
        (gzip.compress(brotli.compress(TEXT)[:-3], mtime=0), "br, gzip"),
    ],
)
def test_a_body_that_ends_too_early_is_damaged(body: bytes, encoding: str) -> None:
    with pytest.raises(PermanentError, match="ends too early"):
        read(body, encoding)


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_members_may_be_cut_anywhere(size: int) -> None:
    packed = gzip.compress(TEXT[:700], mtime=0) + gzip.compress(TEXT[700:], mtime=0)
    assert asyncio.run(read_body(chunks(packed, size), "gzip", "", 1_000_000)) == TEXT
    packed = zstandard.compress(TEXT[:700]) + zstandard.compress(TEXT[700:])
    assert asyncio.run(read_body(chunks(packed, size), "zstd", "", 1_000_000)) == TEXT
    assert asyncio.run(read_body(chunks(brotli.compress(TEXT), size), "br", "", 1_000_000)) == TEXT


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "zstd, br"])
def test_nothing_is_nothing(encoding: str) -> None:
    assert read(b"", encoding) == b""


def test_many_small_members_are_a_bomb_too() -> None:
    with pytest.raises(PermanentError, match="larger than"):
        read(gzip.compress(bytes(10_000)) * 200, "gzip", limit=1_000_000)
