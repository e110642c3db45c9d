"""Bodies are unpacked bit by bit: a bomb is noticed at its first megabytes."""

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator

import pytest

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
    ],
)
def test_what_was_asked_for_is_read(body: bytes, encoding: str) -> None:
    assert read(body, encoding) == TEXT


def test_a_bomb_is_refused_without_unpacking_it() -> None:
    bomb = gzip.compress(bytes(200_000_000), 9)
    tracemalloc.start()
    with pytest.raises(PermanentError, match="larger than 5 MB"):
        read(bomb, "gzip", limit=5_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30_000_000


def test_a_large_answer_is_refused_by_its_length_or_its_bytes() -> None:
    with pytest.raises(PermanentError, match=r"larger than 0\.01 MB"):
        read(b"x", length="50000000", limit=10_000)
    with pytest.raises(PermanentError, match=r"larger than 0\.01 MB"):
        read(bytes(20_000), length="5", limit=10_000)


def test_robots_are_cut_instead() -> None:
    assert read(bytes(20_000), length="20000", limit=10_000, cut=True) == bytes(10_000)


@pytest.mark.parametrize(("body", "encoding"), [(b"not gzip", "gzip"), (TEXT, "br"), (TEXT, "gzip, gzip")])
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
    ],
)
def test_a_body_that_ends_too_early_is_damaged(body: bytes, encoding: str) -> None:
    with pytest.raises(PermanentError, match="ends too early"):
        read(body, encoding)


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_members_may_be_cut_anywhere(size: int) -> None:
    packed = gzip.compress(TEXT[:700], mtime=0) + gzip.compress(TEXT[700:], mtime=0)
    assert asyncio.run(read_body(chunks(packed, size), "gzip", "", 1_000_000)) == TEXT


def test_nothing_is_nothing() -> None:
    assert read(b"", "gzip") == b""


def test_many_small_members_are_a_bomb_too() -> None:
    with pytest.raises(PermanentError, match="larger than"):
        read(gzip.compress(bytes(10_000)) * 200, "gzip", limit=1_000_000)
