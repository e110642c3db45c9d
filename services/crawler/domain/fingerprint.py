"""Fingerprints of a text: documents that share one may be near-duplicates, whatever was cut, added or respelt.

Measured on 157 pages and 194 short items (2026-11-22): MinHash over shingles of 4 units in 42 bands of 3 rows finds
97-100 % of reprints of pages, and winnowed 5-unit fingerprints (two shared) the short ones, where MinHash misses up to
a third. SimHash finds a third of what these find.
"""

import re
import struct
from collections.abc import Sequence

import xxhash
from rensa import RMinHash

from shared.watch.fold import fold

BANDS, ROWS = 42, 3
SHINGLE = 4
"""Units in a shingle."""
WINNOW_LENGTH, WINNOW_WINDOW = 5, 10
WINNOW_UP_TO = 300
"""Units up to which the window is 10; it doubles with each doubling, so that a long text has some 30 to 60 winnows.

What is smallest in a wide window is smallest in the narrow ones too: a cut text still shares winnows with the whole.
"""
MAX_UNITS = 20_000
"""A signature of the first 20,000 units tells as much, and costs no second."""
SHARED_WINNOWS = 2
"""Winnow fingerprints that two texts must share to be candidates; one shared band is enough."""

_SEED = 42
_VERSION = int(RMinHash.ALGORITHM_VERSION)
_EAST = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_LETTERS = rf"(?:(?![{_EAST}])[^\W\d_])+"
_UNIT = re.compile(rf"\d+(?:[.,]\d+)*|[{_EAST}]|{_LETTERS}(?:'{_LETTERS})?")


def units(text: str) -> list[str]:
    """The text as single East Asian characters, words of every other script, and numbers, after folding."""
    return [unit.replace(",", "") for unit in _UNIT.findall(fold(text))]


def content_hash(title: str, paragraphs: Sequence[str]) -> str:
    """Hash of the folded title and text without blanks and signs: equal means nothing was changed but the typing."""
    return xxhash.xxh3_128_hexdigest("\x1f".join(units("\n".join((title, *paragraphs)))).encode())


def keys(text: Sequence[str]) -> tuple[int, ...]:
    """The fingerprints of a text given as units: signed 64-bit numbers, even for bands, odd for winnows."""
    text = text[:MAX_UNITS]
    if not text:
        return ()
    return tuple(sorted({*_bands(text), *_winnows(text)}))


def shingles(text: Sequence[str]) -> set[tuple[str, ...]]:
    """All runs of four units; a shorter text is one run."""
    if len(text) < SHINGLE:
        return {tuple(text)}
    return set(zip(text, text[1:], text[2:], text[3:], strict=False))


def _bands(text: Sequence[str]) -> list[int]:
    minhash = RMinHash(num_perm=BANDS * ROWS, seed=_SEED)
    minhash.update(["\x1f".join(shingle) for shingle in shingles(text)])
    digest = minhash.digest()
    return [_key(struct.pack("<B3I", band, *digest[band * ROWS : (band + 1) * ROWS]), odd=0) for band in range(BANDS)]


def _winnows(text: Sequence[str]) -> set[int]:
    """The smallest hash of every window (Schleimer, Wilkerson, Aiken, SIGMOD 2003)."""
    window = WINNOW_WINDOW << max(0, (len(text) - 1) // WINNOW_UP_TO).bit_length()
    last = max(1, len(text) - WINNOW_LENGTH + 1)
    hashes = [_key("\x1f".join(text[at : at + WINNOW_LENGTH]).encode(), odd=1) for at in range(last)]
    return {min(hashes[at : at + window]) for at in range(max(1, len(hashes) - window + 1))}


def _key(value: bytes, odd: int) -> int:
    number = (xxhash.xxh3_64_intdigest(value, seed=_VERSION) & ~1) | odd
    return number - (1 << 64) if number >> 63 else number
